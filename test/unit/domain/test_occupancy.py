"""Places that hold one part: nobody is sent to put a second one there."""

from __future__ import annotations

from typing import Any

import pytest
from support.cells import a_running_cell, a_task, an_arm, PlayedCell, task_subject
from support.whole_walk import indexed_taken as waits_for_place

from cobot_alloc.domain.allocation.cell_problem import cell_problem
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.decisions.candidates import candidates_for
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.task import Task

PLACES = frozenset({'nest', 'tray_1', 'tray_2', 'out'})


def move(task_id: str, part: str, source: str, target: str, **more: Any) -> Task:
    return a_task(task_id, part=part, source=source, target=target, **more)


@pytest.fixture
def nest() -> PlayedCell:
    """Return two arms, one of them held; a housing is in the nest, and is to go, in an order."""
    cell = a_running_cell(an_arm('left'), single_places=PLACES)
    cell.hear(an_arm('right'), held=True)
    cell.submit(
        move('seat_1', 'housing_1', 'tray_1', 'nest'),
        move('away_1', 'housing_1', 'nest', 'out', predecessors=('look',)),
        a_task('look', skill='decide', judgement=True, predecessors=('seat_1',)),
    )
    cell.submit(move('seat_2', 'housing_2', 'tray_2', 'nest'))
    return cell


def do(cell: PlayedCell, task_id: str) -> None:
    cell.begin(task_id)
    cell.wait(1.0)
    cell.succeed(task_id)


def test_a_part_waits_until_its_place_is_free(nest: PlayedCell) -> None:
    """From when the first one is on its way there until it is gone, not only begun to go."""
    nest.hear(an_arm('right'))
    assert nest.task('seat_2').agent_id is None
    do(nest, 'seat_1')
    assert waits_for_place(nest.state, nest.rules) == {'seat_2': 'away_1'}
    assert nest.task('seat_2').agent_id is None
    problem = cell_problem(nest.state, nest.rules, Policy(), now_s=nest.now_s)
    by_id = {operation.task_id: operation for operation in problem.operations}
    assert by_id[TaskId('seat_2')].predecessors == ('away_1',)
    nest.act(task_subject('look'), Action.DONE_BY_ME)
    assert nest.task('away_1').agent_id is not None
    assert nest.task('seat_2').agent_id is None
    do(nest, 'away_1')
    assert nest.task('seat_2').agent_id is not None


def test_the_decision_says_what_it_waited_for(nest: PlayedCell) -> None:
    """The reason stands beside whoever was free."""
    nest.hear(an_arm('right'))
    found = candidates_for(nest.task('seat_2'), nest.state, nest.rules, now_s=nest.now_s)
    (right,) = [candidate for candidate in found if candidate.agent_id == 'right']
    assert [reason.code for reason in right.reasons] == ['place_taken']
    assert right.reasons[0].text == 'nest is taken until away_1 has ended'


def test_a_part_that_was_never_moved_stands_where_it_is_to_be_fetched(nest: PlayedCell) -> None:
    """And a place that is only to be filled later is free until then."""
    nest.submit(move('tidy', 'cover', 'shelf', 'tray_1'))
    nest.submit(move('other', 'lid', 'shelf', 'tray_2'))
    assert waits_for_place(nest.state, nest.rules) == {
        'seat_2': 'away_1',
        'other': 'seat_2',
        'tidy': 'seat_1',
    }


def test_what_was_handed_over_stands_nowhere() -> None:
    """The next cover may be held out while the person still has the one before in the hand."""
    skills = frozenset({'hand_over'})
    cell = a_running_cell(an_arm('left', skills=skills), single_places=PLACES | {'offer'})
    give = {'skill': 'hand_over', 'target': 'offer'}
    cell.submit(
        a_task('give_1', part='cover_1', source='tray_1', **give),
        a_task('give_2', part='cover_2', source='tray_2', **give),
        move('fit_1', 'cover_1', 'offer', 'out', predecessors=('give_1',)),
    )
    assert waits_for_place(cell.state, cell.rules) == {}
    do(cell, 'give_1')
    assert cell.task('give_2').agent_id == 'left'


def test_two_parts_that_change_places_do_not_wait_for_each_other() -> None:
    """It cannot be done, but that is for an arm to find out and for a person to solve."""
    cell = a_running_cell(an_arm('left'), single_places=PLACES)
    cell.submit(move('in_1', 'gear_1', 'out', 'tray_1'), move('in_2', 'gear_2', 'out', 'tray_2'))
    do(cell, 'in_1')
    do(cell, 'in_2')
    cell.hear(an_arm('left'), held=True)
    cell.submit(
        move('there', 'gear_1', 'tray_1', 'tray_2'), move('back', 'gear_2', 'tray_2', 'tray_1')
    )
    assert waits_for_place(cell.state, cell.rules) == {}


def test_what_comes_after_it_anyway_is_not_waited_for() -> None:
    """The second part is to be taken away only after this one was put there."""
    cell = a_running_cell(an_arm('left'), single_places=PLACES)
    cell.submit(move('in_1', 'gear_1', 'out', 'nest'))
    do(cell, 'in_1')
    cell.hear(an_arm('left'), held=True)
    cell.submit(
        move('swap', 'gear_2', 'tray_2', 'nest'),
        move('away', 'gear_1', 'nest', 'out', predecessors=('swap',)),
    )
    assert waits_for_place(cell.state, cell.rules) == {}


def test_places_of_which_nothing_is_known_hold_anything() -> None:
    cell = a_running_cell(an_arm('left'), an_arm('right'))
    cell.submit(
        move('in_1', 'gear_1', 'out', 'box'),
        move('away_1', 'gear_1', 'box', 'out', predecessors=('in_1',)),
        move('in_2', 'gear_2', 'out', 'box'),
    )
    assert cell.task('in_2').agent_id is not None
