"""Read order files: tasks that arrive together. A file is taken whole or refused whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from cobot_alloc.application.order import Order
from cobot_alloc.domain.codes import SkillCode
from cobot_alloc.domain.decisions.intake import find_cycle
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.domain.words import PRODUCT, Words
from cobot_alloc.files.expectations import known_keys, one_of
from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.words import refuse_unknown_skills
from cobot_alloc.files.yaml_source import load
from cobot_alloc.sim.world import World

_STRICT = {'extra': 'forbid'}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A task as people write it."""

    __pydantic_config__ = _STRICT

    id: str
    skill: str
    part: str = ''
    source: Annotated[str, Field(alias='from')] = ''
    target: Annotated[str, Field(alias='to')] = ''
    station: str = ''
    payload_kg: float = 0.0
    hazards: frozenset[str] = frozenset()
    repetition: int = 1
    judgement: bool = False
    modes: tuple[WorkMode, ...] = ()
    priority: int = 0
    earliest_start_s: float = 0.0
    deadline_s: float | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__ = _STRICT

    order: str = ''
    title: str = ''
    tasks: tuple[_Entry, ...]


def read_order(
    path: Path | str, *, world: World | None = None, words: Words | None = None
) -> Order:
    """
    Return the order that a file describes; without a name of its own it has the file's.

    :param world: where given, the locations and parts of the tasks must be in it.
    :param words: the skills that tasks may name; None: those of the product and of the people of
        the world, or any where that is not given.
    :raises BadInput: with one line for each problem.
    """
    document = load(path)
    written = validate(document, _File)
    problems = Problems(document)
    order_id = OrderId(written.order or Path(path).stem)
    tasks = _tasks(written, order_id, problems)
    _check_ids(written, problems)
    _check_work(written, problems)
    if world is not None:
        _check_against(world, written, problems)
        words = words or PRODUCT.with_skills(world.skills_of_people)
    if words is not None:
        for index in range(len(written.tasks)):
            refuse_unknown_skills(problems, ('tasks', index, 'skill'), words)
    problems.refuse_if_any()
    # With unknown predecessors there is no telling what is a cycle.
    _check_cycles(tasks, problems)
    problems.refuse_if_any()
    return Order(order_id=order_id, title=written.title, tasks=tuple(tasks))


def _tasks(written: _File, order_id: OrderId, problems: Problems) -> list[Task]:
    tasks = []
    for index, entry in enumerate(written.tasks):
        try:
            tasks.append(_task(entry, order_id))
        except ValueError as error:
            problems.refused(('tasks', index), str(error), known=known_keys(_Entry))
    return tasks


def _task(entry: _Entry, order_id: OrderId) -> Task:
    return Task(
        task_id=TaskId(entry.id),
        order_id=order_id,
        skill=entry.skill,
        part=entry.part,
        source=entry.source,
        target=entry.target,
        station=entry.station,
        payload_kg=entry.payload_kg,
        hazards=entry.hazards,
        repetition=entry.repetition,
        judgement=entry.judgement,
        modes=entry.modes,
        priority=entry.priority,
        earliest_start_s=entry.earliest_start_s,
        deadline_s=entry.deadline_s,
        predecessors=tuple(TaskId(name) for name in entry.after),
    )


def _check_ids(written: _File, problems: Problems) -> None:
    if not written.tasks:
        problems.expected(('tasks',), 'at least one task')
    first: dict[str, int] = {}
    for index, entry in enumerate(written.tasks):
        if entry.id in first:
            line = problems.document.place(('tasks', first[entry.id], 'id')).line
            problems.expected(('tasks', index, 'id'), f'an id of its own; line {line} has it')
        first.setdefault(entry.id, index)
    for index, entry in enumerate(written.tasks):
        for number, name in enumerate(entry.after):
            if name not in first:
                known = one_of(name, [other for other in first if other != entry.id])
                keys = ('tasks', index, 'after', number)
                problems.expected(keys, f'a task of this order: {known}')


def _check_work(written: _File, problems: Problems) -> None:
    for index, entry in enumerate(written.tasks):
        at = ('tasks', index)
        if '' in entry.hazards:
            problems.expected((*at, 'hazards'), 'names of hazards, none of them empty')
        if entry.judgement:
            continue  # a person may decide about anything
        known = SkillCode.known(entry.skill)
        for field in () if known is None else known.needs:  # only they know what theirs need
            key = _KEYS.get(field, field)
            if not getattr(entry, field):
                problems.add((*at, key), f'got nothing, expected the {_MEANINGS[key]}')
        if entry.source and entry.source == entry.target:
            problems.expected((*at, 'to'), 'a location other than the one it is taken from')


#: What fields of a task are called in a file.
_KEYS = {'source': 'from', 'target': 'to'}
_MEANINGS = {
    'part': 'part to handle (only a judgement task needs none)',
    'from': 'location to take it from',
    'to': 'location to bring it to',
    'station': 'machine, pallet, screw, seam, edge or workhold to work at',
}


def _check_against(world: World, written: _File, problems: Problems) -> None:
    places = [place.name for place in world.locations]
    stations = [station.station_id for station in world.stations]
    masses = {part.part_id: part.mass_kg for part in world.parts}
    for index, entry in enumerate(written.tasks):
        at = ('tasks', index)
        for key, name in (('from', entry.source), ('to', entry.target)):
            if name and name not in places:
                problems.expected(
                    (*at, key), f'a location of {world.cell}: {one_of(name, places)}'
                )
        if entry.station and entry.station not in stations:
            known = one_of(entry.station, stations)
            problems.expected((*at, 'station'), f'a station of {world.cell}: {known}')
        if entry.part and entry.part not in masses:
            known = one_of(entry.part, list(masses))
            problems.expected((*at, 'part'), f'a part of {world.cell}: {known}')
        elif entry.part and entry.payload_kg < masses[entry.part]:
            # Told too little, the allocator would send an arm that cannot lift it.
            mass = f'{masses[entry.part]:g}, the mass of {entry.part}'
            problems.expected((*at, 'payload_kg'), f'at least {mass}')


def _check_cycles(tasks: list[Task], problems: Problems) -> None:
    cycle = find_cycle({task.task_id: task.predecessors for task in tasks})
    if cycle:
        ids = [task.task_id for task in tasks]
        keys = ('tasks', min(ids.index(name) for name in cycle), 'after')
        problems.add(keys, f'these tasks wait for each other: {" -> ".join(cycle)}')
