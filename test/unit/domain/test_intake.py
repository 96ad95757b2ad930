"""Orders are taken on whole or refused whole."""

from __future__ import annotations

from typing import Any

import pytest
from support.cells import a_running_cell, a_task, an_arm, PlayedCell

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.words import PRODUCT


def test_tasks_wait_for_their_predecessors() -> None:
    """A task is queued or blocked by its predecessors, and unblocked by their end."""
    cell = a_running_cell()
    cell.submit(a_task('a'), a_task('b', predecessors=('a',)))
    assert cell.task('b').state is TaskState.BLOCKED
    cell.begin('a')
    cell.succeed('a')
    assert cell.task('b').state is TaskState.ASSIGNED


def test_times_count_from_acceptance() -> None:
    """Earliest start and deadline of an order file become cell times."""
    cell = PlayedCell()
    cell.wait(100.0)
    cell.submit(a_task(earliest_start_s=5.0, deadline_s=60.0))
    assert cell.task('t1').task.earliest_start_s == 105.0
    assert cell.task('t1').task.deadline_s == 160.0


def test_a_task_does_not_start_too_early() -> None:
    """Nothing is given out before its earliest start."""
    cell = a_running_cell()
    cell.submit(a_task(earliest_start_s=5.0))
    assert cell.task('t1').state is TaskState.QUEUED
    cell.wait(5.0)
    assert cell.task('t1').state is TaskState.ASSIGNED


def test_a_repeated_key_makes_no_second_task() -> None:
    """The same key with the same tasks changes nothing, however often it comes."""
    cell = PlayedCell()
    cell.submit(a_task(), key='k', order='o')
    assert cell.submit(a_task(), key='k', order='o') == ()
    assert list(cell.state.tasks) == ['t1']


def test_the_set_of_hazards_has_no_order_in_the_fingerprint() -> None:
    """A repetition is recognised whatever the order in which a set is walked through."""
    cell = PlayedCell()
    cell.submit(a_task(hazards=frozenset({'a', 'b', 'c', 'd'})), key='k', order='o')
    again = a_task(hazards=frozenset({'d', 'c', 'b', 'a'}))
    assert cell.submit(again, key='k', order='o') == ()


@pytest.mark.parametrize(
    ('tasks', 'more', 'code'),
    [
        ([], {}, 'no_tasks'),
        ([a_task(), a_task()], {}, 'task_known'),
        ([a_task('old')], {}, 'task_known'),
        ([a_task(predecessors=('ghost',))], {}, 'predecessor_unknown'),
        ([a_task('a', predecessors=('b',)), a_task('b', predecessors=('a',))], {}, 'cycle'),
        ([a_task(predecessors=('t1',))], {}, 'cycle'),
        ([a_task()], {'order': 'first', 'key': 'other'}, 'order_known'),
        ([a_task()], {'key': 'first'}, 'key_reused'),
        ([a_task(f'n{i}') for i in range(4)], {}, 'order_too_large'),
    ],
)
def test_refusals(tasks: list[Task], more: dict[str, Any], code: str) -> None:
    """What cannot be is refused with a code, and nothing of the order is taken on."""
    cell = PlayedCell(limits=Limits(max_order_tasks=3))
    cell.submit(a_task('old'), order='first')
    before = cell.state
    with pytest.raises(Refused) as refused:
        cell.submit(*tasks, **more)
    assert refused.value.code == code
    assert cell.state == before


def test_a_skill_that_nobody_knows_is_refused_with_the_one_that_was_meant() -> None:
    """Known are the product's, those that the cell lists, and those that somebody announced."""
    words = PRODUCT.with_listed(Limits(skills=('weld',)))
    cell = a_running_cell(an_arm(skills=frozenset({'polish'})), words=words)
    cell.submit(a_task('a', skill='weld'), a_task('b', skill='polish'), a_task('c'))
    before = cell.state
    for skill, meant in (('pick_plaec', 'pick_place'), ('plish', 'polish'), ('wled', 'weld')):
        with pytest.raises(Refused) as refused:
            cell.submit(a_task('d'), a_task('e', skill=skill))
        assert refused.value.code is RefusalCode.SKILL_UNKNOWN
        assert str(refused.value).startswith(
            f'task e: skill: got {skill!r}, expected {meant!r}, or one that the limits list'
        )
    assert cell.state == before


def test_without_words_any_skill_is_taken() -> None:
    """Of a cell of which nothing is said, and whose arms may still come."""
    cell = PlayedCell()
    cell.submit(a_task(skill='anything'))
    assert cell.task('t1').state is TaskState.QUEUED


def test_a_full_cell_says_so() -> None:
    """Admission is bounded; tasks that ended make room."""
    cell = a_running_cell(limits=Limits(max_waiting_tasks=2))
    cell.submit(a_task('a'), a_task('b'))
    with pytest.raises(Refused) as refused:
        cell.submit(a_task('c'))
    assert refused.value.code == 'full'
    cell.begin('a')
    cell.succeed('a')
    cell.submit(a_task('c'))


def test_what_nobody_can_do_becomes_a_question() -> None:
    """A task too heavy for every arm is not left waiting for ever."""
    cell = a_running_cell(an_arm(payload_kg=3.0))
    cell.submit(a_task(payload_kg=9.0))
    assert cell.open_cases() == []
    cell.wait(cell.rules.limits.patience_s)
    case = cell.the_case()
    assert case.failure.code == 'no_capable_agent'
    assert 'panda lifts 3 kg, the part has 9 kg' in case.failure.detail


def test_a_task_whose_predecessor_is_lost_becomes_a_question() -> None:
    """A successor of a scrapped task neither starts nor waits for ever."""
    cell = a_running_cell()
    cell.submit(a_task('a'), a_task('b', predecessors=('a',)))
    cell.begin('a')
    cell.fail('a', 'crushed')
    assert cell.task('a').state is TaskState.SCRAPPED
    assert cell.task('b').state is TaskState.AWAITING_DECISION
    assert cell.the_case().failure.code == 'predecessor_lost'


def test_finished_orders_are_archived_and_their_key_still_known() -> None:
    """After a while the state has neither the tasks nor the cases, and no repetition slips in."""
    cell = a_running_cell()
    cell.submit(a_task(), key='k', order='o')
    cell.begin('t1')
    cell.fail('t1', 'crushed')
    cell.submit(a_task('t2'))
    cell.wait(cell.rules.limits.keep_finished_s + 1.0)
    assert list(cell.state.tasks) == ['t2']
    assert cell.submit(a_task(), key='k', order='o') == ()
    with pytest.raises(Refused) as refused:
        cell.submit(a_task('t3'), key='k', order='o')
    assert refused.value.code == 'key_reused'


def test_what_others_wait_for_is_not_archived() -> None:
    """An order stays in view as long as a task of another one builds on it."""
    cell = a_running_cell(limits=Limits(keep_finished_s=5.0))
    cell.submit(a_task('first'))
    cell.begin('first')
    cell.submit(a_task('last', predecessors=('first', 'late')), a_task('late'))
    cell.succeed('first')
    cell.begin('late')
    cell.wait(20.0)
    assert 'first' in cell.state.tasks
    cell.succeed('late')
    assert cell.task('last').state is TaskState.ASSIGNED
    cell.wait(20.0)
    assert 'first' not in cell.state.tasks
