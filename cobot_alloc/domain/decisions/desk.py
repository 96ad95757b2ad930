"""The desk's clocks: how long a case may wait, and how long a claim holds."""

from __future__ import annotations

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.case import Case, SubjectKind
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.turn import Turn


def run_clocks(turn: Turn) -> None:
    """Escalate what nobody took in time, and put lapsed claims back on the list."""
    for case in _open_cases(turn):
        if case.state is CaseState.CLAIMED and case.lease_until_s <= turn.now_s:
            _lapse(turn, case)
        elif case.state is CaseState.OPEN and case.due_s <= turn.now_s:
            _escalate(turn, case)


def expire_moot_cases(turn: Turn) -> None:
    """Close the cases whose subject has settled without an answer."""
    for case in _open_cases(turn):
        if reason := _why_moot(turn, case):
            turn.emit(ev.CaseExpired(at_s=turn.now_s, case_id=case.case_id, reason=reason))


def _open_cases(turn: Turn) -> list[Case]:
    return [turn.state.cases[case_id] for case_id in turn.state.open_cases]


def _lapse(turn: Turn, case: Case) -> None:
    due_s = turn.now_s + turn.rules.limits.desk.unclaimed_s
    turn.emit(ev.CaseReleased(at_s=turn.now_s, case_id=case.case_id, by='', due_s=due_s))


def _escalate(turn: Turn, case: Case) -> None:
    # Each level waits twice as long, so that a night without anyone does not fill the journal.
    level = case.level + 1
    wait_s = turn.rules.limits.desk.unclaimed_s * 2 ** min(level, 16)
    turn.emit(
        ev.CaseEscalated(
            at_s=turn.now_s, case_id=case.case_id, level=level, due_s=turn.now_s + wait_s
        )
    )


def _why_moot(turn: Turn, case: Case) -> str:
    if case.subject.kind is SubjectKind.TASK:
        state = turn.state.tasks[TaskId(case.subject.id)].state
        return '' if state is TaskState.AWAITING_DECISION else f'the task is {state.value}'
    agent = turn.state.agents[AgentId(case.subject.id)]
    if agent.health is not Health.READY:
        return 'the arm is offline'
    return '' if agent.held else 'the arm goes on'
