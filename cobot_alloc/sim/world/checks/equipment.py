"""No two stations have one name, whatever their kinds."""

from __future__ import annotations

from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks.world_problems import Keys, WorldProblems

_EQUIPMENT = ('machines', 'conveyors', 'shuttles', 'pallets')
_SECTIONS = (*_EQUIPMENT, 'screws', 'seams', 'edges', 'workholds')


def check(world: World, problems: WorldProblems) -> None:
    first: dict[str, Keys] = {}
    for section in _SECTIONS:
        for index, spec in enumerate(getattr(world, section)):
            keys = (section, index, 'station_id')
            if not spec.station_id:
                problems.expected(keys, 'a name')
            elif spec.station_id in first:
                line = problems.line(first[spec.station_id])
                problems.expected(keys, f'a name of its own; line {line} has it')
            first.setdefault(spec.station_id, keys)
