"""What an event changes: whoever keeps an index looks at this and at nothing else."""

from __future__ import annotations

from typing import NamedTuple

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.identifiers import AgentId, CaseId, OrderId, TaskId


class Touched(NamedTuple):
    """
    What an event changes.

    :ivar order_ids: orders of which the number of open tasks changes.
    """

    task_ids: tuple[TaskId, ...] = ()
    case_ids: tuple[CaseId, ...] = ()
    agent_ids: tuple[AgentId, ...] = ()
    order_ids: tuple[OrderId, ...] = ()


_NOTHING = Touched()
_OF_CASE = (
    ev.CaseClaimed,
    ev.CaseEscalated,
    ev.CaseExpired,
    ev.CaseReleased,
    ev.CaseResolved,
    ev.ExceptionFolded,
)


def touched_by(event: ev.Event, state: CellState) -> Touched:
    """
    Return what an event is about to change.

    :param state: before the event.
    """
    if isinstance(event, ev.TaskSubmitted):
        return Touched(task_ids=(event.task.task_id,))
    if isinstance(event, ev.TaskEnded):
        order_id = state.tasks[event.task_id].task.order_id
        return Touched(task_ids=(event.task_id,), order_ids=(order_id,))
    if isinstance(event, ev.ExceptionRaised):
        return _about(event.subject, event.case_id)
    if isinstance(event, _OF_CASE):
        return _about(state.cases[event.case_id].subject, event.case_id)
    if isinstance(event, ev.Archived):
        task_ids = tuple(
            t for order_id in event.order_ids for t in state.orders[order_id].task_ids
        )
        return Touched(task_ids=task_ids, case_ids=event.case_ids)
    if isinstance(event, ev.AgentRegistered | ev.PersonSignedOn):
        return Touched(agent_ids=(event.agent.agent_id,))
    task_id: TaskId | None = getattr(event, 'task_id', None)
    if task_id is not None:
        return Touched(task_ids=(task_id,))
    agent_id: AgentId | None = getattr(event, 'agent_id', None)
    return _NOTHING if agent_id is None else Touched(agent_ids=(agent_id,))


def _about(subject: Subject, case_id: CaseId) -> Touched:
    if subject.kind is SubjectKind.TASK:
        return Touched(task_ids=(TaskId(subject.id),), case_ids=(case_id,))
    return Touched(case_ids=(case_id,))
