"""What is worked on is there, and the part that it is on has a place to stand."""

from __future__ import annotations

from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks.world_problems import WorldProblems

_SECTIONS = ('screws', 'seams', 'edges')


def check(world: World, problems: WorldProblems) -> None:
    parts = [part.part_id for part in world.parts]
    fixtures = [fixture.fixture_id for fixture in world.fixtures]
    places = [place.name for place in world.locations]
    for section in _SECTIONS:
        for index, spec in enumerate(getattr(world, section)):
            at = (section, index)
            if spec.on and spec.on not in (*parts, *fixtures):
                known = [*parts, *fixtures]
                problems.unknown((*at, 'on'), 'a part or a fixture', spec.on, known)
            if spec.on in parts and spec.at not in places:
                what = f'the location where {spec.on} stands'
                problems.unknown((*at, 'at'), what, spec.at, places)
            if spec.at and spec.on not in parts:
                problems.expected((*at, 'at'), 'nothing: only a part stands at a location')
