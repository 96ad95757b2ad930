"""What cases are after an event."""

from __future__ import annotations

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.case import Case, SubjectKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.evolution.drafts import (
    change_case,
    change_task,
    Changes,
    close_case,
    remember,
    set_fields,
)
from cobot_alloc.domain.evolution.learning import learn_from_question
from cobot_alloc.domain.identifiers import TaskId


def _exception_raised(draft: CellState, event: ev.ExceptionRaised) -> None:
    draft.cases[event.case_id] = Case(
        case_id=event.case_id,
        subject=event.subject,
        title=event.title,
        question=event.question,
        failure=event.failure,
        agent_id=event.agent_id,
        priority=event.priority,
        hazardous=event.hazardous,
        opened_s=event.at_s,
        due_s=event.due_s,
    )
    draft.open_cases[event.case_id] = None
    set_fields(draft, cases_raised=draft.cases_raised + 1)
    if event.subject.kind is SubjectKind.TASK:
        change_task(
            draft,
            TaskId(event.subject.id),
            'ask',
            case_id=event.case_id,
            reason=f'{event.failure.code}: {event.failure.detail}',
        )
        learn_from_question(draft, draft.tasks[TaskId(event.subject.id)])


def _exception_folded(draft: CellState, event: ev.ExceptionFolded) -> None:
    case = draft.cases[event.case_id]
    change_case(draft, event.case_id, count=case.count + 1, failure=event.failure)


def _case_claimed(draft: CellState, event: ev.CaseClaimed) -> None:
    change_case(
        draft,
        event.case_id,
        'claim',
        claimed_by=event.by,
        lease_until_s=event.lease_until_s,
    )


def _case_released(draft: CellState, event: ev.CaseReleased) -> None:
    change_case(
        draft, event.case_id, 'release', claimed_by='', lease_until_s=0.0, due_s=event.due_s
    )


def _case_escalated(draft: CellState, event: ev.CaseEscalated) -> None:
    change_case(draft, event.case_id, level=event.level, due_s=event.due_s)


def _case_resolved(draft: CellState, event: ev.CaseResolved) -> None:
    close_case(
        draft,
        event.case_id,
        'resolve',
        resolved_by=event.by,
        resolution=event.action.value,
        note=event.note,
    )


def _case_expired(draft: CellState, event: ev.CaseExpired) -> None:
    close_case(draft, event.case_id, 'expire', note=event.reason)


def _action_taken(draft: CellState, event: ev.ActionTaken) -> None:
    remember(draft.answered, event.request_id, event.version)


#: What each event changes.
CHANGES: Changes = {
    ev.ExceptionRaised: _exception_raised,
    ev.ExceptionFolded: _exception_folded,
    ev.CaseClaimed: _case_claimed,
    ev.CaseReleased: _case_released,
    ev.CaseEscalated: _case_escalated,
    ev.CaseResolved: _case_resolved,
    ev.CaseExpired: _case_expired,
    ev.ActionTaken: _action_taken,
}
