"""Read world files: the description of a simulated cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
import re

from cobot_alloc.application.world import PersonSpec, World
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.files.document import Keys
from cobot_alloc.files.expectations import one_of
from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.yaml_source import load

#: Names that become part of ROS names.
_ROS_TOKEN = re.compile(r'[A-Za-z][A-Za-z0-9_]*')


def read_world(path: Path | str) -> World:
    """
    Return the world that a file describes.

    :raises BadInput: with one line for each problem.
    """
    document = load(path)
    world = validate(document, World)
    problems = Problems(document)
    for check in (_check_names, _check_places, _check_zones, _check_figures):
        check(world, problems)
    problems.refuse_if_any()
    return world


def _check_names(world: World, problems: Problems) -> None:
    if not _ROS_TOKEN.fullmatch(world.cell):
        problems.expected(('cell',), 'a letter, then letters, digits or _')
    _check_ids('arms', 'agent_id', (arm.agent_id for arm in world.arms), problems)
    _check_ids('fixtures', 'fixture_id', (it.fixture_id for it in world.fixtures), problems)
    _check_ids('locations', 'name', (place.name for place in world.locations), problems)
    _check_ids('parts', 'part_id', (part.part_id for part in world.parts), problems)
    _check_ids('people', 'person_id', (person.person_id for person in world.people), problems)
    _check_ids('zones', 'zone_id', (zone.zone_id for zone in world.zones), problems)
    if not world.arms:
        problems.expected(('arms',), 'at least one arm')
    for index, arm in enumerate(world.arms):
        if arm.agent_id and not _ROS_TOKEN.fullmatch(arm.agent_id):
            keys = ('arms', index, 'agent_id')
            problems.expected(keys, 'a letter, then letters, digits or _')
        if not arm.skills or not all(arm.skills):
            problems.expected(('arms', index, 'skills'), 'at least one skill, none of them empty')


def _check_ids(section: str, key: str, ids: Iterable[str], problems: Problems) -> None:
    first: dict[str, int] = {}
    for index, name in enumerate(ids):
        keys = (section, index, key)
        if not name:
            problems.expected(keys, 'a name')
        elif name in first:
            line = problems.document.place((section, first[name], key)).line
            problems.expected(keys, f'a name of its own; line {line} has it')
        first.setdefault(name, index)


def _check_places(world: World, problems: Problems) -> None:
    places = [place.name for place in world.locations]
    parts = [part.part_id for part in world.parts]
    taken: dict[str, str] = {}
    for index, part in enumerate(world.parts):
        keys = ('parts', index, 'at')
        if part.at not in places:
            problems.expected(keys, f'a location: {one_of(part.at, places)}')
        elif part.at in taken:
            problems.expected(keys, f'a free location; part {taken[part.at]} lies there')
        taken.setdefault(part.at, part.part_id)
    for index, fault in enumerate(world.faults):
        if fault.part not in parts:
            problems.expected(('faults', index, 'part'), f'a part: {one_of(fault.part, parts)}')


def _check_zones(world: World, problems: Problems) -> None:
    arms = [arm.agent_id for arm in world.arms]
    for index, zone in enumerate(world.zones):
        if zone.agent_id not in arms:
            keys = ('zones', index, 'agent_id')
            problems.expected(keys, f'an arm: {one_of(zone.agent_id, arms)}')
    for index, arm in enumerate(world.arms):
        modes = {zone.mode for zone in world.zones if zone.agent_id == arm.agent_id}
        for mode in (SafetyMode.STOPPED, SafetyMode.REDUCED):
            if mode not in modes:
                problems.add(
                    ('arms', index, 'agent_id'),
                    f'got no zone with mode {mode.value} for {arm.agent_id},'
                    ' expected a STOPPED and a REDUCED one for every arm',
                )


def _check_figures(world: World, problems: Problems) -> None:
    for keys, is_right, what in _figures(world):
        if not is_right:
            problems.expected(keys, what)


def _figures(world: World) -> Iterator[tuple[Keys, bool, str]]:
    """Yield the figures that the records take as they are: where, whether right, what is."""
    yield ('step_hz',), 10 <= world.step_hz <= 10_000, '10 to 10000'
    yield ('reduced_speed',), 0 < world.reduced_speed < 1, 'above 0 and below 1'
    yield ('sensing', 'rate_hz'), world.sensing.rate_hz > 0, '> 0'
    yield ('sensing', 'max_age_s'), world.sensing.max_age_s > 0, '> 0'
    for index, place in enumerate(world.locations):
        yield ('locations', index, 'tolerance_m'), place.tolerance_m > 0, '> 0'
    for index, person in enumerate(world.people):
        yield from _figures_of(person, ('people', index))
    for index, fault in enumerate(world.faults):
        yield ('faults', index, 'nth_carry'), fault.nth_carry >= 1, '>= 1'
        within = 0 < fault.after_fraction < 1
        yield ('faults', index, 'after_fraction'), within, 'above 0 and below 1'


def _figures_of(person: PersonSpec, at: tuple[str | int, ...]) -> Iterator[tuple[Keys, bool, str]]:
    yield (*at, 'start_after_s'), person.start_after_s >= 0, '>= 0'
    yield (*at, 'speed_mps'), person.speed_mps > 0, '> 0'
    yield (*at, 'radius_m'), person.radius_m > 0, '> 0'
    yield (*at, 'height_m'), person.height_m > 0, '> 0'
    for leg, waypoint in enumerate(person.script):
        yield (*at, 'script', leg, 'stay_s'), waypoint.stay_s >= 0, '>= 0'
