"""
Each promise broken once on purpose.

A mutation replaces one function of the real code by one that forgets something; the seeds
must find it. What finds nothing proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from cobot_alloc.application import allocator, arm_desk, inquiries
from cobot_alloc.domain import eligibility
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide_and_evolve
from cobot_alloc.domain.decisions import (
    acting,
    desk,
    offering,
    outcomes,
    presence,
    settling,
)
from cobot_alloc.domain.evolution import drafts
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.turn import Turn


@dataclass(frozen=True, slots=True)
class Mutation:
    """
    One fault.

    :ivar promises: those of which one must be reported as broken.
    :ivar apply: puts the fault in for as long as the context is open.
    """

    name: str
    promises: frozenset[int]
    apply: Callable[[], AbstractContextManager[Any]]


def _mutation(
    name: str, promises: set[int], target: object, attribute: str, fault: object
) -> Mutation:
    return Mutation(name, frozenset(promises), lambda: patch.object(target, attribute, fault))


def _without(*kinds: type[ev.Event]) -> Callable[[Turn, ev.Event], None]:
    """Return an ``emit`` that forgets some kinds of event."""
    emit = Turn.emit

    def forgetful(self: Turn, event: ev.Event) -> None:
        if not isinstance(event, kinds):
            emit(self, event)

    return forgetful


def _forgetting(change: Callable[..., Any], *fields: str) -> Callable[..., Any]:
    """Return a reason-giver that leaves out reasons by code."""

    def forgetful(*arguments: Any, **more: Any) -> Any:
        return tuple(r for r in change(*arguments, **more) if r.code not in fields)

    return forgetful


def _emit_last_task_lost(self: Turn, event: ev.Event) -> None:
    if isinstance(event, ev.OrderAccepted):
        event = replace(event, task_ids=event.task_ids[:-1] or event.task_ids)
    if isinstance(event, ev.TaskSubmitted) and event.task.task_id.endswith('t2'):
        return
    _EMIT(self, event)


def _latch_forgets(self: Turn, event: ev.Event) -> None:
    _EMIT(self, event)
    if isinstance(event, ev.AgentModeChanged) and self.state.mode is SafetyMode.LATCHED:
        calm = ev.CellModeChanged(at_s=self.now_s, mode=SafetyMode.NORMAL, by='', cause='')
        _EMIT(self, calm)


_EMIT = Turn.emit
_DECIDE = decide_and_evolve
_DESK_CHECK = arm_desk.ArmDesk.check


def _act_before_writing(self: Any, given: Any, *, now_s: float) -> Any:
    events, self.state = _DECIDE(self.state, given, now_s=now_s, rules=self._rules)
    self._act(events)
    if events:
        self._journal.append(events)
    return events


def _reply_before_writing(self: Any, given: Any, *, now_s: float) -> Any:
    events, self.state = _DECIDE(self.state, given, now_s=now_s, rules=self._rules)
    late, self._late = getattr(self, '_late', ()), events
    if late:
        self._journal.append(late)
    self._act(events)
    return events


def _check_without(code: str) -> Callable[..., None]:
    from cobot_alloc.domain.errors import Refused

    def check(self: Any, agent_id: Any, fence: Any) -> None:
        try:
            _DESK_CHECK(self, agent_id, fence)
        except Refused as refusal:
            if refusal.code != code:
                raise

    return check


def _answered_is_forgotten(memory: dict[str, Any], key: str, value: Any) -> None:
    """Remember nothing."""


def _any_report(turn: Turn, given: Any) -> None:
    """Take a report up whatever its fence."""
    record = turn.state.tasks.get(given.report.task_id)
    attempt = record.open_attempt if record is not None else None
    if attempt is not None:
        report = replace(given.report, fence=attempt.fence, agent_id=attempt.agent_id)
        given = replace(given, report=report)
    _REPORT(turn, given)


_REPORT = outcomes.report_attempt


def _stale_check(turn: Turn, given: Any) -> None:
    current = turn.state.version_of(given.subject)
    if current is not None:
        given = replace(given, version=current)
    _CHECK(turn, given)


_CHECK = acting._check


def all_mutations() -> list[Mutation]:
    """Return every mutation."""
    from cobot_alloc.domain import decide as deciding
    from cobot_alloc.domain.evolution import cases as case_changes
    from cobot_alloc.domain.evolution import tasks as task_changes

    decisions = deciding._DECISIONS
    from cobot_alloc.domain.inputs import ReportAttempt

    return [
        _mutation('a task of an order is lost', {1}, Turn, 'emit', _emit_last_task_lost),
        _mutation('blocked tasks are forgotten', {1}, settling, '_follow_predecessors', _nothing),
        _mutation('the impossible is not asked about', {1}, settling,
                  '_ask_about_the_impossible', _nothing),
        _mutation('a silent arm is ignored', {1}, presence, 'ask_about_task', _nothing),
        _mutation('never-begun attempts are left alone', {1}, outcomes, '_never_began', _nothing),
        _mutation('keys are not remembered', {1, 2}, task_changes, 'remember',
                  _answered_is_forgotten),
        _mutation('what was sent was not written', {1, 2, 3, 4}, allocator.Allocator, 'handle',
                  _act_before_writing),
        _mutation('what was answered is written later', {1, 2, 4}, allocator.Allocator, 'handle',
                  _reply_before_writing),
        _mutation('arms do not check the fence', {3}, arm_desk.ArmDesk, 'check',
                  _check_without('stale_fence')),
        _mutation('a question does not retire the attempt', {3}, arm_desk.ArmDesk,
                  'what_became_of', _ask_without_retiring),
        Mutation('a stale report counts', frozenset({3}),
                 lambda: patch.dict(decisions, {ReportAttempt: _any_report})),
        _mutation('a stale screen may act', {4}, acting, '_check', _stale_check),
        _mutation('answers are not remembered', {4}, case_changes, 'remember',
                  _answered_is_forgotten),
        _mutation('hazard is not looked at', {5}, eligibility, '_lasting',
                  _forgetting(eligibility._lasting, 'hazard_not_for_people')),
        _mutation('judgement is not looked at', {5}, eligibility, '_lasting',
                  _forgetting(eligibility._lasting, 'judgement_needs_person',
                              'skill_missing')),
        _mutation('people are offered hazardous work', {5}, offering, '_of_question',
                  _offer_everything),
        _mutation('busy arms are given more', {3, 5}, eligibility, '_passing',
                  _forgetting(eligibility._passing, 'busy')),
        _mutation('the mode is not looked at', {5}, eligibility, '_mode',
                  _no_reasons),
        _mutation('helpers are given more', {5}, CellState, 'task_of', _task_in_hand),
        _mutation('helpers take on more', {5}, acting, '_check_hands', _nothing),
        _mutation('helpers stay busy', {5}, drafts, 'put_task', _put_and_stay_busy),
        _mutation('the arm is not told who helps', {5}, inquiries.Inquiries, 'send_goal',
                  _send_without_helper),
        _mutation('who has gone home helps', {6}, eligibility, '_passing', _passing_of_arms),
        _mutation('areas are not looked at', {5}, eligibility.AreaUse, 'keeps_out',
                  _never),
        _mutation('held arms are given work', {6}, eligibility, '_passing',
                  _forgetting(eligibility._passing, 'not_moving')),
        _mutation('a stopped cell gives out work', {6}, eligibility, '_passing',
                  _forgetting(eligibility._passing, 'cell_not_moving', 'not_moving')),
        _mutation('held arms take goals on', {6}, arm_desk.ArmDesk, 'check',
                  _check_without('held')),
        _mutation('the latch lets go', {6}, Turn, 'emit', _latch_forgets),
        _mutation('the live state knows more than the events', {7}, allocator,
                  'decide_and_evolve', _decide_with_memory),
        _mutation('nothing escalates', {8}, desk, '_escalate', _nothing),
        _mutation('claims never lapse', {8}, desk, '_lapse', _nothing),
        _mutation('moot cases stay open', {8}, settling, 'expire_moot_cases', _nothing),
    ]  # fmt: skip


def _nothing(*_arguments: Any, **_more: Any) -> None:
    """Do nothing."""


def _task_in_hand(self: CellState, agent_id: Any) -> Any:
    at_it = (self.tasks[t] for t, holder in self.in_hand.items() if holder == agent_id)
    return next(at_it, None)


def _put_and_stay_busy(draft: CellState, record: Any) -> None:
    before = dict(draft.helping)
    _PUT_TASK(draft, record)
    draft.helping.update(before)


_PUT_TASK = drafts.put_task


def _send_without_helper(self: Any, *arguments: Any, **more: Any) -> None:
    _SEND_GOAL(self, *arguments, **{**more, 'helper': ''})


_SEND_GOAL = inquiries.Inquiries.send_goal


def _passing_of_arms(candidate: Any, state: CellState) -> Any:
    return () if candidate.is_person else tuple(_PASSING(candidate, state))


_PASSING = eligibility._passing


def _never(*_arguments: Any, **_more: Any) -> bool:
    return False


def _no_reasons(*_arguments: Any, **_more: Any) -> tuple[()]:
    return ()


def _offer_everything(state: Any, case: Any, record: Any, rules: Any) -> Any:
    task = replace(record.task, hazards=frozenset())
    return _OF_QUESTION(state, case, replace(record, task=task), rules)


_OF_QUESTION = offering._of_question


def _decide_with_memory(*given: Any, **more: Any) -> Any:
    events, state = _DECIDE(*given, **more)
    if any(isinstance(event, ev.TaskUnblocked) for event in events):
        state = replace(state, cases_raised=state.cases_raised + 1)
    return events, state


def _ask_without_retiring(self: Any, agent_id: Any, task_id: Any, fence: Any) -> Any:
    from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus

    known = self._ledger.find(agent_id, fence)
    if known is not None and known.task_id == task_id:
        return known
    return AttemptReport(
        agent_id=agent_id, task_id=task_id, fence=fence, status=AttemptStatus.UNKNOWN
    )
