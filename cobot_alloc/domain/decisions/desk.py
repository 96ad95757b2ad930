"""The desk's clocks: how long a case may wait, and how long a claim holds."""

from __future__ import annotations

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.case import Case, Subject, SubjectKind
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.turn import Turn


def run_clocks(turn: Turn) -> None:
    """Escalate what nobody took in time, and put lapsed claims back on the list."""
    for case in turn.index.cases.due(turn.now_s, turn.state):
        if case.state is CaseState.CLAIMED:
            _lapse(turn, case)
        else:
            _escalate(turn, case)


def expire_moot_cases(turn: Turn) -> None:
    """Close the cases whose subject has settled in this turn without an answer."""
    touched = [
        *(Subject(SubjectKind.TASK, task_id) for task_id in turn.touched_tasks),
        *(Subject(SubjectKind.AGENT, agent_id) for agent_id in turn.touched_agents),
    ]
    for subject in touched:
        for case in turn.index.cases.about(subject, turn.state):
            if case.is_open and (reason := _why_moot(turn, case)):
                turn.emit(ev.CaseExpired(at_s=turn.now_s, case_id=case.case_id, reason=reason))


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
