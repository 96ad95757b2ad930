"""What an arm says of an attempt, and what the rules make of it."""

from __future__ import annotations

import pytest
from support.cells import a_running_cell, a_task, an_arm, PlayedCell
from support.present import present

from cobot_alloc.domain.attempt import AttemptOutcome, AttemptStatus
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.events import AttemptPaused, AttemptStarted
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState


@pytest.fixture
def cell() -> PlayedCell:
    """Return an attended cell whose only arm is at its only task."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    return cell


def test_success_ends_the_task(cell: PlayedCell) -> None:
    """The task is completed, and nobody had to decide anything."""
    cell.succeed('t1')
    assert cell.task('t1').state is TaskState.COMPLETED
    assert cell.task('t1').decided_by == ''


def test_a_success_that_overtook_its_acceptance_counts(cell: PlayedCell) -> None:
    """The network may deliver the end of an attempt and never its beginning."""
    cell.succeed('t1')
    cell.submit(a_task('t2'))
    cell.succeed('t2')
    assert cell.task('t2').state is TaskState.COMPLETED


@pytest.mark.parametrize('status', list(AttemptStatus))
def test_a_stale_fence_changes_nothing(cell: PlayedCell, status: AttemptStatus) -> None:
    """A report of an attempt that is not the current one is ignored."""
    before = cell.state
    assert cell.report('t1', status, fence=present(cell.task('t1').attempt).fence - 1) == ()
    assert cell.report('t1', status, fence=present(cell.task('t1').attempt).fence + 1) == ()
    assert cell.state == before


@pytest.mark.parametrize('status', list(AttemptStatus))
def test_a_report_that_comes_twice_counts_once(cell: PlayedCell, status: AttemptStatus) -> None:
    """The second copy of any report changes nothing."""
    fence = present(cell.task('t1').attempt).fence
    cell.report('t1', status)
    before = cell.state
    cell.report('t1', status, fence=fence)
    if status not in (AttemptStatus.RUNNING,):
        assert cell.state == before


def test_the_fence_only_grows(cell: PlayedCell) -> None:
    """Every attempt in the cell has a higher number than all before it."""
    cell.fail('t1', 'grip_failed')
    cell.begin('t1')
    cell.succeed('t1')
    cell.submit(a_task('t2'))
    fences = [event.fence for event in cell.history if isinstance(event, AttemptStarted)]
    assert fences == sorted(set(fences))
    assert len(fences) == 3


def test_fences_that_others_used_are_stepped_over(cell: PlayedCell) -> None:
    """After a goal that someone sent to the arm by hand, the next fence is above it."""
    cell.succeed('t1')
    cell.hear(an_arm(), highest_fence=41)
    cell.submit(a_task('t2'))
    assert present(cell.task('t2').attempt).fence == 42


def test_a_rule_may_retry_so_often(cell: PlayedCell) -> None:
    """The first failed grip is retried by rule, the second one is asked about."""
    cell.fail('t1', 'grip_failed')
    assert cell.task('t1').state is TaskState.ASSIGNED
    assert cell.task('t1').decided_by == 'rule grip again'
    cell.begin('t1')
    cell.fail('t1', 'grip_failed')
    assert cell.task('t1').state is TaskState.AWAITING_DECISION
    assert cell.the_case().failure.code == 'grip_failed'


def test_a_rule_may_give_it_to_another_arm() -> None:
    """Reassigning rules the arm out that failed; with no other arm a person is asked."""
    cell = a_running_cell(an_arm('a'), an_arm('b'))
    cell.submit(a_task())
    first = cell.task('t1').agent_id
    cell.begin('t1')
    cell.fail('t1', 'unreachable', Phase.PLANNING)
    second = cell.task('t1').agent_id
    assert {first, second} == {'a', 'b'}
    cell.begin('t1')
    cell.fail('t1', 'unreachable', Phase.PLANNING)
    assert cell.task('t1').state is TaskState.AWAITING_DECISION


@pytest.mark.parametrize('status', [AttemptStatus.UNKNOWN, AttemptStatus.REFUSED])
def test_an_attempt_that_never_began_is_not_left_alone(
    cell: PlayedCell, status: AttemptStatus
) -> None:
    """A lost or refused goal is answered by the rules like a failure."""
    cell.succeed('t1')
    cell.submit(a_task('t2'))
    cell.report('t2', status)
    assert cell.task('t2').attempts[-1].outcome is AttemptOutcome.REFUSED
    assert cell.task('t2').state is TaskState.AWAITING_DECISION


def test_an_interrupted_attempt_is_asked_about_not_guessed(cell: PlayedCell) -> None:
    """An arm whose process ended in the middle leaves a question: the part may have moved."""
    cell.report('t1', AttemptStatus.INTERRUPTED)
    assert cell.task('t1').state is TaskState.AWAITING_DECISION
    case = cell.the_case()
    assert case.failure.phase is Phase.SAFETY
    assert 'may have moved' in case.failure.detail


def test_a_silent_arm_leaves_a_question(cell: PlayedCell) -> None:
    """Its task is not given to anyone else on a guess."""
    cell.miss('panda')
    assert cell.task('t1').state is TaskState.AWAITING_DECISION
    assert cell.the_case().failure.code == 'arm_silent'
    assert cell.state.agents[AgentId('panda')].health.value == 'offline'


def test_an_arm_that_is_back_at_it_answers_the_question_itself(cell: PlayedCell) -> None:
    """The case expires and the task goes on where it was."""
    cell.miss('panda')
    case_id = cell.the_case().case_id
    cell.hear(an_arm())
    cell.begin('t1')
    assert cell.task('t1').state is TaskState.UNDERWAY
    assert cell.state.cases[case_id].state is CaseState.EXPIRED


def test_an_old_word_of_a_silent_arm_answers_no_question(cell: PlayedCell) -> None:
    """It said that it was at it before it fell silent; nobody else would ask any more."""
    cell.miss('panda')
    cell.begin('t1')
    assert cell.task('t1').state is TaskState.AWAITING_DECISION
    assert cell.the_case().is_open


def test_a_late_success_of_a_silent_arm_counts_until_someone_decided(cell: PlayedCell) -> None:
    """Before the decision the arm's word is true; after it, it is stale."""
    cell.miss('panda')
    fence = present(cell.task('t1').attempt).fence
    cell.act(cell.case_subject(), Action.SKIP)
    before = cell.state
    cell.report('t1', AttemptStatus.SUCCEEDED, fence=fence)
    assert cell.state == before
    assert cell.task('t1').attempts[-1].outcome is AttemptOutcome.ABANDONED


def test_cancel_of_a_motion_waits_for_the_arm(cell: PlayedCell) -> None:
    """The task ends when the arm says that it came to rest, not before."""
    from support.cells import task_subject

    cell.act(task_subject('t1'), Action.CANCEL)
    assert cell.task('t1').state is TaskState.UNDERWAY
    assert Action.CANCEL not in cell.offered(task_subject('t1'))
    cell.report('t1', AttemptStatus.CANCELED)
    assert cell.task('t1').state is TaskState.CANCELED
    assert cell.task('t1').decided_by == 'anna'


def test_cancel_is_exact(cell: PlayedCell) -> None:
    """Canceling one task leaves every other as it is."""
    from support.cells import task_subject

    cell.submit(a_task('t2'), a_task('t3'))
    others = [cell.task('t1'), cell.task('t3')]
    cell.act(task_subject('t2'), Action.CANCEL)
    assert cell.task('t2').state is TaskState.CANCELED
    assert [cell.task('t1'), cell.task('t3')] == others


def test_a_held_arm_pauses_its_task_and_goes_on_with_it(cell: PlayedCell) -> None:
    """The task is paused while its arm is held, and underway again after."""
    from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode

    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False, cause='anna is near')
    assert cell.task('t1').state is TaskState.PAUSED
    assert cell.task('t1').reason == 'anna is near'
    cell.hear(an_arm())
    assert cell.task('t1').state is TaskState.UNDERWAY


def test_a_word_of_an_arm_that_may_move_pauses_nothing() -> None:
    """Underway and not held: nothing to be paused, however often it says that it is at it."""
    cell = a_running_cell()
    cell.submit(a_task())
    assert not [e for e in cell.begin('t1') if isinstance(e, AttemptPaused)]
    assert cell.begin('t1') == ()
    assert cell.task('t1').state is TaskState.UNDERWAY


def test_an_arm_held_from_the_start_pauses_its_task_once_and_says_why() -> None:
    """A second word about the same standstill adds nothing."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False, cause='zone panda_stop')
    (paused,) = [e for e in cell.begin('t1') if isinstance(e, AttemptPaused)]
    assert paused.cause == 'zone panda_stop'
    assert cell.task('t1').state is TaskState.PAUSED
    assert cell.begin('t1') == ()
