"""What people may do, when, and that it is done once and by whom."""

from __future__ import annotations

from typing import Any

import pytest
from support.cells import (
    a_person,
    a_running_cell,
    a_task,
    an_arm,
    PlayedCell,
    task_subject,
)

from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.events import ActionTaken, CaseEscalated, ResumeGranted
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId, ZoneId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.zone import ResumeRule, Zone


def _asking(code: str = 'part_dropped', phase: Phase = Phase.EXECUTION, **task: Any) -> PlayedCell:
    """Return an attended cell that asks about its only task."""
    cell = a_running_cell()
    cell.submit(a_task(part='p1', source='a', target='b', **task))
    cell.begin('t1')
    cell.fail('t1', code, phase)
    return cell


def _refusal(cell: PlayedCell, *given: Any, **more: Any) -> str:
    before = cell.state
    with pytest.raises(Refused) as refused:
        cell.act(*given, **more)
    assert cell.state == before
    return refused.value.code


@pytest.mark.parametrize(
    ('action', 'state'),
    [
        (Action.RETRY, TaskState.ASSIGNED),
        (Action.TAKE_OVER, TaskState.MANUAL),
        (Action.DONE_BY_ME, TaskState.COMPLETED),
        (Action.SCRAP, TaskState.SCRAPPED),
        (Action.SKIP, TaskState.SKIPPED),
        (Action.CANCEL, TaskState.CANCELED),
    ],
)
def test_answers(action: Action, state: TaskState) -> None:
    """Each answer resolves the case and does to the task what it says."""
    cell = _asking()
    case_id = cell.the_case().case_id
    cell.act(cell.case_subject(), action)
    assert cell.task('t1').state is state
    assert cell.task('t1').decided_by == 'anna'
    case = cell.state.cases[case_id]
    assert (case.state, case.resolved_by) == (CaseState.RESOLVED, 'anna')
    assert case.resolution == action.value


def test_reassigning_needs_another_arm() -> None:
    """It is offered only where another arm could do it, and rules out the one that failed."""
    assert Action.REASSIGN not in _asking().offered(_asking().case_subject())
    cell = a_running_cell(an_arm('a'), an_arm('b'))
    cell.submit(a_task())
    first = cell.task('t1').agent_id
    cell.begin('t1')
    cell.fail('t1', 'part_dropped')
    cell.act(cell.case_subject(), Action.REASSIGN)
    assert cell.task('t1').agent_id not in (first, None)


def test_a_false_positive_is_offered_where_the_work_may_be_done() -> None:
    """After a postcondition failure a person may say that it is done; after a slip not."""
    cell = _asking('misplaced', Phase.POSTCONDITION)
    cell.act(cell.case_subject(), Action.FALSE_POSITIVE)
    assert cell.task('t1').state is TaskState.COMPLETED
    assert Action.FALSE_POSITIVE not in _asking().offered(_asking().case_subject())


def test_nobody_is_asked_to_do_hazardous_work() -> None:
    """No answer to a hazardous task puts a person's hands on it."""
    cell = _asking(hazards=frozenset({'acid'}))
    offers = cell.offers(cell.case_subject())
    actions = {offer.action for offer in offers.actions}
    assert not actions & {Action.TAKE_OVER, Action.DONE_BY_ME}
    assert all(not offer.asserts_part for offer in offers.actions)
    assert _refusal(cell, cell.case_subject(), Action.DONE_BY_ME) == 'not_offered'


def test_an_answer_says_where_the_part_is() -> None:
    """A retry after a lost part asserts that it is back, done by me that it is there."""
    cell = _asking()
    offers = {offer.action: offer for offer in cell.offers(cell.case_subject()).actions}
    assert offers[Action.RETRY].asserts_location == 'a'
    assert offers[Action.DONE_BY_ME].asserts_location == 'b'


def test_a_stale_screen_cannot_act() -> None:
    """An action on a version that is no longer current is refused and says so."""
    cell = _asking()
    seen = cell.the_case().version
    cell.act(cell.case_subject(), Action.CLAIM)
    assert _refusal(cell, cell.case_subject(), Action.RETRY, version=seen) == 'stale_version'


def test_an_action_is_applied_once() -> None:
    """A request that comes twice is answered as the first time and changes nothing."""
    cell = _asking()
    subject, version = cell.case_subject(), cell.the_case().version
    cell.act(subject, Action.RETRY, request_id='r', version=version)
    assert cell.act(subject, Action.RETRY, request_id='r', version=version) == ()
    assert len(cell.task('t1').attempts) == 2


def test_every_action_has_a_name_behind_it() -> None:
    """What was done stands in the history with its actor."""
    cell = _asking()
    cell.act(cell.case_subject(), Action.SKIP, note='not needed')
    taken = [event for event in cell.history if isinstance(event, ActionTaken)][-1]
    assert (taken.actor, taken.action, taken.note) == ('anna', Action.SKIP, 'not needed')


def test_who_is_not_there_cannot_answer() -> None:
    """Acting needs a sign-on; arms are no people."""
    cell = _asking()
    assert _refusal(cell, cell.case_subject(), Action.SKIP, actor='bert') == 'not_signed_on'
    assert _refusal(cell, cell.cell_subject, Action.STOP, actor='panda') == 'not_a_person'


def test_a_claim_keeps_others_away_until_its_lease_ends() -> None:
    """The second person is refused while the first has it, and not after."""
    cell = _asking()
    cell.sign_on(a_person('bert'))
    cell.act(cell.case_subject(), Action.CLAIM)
    assert _refusal(cell, cell.case_subject(), Action.SKIP, actor='bert') == 'claimed_by_other'
    cell.wait(cell.rules.limits.desk.lease_s)
    assert cell.the_case().state is CaseState.OPEN
    cell.act(cell.case_subject(), Action.SKIP, actor='bert')
    assert cell.task('t1').state is TaskState.SKIPPED


def test_an_unanswered_case_escalates_ever_more_slowly() -> None:
    """Each level comes when the clock runs out, and the next one waits twice as long."""
    cell = _asking()
    wait_s = cell.rules.limits.desk.unclaimed_s
    assert not cell.wait(wait_s - 1.0)
    (first,) = cell.wait(1.0)
    assert isinstance(first, CaseEscalated)
    assert first.level == 1
    assert not cell.wait(2 * wait_s - 1.0)
    (second,) = cell.wait(1.0)
    assert isinstance(second, CaseEscalated)
    assert second.level == 2


def test_a_note_is_asked_for_where_the_reason_matters() -> None:
    """Scrapping without a reason is refused."""
    cell = _asking()
    assert _refusal(cell, cell.case_subject(), Action.SCRAP, note='  ') == 'note_missing'


def test_the_same_failure_is_folded_into_one_case() -> None:
    """A second failure while a person is being asked counts in the same case."""
    cell = a_running_cell()
    cell.submit(a_task())
    cell.begin('t1')
    cell.miss('panda')
    cell.hear(an_arm())
    cell.fail('t1', 'part_dropped')
    assert cell.the_case().count == 2
    assert cell.the_case().failure.code == 'part_dropped'


def test_shift_and_sign_off() -> None:
    """The shift is attended while someone is there; who leaves gives their tasks back."""
    cell = a_running_cell()
    assert cell.state.shift == Shift.ATTENDED
    cell.submit(a_task(skill='decide', judgement=True))
    assert cell.task('t1').state is TaskState.MANUAL
    cell.act(cell.cell_subject, Action.SIGN_OFF)
    assert cell.state.shift is Shift.UNATTENDED
    assert cell.task('t1').state is TaskState.QUEUED


def test_a_stop_is_never_too_late() -> None:
    """Anyone may press it, whatever they saw last; only a reset with a reason unlatches."""
    cell = a_running_cell(attended=False)
    cell.act(cell.cell_subject, Action.STOP, version=0)
    assert cell.state.mode == SafetyMode.LATCHED
    cell.sign_on()
    assert _refusal(cell, cell.cell_subject, Action.RESUME) == 'not_offered'
    cell.act(cell.cell_subject, Action.RESET_STOP)
    assert cell.state.mode is SafetyMode.STOPPED
    cell.act(cell.cell_subject, Action.RESUME)
    assert cell.state.mode is SafetyMode.NORMAL


def _zone(resume: ResumeRule) -> Zone:
    volume = Cylinder(center=(0.0, 0.0, 0.0), radius_m=1.0, height_m=2.0)
    return Zone(
        zone_id=ZoneId('stop'),
        agent_id=AgentId('panda'),
        mode=SafetyMode.STOPPED,
        volume=volume,
        resume=resume,
        clear_for_s=2.0,
    )


def test_a_held_arm_goes_on_when_its_zone_was_clear_long_enough() -> None:
    """The automatic rule grants a resume after its time, not before, and not twice at once."""
    cell = PlayedCell(zones=(_zone(ResumeRule.AUTOMATIC),))
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False)
    assert not cell.wait(60.0)
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=True)
    assert not cell.wait(1.9)
    (granted,) = cell.wait(0.1)
    assert isinstance(granted, ResumeGranted)
    assert not cell.wait(0.1)


def test_an_interruption_starts_the_clear_time_anew() -> None:
    """Someone who steps in again for a moment restarts the count."""
    cell = PlayedCell(zones=(_zone(ResumeRule.AUTOMATIC),))
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=True)
    cell.wait(1.5)
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=False)
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=True)
    assert not cell.wait(1.9)
    assert cell.wait(0.1)


def test_a_person_is_asked_where_the_rule_says_so() -> None:
    """The arm waits for an answer; the answer is a resume in the person's name."""
    cell = PlayedCell(zones=(_zone(ResumeRule.PERSON),))
    cell.sign_on()
    cell.hear(an_arm(), SafetyMode.STOPPED, held=True, zone_clear=True)
    cell.wait(2.0)
    assert cell.the_case().subject == Subject(SubjectKind.AGENT, 'panda')
    events = cell.act(cell.case_subject(), Action.RESUME)
    assert [e.by for e in events if isinstance(e, ResumeGranted)] == ['anna']


def test_no_resume_while_the_cell_is_stopped() -> None:
    """A clear zone does not help while the whole cell is latched."""
    cell = PlayedCell(zones=(_zone(ResumeRule.AUTOMATIC),))
    cell.sign_on()
    cell.act(cell.cell_subject, Action.STOP)
    cell.hear(an_arm(), SafetyMode.LATCHED, held=True, zone_clear=True)
    assert not cell.wait(10.0)


def test_a_judgement_task_that_is_done_needs_the_judgement() -> None:
    """The note is the judgement."""
    cell = a_running_cell()
    cell.submit(a_task(skill='decide', judgement=True))
    subject = task_subject('t1')
    assert _refusal(cell, subject, Action.DONE_BY_ME, note='') == 'note_missing'
    cell.act(subject, Action.DONE_BY_ME, note='lot released')
    assert cell.task('t1').reason == 'lot released'
