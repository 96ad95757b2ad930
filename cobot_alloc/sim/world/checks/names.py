"""Names: there, and no two alike."""

from __future__ import annotations

from collections.abc import Iterable
import re

from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.checks.world_problems import WorldProblems

#: Names that become part of ROS names.
_ROS_TOKEN = re.compile(r'[A-Za-z][A-Za-z0-9_]*')


def check(world: World, problems: WorldProblems) -> None:
    if not _ROS_TOKEN.fullmatch(world.cell):
        problems.expected(('cell',), 'a letter, then letters, digits or _')
    _check_ids('arms', 'agent_id', (arm.agent_id for arm in world.arms), problems)
    _check_ids('fixtures', 'fixture_id', (it.fixture_id for it in world.fixtures), problems)
    _check_ids('locations', 'name', (place.name for place in world.locations), problems)
    _check_ids('parts', 'part_id', (part.part_id for part in world.parts), problems)
    _check_ids('people', 'person_id', (person.person_id for person in world.people), problems)
    _check_ids('zones', 'zone_id', (zone.zone_id for zone in world.zones), problems)
    _check_ids('cameras', 'name', (camera.name for camera in world.cameras), problems)
    if not world.arms:
        problems.expected(('arms',), 'at least one arm')
    for index, arm in enumerate(world.arms):
        if arm.agent_id and not _ROS_TOKEN.fullmatch(arm.agent_id):
            keys = ('arms', index, 'agent_id')
            problems.expected(keys, 'a letter, then letters, digits or _')
        if not arm.skills or not all(arm.skills):
            problems.expected(('arms', index, 'skills'), 'at least one skill, none of them empty')


def _check_ids(section: str, key: str, ids: Iterable[str], problems: WorldProblems) -> None:
    first: dict[str, int] = {}
    for index, name in enumerate(ids):
        keys = (section, index, key)
        if not name:
            problems.expected(keys, 'a name')
        elif name in first:
            line = problems.line((section, first[name], key))
            problems.expected(keys, f'a name of its own; line {line} has it')
        first.setdefault(name, index)
