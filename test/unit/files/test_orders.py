"""Order files: taken whole, or refused whole with every problem."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cobot_alloc.application.order import Order
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.files.orders import read_order
from cobot_alloc.files.validation import validate
from cobot_alloc.files.worlds import read_world
from cobot_alloc.files.yaml_source import load
from cobot_alloc.sim.world import World

SHIPPED = Path(__file__).parents[3]

ORDER = """\
order: monday
title: A morning's work
tasks:
  - id: load
    skill: pick_place
    part: gear
    from: tray
    to: nest
    payload_kg: 0.5
    hazards: [solvent]
    repetition: 3
    priority: 2
    earliest_start_s: 1
    deadline_s: 60
  - id: look
    skill: decide
    judgement: true
    after: [load]
"""

WORLD = """\
cell: cell_a
arms: []
locations:
  - {name: tray, position: [0.5, 0, 0.7]}
  - {name: nest, position: [0, 0.5, 0.7]}
parts:
  - {part_id: gear, at: tray, mass_kg: 0.5}
"""


@pytest.fixture
def world(write: Callable[..., Path]) -> World:
    return validate(load(write(WORLD, 'world.yaml')), World)


def test_an_order_is_read_whole(write: Callable[..., Path], world: World) -> None:
    assert read_order(write(ORDER), world=world) == Order(
        order_id=OrderId('monday'),
        title="A morning's work",
        tasks=(
            Task(
                task_id=TaskId('load'),
                order_id=OrderId('monday'),
                skill='pick_place',
                part='gear',
                source='tray',
                target='nest',
                payload_kg=0.5,
                hazards=frozenset({'solvent'}),
                repetition=3,
                priority=2,
                earliest_start_s=1.0,
                deadline_s=60.0,
            ),
            Task(
                task_id=TaskId('look'),
                order_id=OrderId('monday'),
                skill='decide',
                judgement=True,
                predecessors=(TaskId('load'),),
            ),
        ),
    )


def test_an_order_says_how_a_task_may_be_done(write: Callable[..., Path]) -> None:
    text = ORDER.replace('priority: 2', 'modes: [arm, together]')
    load_task, look = read_order(write(text)).tasks
    assert load_task.modes == (WorkMode.ARM, WorkMode.TOGETHER)
    assert look.modes == ()


def test_an_order_without_a_name_has_the_name_of_its_file(write: Callable[..., Path]) -> None:
    order = read_order(write(ORDER.replace('order: monday\n', ''), 'tuesday.yaml'))
    assert order.order_id == 'tuesday'
    assert order.tasks[0].order_id == 'tuesday'


def refused(path: Path, **given: Any) -> list[str]:
    with pytest.raises(BadInput) as refusal:
        read_order(path, **given)
    return str(refusal.value).replace(str(path), '').split('\n')


@pytest.mark.parametrize(
    ('old', 'new', 'problem'),
    [
        ('id: look', 'id: load', ":15: tasks[1].id: got 'load', expected an id of its own; "),
        ('id: look', "id: ''", ':15: tasks[1]: a task needs a task_id and a skill'),
        ('[load]', '[lod]', ":18: tasks[1].after[0]: got 'lod', expected a task of this order"),
        ('from: tray', 'form: tray', ":7: tasks[0].form: got an unknown key, expected 'from'"),
        ('    from: tray\n', '', ':4: tasks[0].from: got nothing, expected the location to take'),
        ('    part: gear\n', '', ':4: tasks[0].part: got nothing, expected the part to handle'),
        ('to: nest', 'to: tray', ":8: tasks[0].to: got 'tray', expected a location other than"),
        ('kg: 0.5', 'kg: -1', ':9: tasks[0].payload_kg: got -1, expected a number >= 0'),
        ('kg: 0.5', 'kg: .inf', ":9: tasks[0].payload_kg: got '.inf', expected a number"),
        ('[solvent]', "['']", ':10: tasks[0].hazards: got a list of 1, expected names of hazards'),
        ('[solvent]', 'solvent', ":10: tasks[0].hazards: got 'solvent', expected a list of text"),
        ('repetition: 3', 'repetition: 0', ':11: tasks[0].repetition: got 0, expected >= 1'),
        ('deadline_s: 60', 'deadline_s: 1', ':14: tasks[0].deadline_s: got 1, expected after ear'),
        ('priority: 2', 'modes: [alone]', ":12: tasks[0].modes[0]: got 'alone', expected one of"),
        ('priority: 2', 'modes: arm', ":12: tasks[0].modes: got 'arm', expected a list of words,"),
        ('priority: 2', 'modes: [arm, arm]', ':12: tasks[0].modes: got a list of 2, expected dif'),
        ('priority: 2', 'modes: [together]', ':12: tasks[0].modes: got a list of 1, expected wit'),
        ('judgement: true', 'judgement: 1', ':17: tasks[1].judgement: got 1, expected true or f'),
    ],
)  # fmt: skip
def test_a_problem_is_named_with_its_line(
    write: Callable[..., Path], old: str, new: str, problem: str
) -> None:
    assert old in ORDER
    lines = refused(write(ORDER.replace(old, new, 1)))
    assert lines[0].startswith(problem)


def test_hazardous_work_that_needs_judgement_is_nobodys_and_refused(
    write: Callable[..., Path],
) -> None:
    """A person only, and a person never."""
    lines = refused(write(ORDER.replace('judgement: true', 'judgement: true\n    hazards: [x]')))
    assert len(lines) == 1
    assert lines[0].startswith(':15: tasks[1]: a task cannot need judgement (a person only) and')


def test_tasks_that_wait_for_each_other_are_refused_and_the_cycle_is_shown(
    write: Callable[..., Path],
) -> None:
    lines = refused(write(ORDER.replace('priority: 2', 'after: [look]')))
    assert len(lines) == 1
    assert lines[0].startswith(':12: tasks[0].after: these tasks wait for each other: lo')
    assert ' -> look' in lines[0]
    assert ' -> load' in lines[0]


def test_a_task_that_waits_for_itself_is_refused(write: Callable[..., Path]) -> None:
    lines = refused(write(ORDER.replace('after: [load]', 'after: [look]')))
    assert lines == [':18: tasks[1].after: these tasks wait for each other: look -> look']


@pytest.mark.parametrize(
    ('old', 'new', 'problem'),
    [
        ('part: gear', 'part: gaer', ":6: tasks[0].part: got 'gaer', expected a part of cell_a"),
        ('from: tray', 'from: trey', ":7: tasks[0].from: got 'trey', expected a location of cell"),
        ('to: nest', 'to: moon', ":8: tasks[0].to: got 'moon', expected a location of cell_a"),
        ('kg: 0.5', 'kg: 0.4', ':9: tasks[0].payload_kg: got 0.4, expected at least 0.5'),
        ('    payload_kg: 0.5\n', '', ':4: tasks[0].payload_kg: got nothing, expected at least'),
    ],
)  # fmt: skip
def test_what_the_world_does_not_have_is_refused(
    write: Callable[..., Path], world: World, old: str, new: str, problem: str
) -> None:
    path = write(ORDER.replace(old, new, 1))
    assert read_order(path)
    assert refused(path, world=world)[0].startswith(problem)


def test_an_order_without_tasks_is_refused(write: Callable[..., Path]) -> None:
    assert refused(write('tasks: []\n')) == [
        ':1: tasks: got an empty list, expected at least one task'
    ]


def test_one_bad_task_refuses_all_and_every_problem_is_named(write: Callable[..., Path]) -> None:
    text = ORDER.replace('repetition: 3', 'repetition: 0').replace('[load]', '[lood]')
    assert [line.split(': ')[0] for line in refused(write(text))] == [':11', ':18']


def test_the_shipped_order_fits_the_shipped_world() -> None:
    world = read_world(SHIPPED / 'worlds' / 'two_arm_cell.yaml')
    order = read_order(SHIPPED / 'orders' / 'first_shift.yaml', world=world)
    assert len(order.tasks) >= 12


def test_the_shipped_order_shows_who_may_do_what() -> None:
    """A heavy part for one arm, a hazard for no person, a decision for no arm."""
    order = read_order(SHIPPED / 'orders' / 'first_shift.yaml')
    assert any(task.payload_kg == 5.0 for task in order.tasks)
    assert any(task.is_hazardous and task.target == 'hazard_station' for task in order.tasks)
    (decision,) = [task for task in order.tasks if task.judgement]
    assert decision.predecessors
    assert any(task.deadline_s is not None for task in order.tasks)
