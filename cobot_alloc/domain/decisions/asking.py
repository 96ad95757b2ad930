"""Asking: a failure becomes one well-formed question, or is folded into the one that is open."""

from __future__ import annotations

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import crew_name
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.domain.cell import TaskRecord
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.identifiers import AgentId, CaseId
from cobot_alloc.domain.turn import Turn


def ask_about_task(turn: Turn, record: TaskRecord, failure: Failure) -> None:
    """Open a case about a task, or count the failure in the one that is open."""
    task = record.task
    what = f'{task.skill} {task.part}'.strip()
    where = f' from {task.source} to {task.target}' if task.source and task.target else ''
    who = f' by {crew_name(record.agent_id, record.helper)}' if record.agent_id else ''
    _ask(
        turn,
        Subject(SubjectKind.TASK, task.task_id),
        failure,
        title=f'{failure.headline} ({task.task_id})',
        question=(
            f'Task {task.task_id} ({what}{where}{who}) did not go on in its'
            f' {failure.phase.value}: {failure.detail or failure.code}. What shall be done?'
        ),
        agent_id=record.agent_id,
        priority=task.priority,
        hazardous=task.is_hazardous,
    )


def ask_about_arm(turn: Turn, agent_id: AgentId, failure: Failure) -> None:
    """Open a case about an arm, or count the failure in the one that is open."""
    _ask(
        turn,
        Subject(SubjectKind.AGENT, agent_id),
        failure,
        title=f'{failure.headline} ({agent_id})',
        question=f'{agent_id} stands still ({failure.detail}). May it go on?',
        agent_id=agent_id,
        priority=0,
        hazardous=False,
    )


def _ask(
    turn: Turn,
    subject: Subject,
    failure: Failure,
    *,
    title: str,
    question: str,
    agent_id: AgentId | None,
    priority: int,
    hazardous: bool,
) -> None:
    known = turn.index.cases.open_about(subject, turn.state)
    if known is not None:
        turn.emit(ev.ExceptionFolded(at_s=turn.now_s, case_id=known.case_id, failure=failure))
        return
    turn.emit(
        ev.ExceptionRaised(
            at_s=turn.now_s,
            case_id=CaseId(f'case-{turn.state.cases_raised + 1}'),
            subject=subject,
            title=title,
            question=question,
            failure=failure,
            agent_id=agent_id,
            priority=priority,
            hazardous=hazardous,
            due_s=turn.now_s + turn.rules.limits.desk.unclaimed_s,
        )
    )
