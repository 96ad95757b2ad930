"""What orders and tasks are after an event."""

from __future__ import annotations

from dataclasses import replace

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.cell import CellState, OrderRecord, Receipt, TaskRecord
from cobot_alloc.domain.evolution.drafts import (
    change_task,
    Changes,
    put_task,
    remember,
    set_up,
)
from cobot_alloc.domain.evolution.learning import learn_from_person
from cobot_alloc.domain.lifecycles.task import ENABLING, TaskState

#: The step of the task's lifecycle that leads to each final state.
END_STEP = {
    TaskState.COMPLETED: 'complete',
    TaskState.FAILED: 'fail',
    TaskState.CANCELED: 'cancel',
    TaskState.SKIPPED: 'skip',
    TaskState.SCRAPPED: 'scrap',
}


def _order_accepted(draft: CellState, event: ev.OrderAccepted) -> None:
    draft.orders[event.order_id] = OrderRecord(
        order_id=event.order_id,
        idempotency_key=event.idempotency_key,
        requester=event.requester,
        fingerprint=event.fingerprint,
        accepted_s=event.at_s,
        task_ids=event.task_ids,
        open_tasks=len(event.task_ids),
    )
    remember(
        draft.receipts,
        event.idempotency_key,
        Receipt(order_id=event.order_id, fingerprint=event.fingerprint),
    )


def _task_submitted(draft: CellState, event: ev.TaskSubmitted) -> None:
    task = event.task
    waits = any(
        p not in draft.tasks or draft.tasks[p].state not in ENABLING for p in task.predecessors
    )
    record = TaskRecord(
        task=task,
        state=TaskState.BLOCKED if waits else TaskState.QUEUED,
        submitted_s=event.at_s,
        queued_s=event.at_s,
    )
    put_task(draft, record)


def _task_unblocked(draft: CellState, event: ev.TaskUnblocked) -> None:
    change_task(draft, event.task_id, 'unblock', queued_s=event.at_s)


def _task_handed_over(draft: CellState, event: ev.TaskHandedOver) -> None:
    change_task(
        draft,
        event.task_id,
        'hand_over',
        agent_id=event.agent_id,
        decided_by=event.by,
        handed_s=event.at_s,
        changeover=event.expected.changeover,
    )
    set_up(draft, event.agent_id, event.expected.changeover)
    draft.plan.pop(event.task_id, None)


def _task_requeued(draft: CellState, event: ev.TaskRequeued) -> None:
    record = draft.tasks[event.task_id]
    change_task(
        draft,
        event.task_id,
        'requeue',
        excluded=frozenset(event.excluded) | (frozenset() if event.anyone else record.excluded),
        decided_by=event.by,
        agent_id=None,
        queued_s=event.at_s,
    )


def _task_ended(draft: CellState, event: ev.TaskEnded) -> None:
    record = draft.tasks[event.task_id]
    change_task(
        draft,
        event.task_id,
        END_STEP[event.final],
        decided_by=event.by or record.decided_by,
        reason=event.reason,
        done_by=event.done_by,
        ended_s=event.at_s,
    )
    order = draft.orders[record.task.order_id]
    open_tasks = order.open_tasks - 1
    ended_s = None if open_tasks else event.at_s
    draft.orders[order.order_id] = replace(order, open_tasks=open_tasks, ended_s=ended_s)
    if ended_s is not None:
        draft.finished[order.order_id] = ended_s
    if record.state is TaskState.MANUAL and event.final is TaskState.COMPLETED:
        learn_from_person(draft, record, ended_s=event.at_s)


def _archived(draft: CellState, event: ev.Archived) -> None:
    for order_id in event.order_ids:
        del draft.finished[order_id]
        for task_id in draft.orders.pop(order_id).task_ids:
            del draft.tasks[task_id]
    for case_id in event.case_ids:
        del draft.cases[case_id]


#: What each event changes.
CHANGES: Changes = {
    ev.OrderAccepted: _order_accepted,
    ev.TaskSubmitted: _task_submitted,
    ev.TaskUnblocked: _task_unblocked,
    ev.TaskHandedOver: _task_handed_over,
    ev.TaskRequeued: _task_requeued,
    ev.TaskEnded: _task_ended,
    ev.Archived: _archived,
}
