"""People: figures that a person can have, and chores with what there is."""

from __future__ import annotations

from collections.abc import Iterator

from cobot_alloc.sim.world import Chore, PersonSpec, World
from cobot_alloc.sim.world.checks.world_problems import Keys, WorldProblems

#: The speeds that the sensing of people and the zones are made for (ISO 13855: the approach
#: of a walking person, and of a hand).
WALK_MPS, REACH_MPS = 1.6, 2.0


def check(world: World, problems: WorldProblems) -> None:
    for index, person in enumerate(world.people):
        for keys, is_right, what in _figures(person, ('people', index)):
            if not is_right:
                problems.expected(keys, what)
        for number, step in enumerate(person.script):
            if step.chore is not None:
                _check_names(world, step.chore, ('people', index, 'script', number), problems)


def _figures(person: PersonSpec, at: tuple[str | int, ...]) -> Iterator[tuple[Keys, bool, str]]:
    yield (*at, 'start_after_s'), person.start_after_s >= 0, '>= 0'
    yield (*at, 'speed_mps'), 0 < person.speed_mps <= WALK_MPS, f'above 0, at most {WALK_MPS}'
    yield (*at, 'reach_mps'), 0 < person.reach_mps <= REACH_MPS, f'above 0, at most {REACH_MPS}'
    yield (*at, 'radius_m'), 0.1 <= person.radius_m <= 0.5, '0.1 to 0.5'
    yield (*at, 'height_m'), 1.2 <= person.height_m <= 2.3, '1.2 to 2.3'
    yield (*at, 'lifts_kg'), person.lifts_kg > 0, '> 0'
    for number, step in enumerate(person.script):
        yield (*at, 'script', number, 'stay_s'), step.stay_s >= 0, '>= 0'


def _check_names(
    world: World, chore: Chore, at: tuple[str | int, ...], problems: WorldProblems
) -> None:
    known = {
        'part': [part.part_id for part in world.parts],
        'location': [place.name for place in world.locations],
        'station': [station.station_id for station in world.stations],
    }
    for key, names in known.items():
        name: str = getattr(chore, key)
        if name and name not in names:
            problems.unknown((*at, 'chore', key), f'a {key}', name, names)
