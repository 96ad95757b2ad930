"""Belts: who may be sent for what lies on one."""

from __future__ import annotations

from typing import Any

import pytest
from support.cells import a_running_cell, a_task, an_arm, PlayedCell
from support.whole_walk import indexed_behind as behind

from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import ConveyorSpec

BELTS = {'belt_in': 'belt', 'belt_out': 'belt'}


def loads(number: int) -> Task:
    return a_task(f'load_{number}', part=f'gear_{number}', source='tray', target='belt_in')


def takes(number: int, **more: Any) -> Task:
    return a_task(
        f'take_{number}', part=f'gear_{number}', source='belt_out', target='box',
        predecessors=(f'load_{number}',), **more,
    )  # fmt: skip


@pytest.fixture
def line() -> PlayedCell:
    """Return an arm that has put two gears on a belt, the second one first, and another's eve."""
    cell = a_running_cell(an_arm('loader', skills=frozenset({'load'})), belts=BELTS)
    cell.hear(an_arm('taker'), held=True)
    tasks = [loads(2), loads(1), takes(1, priority=1), takes(2)]
    cell.submit(*(t if t.task_id[0] == 't' else _with_skill(t, 'load') for t in tasks))
    for number in (2, 1):
        cell.wait(1.0)
        cell.begin(f'load_{number}')
        cell.succeed(f'load_{number}')
    return cell


def _with_skill(task: Task, skill: str) -> Task:
    return a_task(
        task.task_id, skill=skill, part=task.part, source=task.source, target=task.target
    )


def test_what_was_put_on_first_is_taken_off_first(line: PlayedCell) -> None:
    """Though the other one has the higher priority: its part cannot be reached yet."""
    assert behind(line.state, line.rules) == {'take_1': 'take_2'}
    line.hear(an_arm('taker'))
    assert line.task('take_2').agent_id == 'taker'
    line.begin('take_2')
    line.succeed('take_2')
    assert line.task('take_1').agent_id == 'taker'


def test_the_decision_says_what_it_had_to_wait_for(line: PlayedCell) -> None:
    """Of another agent that could have taken it, too."""
    line.hear(an_arm('other'))
    assert line.task('take_2').agent_id == 'other'
    line.hear(an_arm('taker'))
    assert line.task('take_1').agent_id == 'taker'  # the part in front is in somebody's hand


def test_no_plan_goes_against_the_belt(line: PlayedCell) -> None:
    """A plan that has them the other way round makes nobody wait."""
    line.give(
        AdoptPlan(
            reservations=(
                Reservation(
                    task_id=TaskId('take_1'), agent_id=AgentId('taker'), start_s=line.now_s
                ),
                Reservation(
                    task_id=TaskId('take_2'), agent_id=AgentId('taker'), start_s=line.now_s + 5.0
                ),
            ),
            cost_s=1.0,
            instead_of_s=None,
            policy='balanced',
            origin='test',
        )
    )
    line.hear(an_arm('taker'))
    assert line.task('take_2').agent_id == 'taker'


def test_the_problem_of_the_cell_has_them_in_the_order_of_the_belt(line: PlayedCell) -> None:
    problem = cell_problem(line.state, line.rules, Policy(), now_s=line.now_s)
    by_id = {operation.task_id: operation for operation in problem.operations}
    assert by_id[TaskId('take_1')].predecessors == ('take_2',)


def test_a_part_that_nobody_is_to_take_off_holds_up_nobody(line: PlayedCell) -> None:
    """Its task was given up: whether it still lies there is for people to see."""
    line.act(Subject(SubjectKind.TASK, 'take_2'), Action.CANCEL)
    assert line.task('take_2').state is TaskState.CANCELED
    assert behind(line.state, line.rules) == {}


def test_which_places_are_on_a_belt() -> None:
    """On its surface, from end to end and rail to rail."""
    belt = ConveyorSpec(station_id='c', start=(0.0, 0.0, 0.7), end=(2.0, 0.0, 0.7), width_m=0.2)
    on = [(0.0, 0.0, 0.7), (2.0, 0.1, 0.7), (1.0, -0.1, 0.71)]
    off = [(-0.01, 0.0, 0.7), (2.01, 0.0, 0.7), (1.0, 0.11, 0.7), (1.0, 0.0, 0.75)]
    assert [belt.bears(at) for at in on + off] == [True] * 3 + [False] * 4
