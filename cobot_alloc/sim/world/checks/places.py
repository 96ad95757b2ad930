"""Parts are at locations that there are, each at one of its own."""

from __future__ import annotations

from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks.world_problems import WorldProblems


def check(world: World, problems: WorldProblems) -> None:
    places = [place.name for place in world.locations]
    taken: dict[str, str] = {}
    for index, part in enumerate(world.parts):
        keys = ('parts', index, 'at')
        if part.at not in places:
            problems.unknown(keys, 'a location', part.at, places)
        elif part.at in taken:
            problems.expected(keys, f'a free location; part {taken[part.at]} lies there')
        taken.setdefault(part.at, part.part_id)
