"""What is wanted of orders, and how much the time of a task counts."""

from __future__ import annotations

from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.identifiers import OrderId
from cobot_alloc.domain.scheduling.problem import OrderTarget
from cobot_alloc.domain.task import Task

#: After so many seconds of waiting an order counts twice as much, after twice as many three
#: times: else what needs a changeover could wait for ever behind what needs none. Only in a plan,
#: which orders tasks by their cost; the dispatcher takes them by age anyway.
AGEING_S = 120.0


def weight_of(task: Task) -> float:
    """Return how much a task's time counts: each step of priority as much as another task."""
    return 1.0 + max(0, task.priority)


def order_target(state: CellState, order_id: OrderId, *, now_s: float) -> OrderTarget:
    """Return what a plan is to know of an order: it counts as much as its most urgent task."""
    order = state.orders[order_id]
    records = [state.tasks[t] for t in order.task_ids if t in state.tasks]
    weight = max((weight_of(record.task) for record in records), default=1.0)
    begins_s = min((_meant_s(state, r) for r in records if not r.is_final), default=0.0)
    waited_s = max(0.0, now_s - max(order.accepted_s, begins_s))
    return OrderTarget(
        order_id=order_id,
        arrived_s=order.accepted_s,
        weight=weight * (1.0 + waited_s / AGEING_S),
    )


def _meant_s(state: CellState, record: TaskRecord) -> float:
    """Return from when on a task is meant to begin: waiting before that is on purpose."""
    reservation = state.plan.get(record.task.task_id)
    not_before_s = None if reservation is None else reservation.not_before_s
    return max(record.task.earliest_start_s, not_before_s or 0.0)
