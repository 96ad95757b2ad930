"""What is worked on is there, and the part that it is on has a place to stand."""

from __future__ import annotations

from cobot_alloc.files.expectations import one_of
from cobot_alloc.files.problems import Problems
from cobot_alloc.sim.world import World

_SECTIONS = ('screws', 'seams', 'edges')


def check(world: World, problems: Problems) -> None:
    parts = [part.part_id for part in world.parts]
    fixtures = [fixture.fixture_id for fixture in world.fixtures]
    places = [place.name for place in world.locations]
    for section in _SECTIONS:
        for index, spec in enumerate(getattr(world, section)):
            at = (section, index)
            if spec.on and spec.on not in (*parts, *fixtures):
                known = one_of(spec.on, [*parts, *fixtures])
                problems.expected((*at, 'on'), f'a part or a fixture: {known}')
            if spec.on in parts and spec.at not in places:
                known = one_of(spec.at, places)
                problems.expected((*at, 'at'), f'the location where {spec.on} stands: {known}')
            if spec.at and spec.on not in parts:
                problems.expected((*at, 'at'), 'nothing: only a part stands at a location')
