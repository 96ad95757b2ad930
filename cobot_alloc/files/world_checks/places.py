"""Parts are at locations that there are, each at one of its own."""

from __future__ import annotations

from cobot_alloc.files.expectations import one_of
from cobot_alloc.files.problems import Problems
from cobot_alloc.sim.world import World


def check(world: World, problems: Problems) -> None:
    places = [place.name for place in world.locations]
    taken: dict[str, str] = {}
    for index, part in enumerate(world.parts):
        keys = ('parts', index, 'at')
        if part.at not in places:
            problems.expected(keys, f'a location: {one_of(part.at, places)}')
        elif part.at in taken:
            problems.expected(keys, f'a free location; part {taken[part.at]} lies there')
        taken.setdefault(part.at, part.part_id)
