"""Archiving: what is finished leaves the state after a while; the journal keeps it for ever."""

from __future__ import annotations

from itertools import takewhile

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.case import Case, SubjectKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.turn import Turn


def archive(turn: Turn) -> None:
    """Archive the orders that ended long ago, with the cases about their tasks."""
    before_s = turn.now_s - turn.rules.limits.keep_finished_s
    ended = turn.state.finished.items()
    old = [turn.state.orders[o] for o, _ in takewhile(lambda it: it[1] <= before_s, ended)]
    awaited = _awaited(turn.state) if old else set()
    old = [order for order in old if awaited.isdisjoint(order.task_ids)]
    if not old:
        return
    tasks = {task_id for order in old for task_id in order.task_ids}
    cases = [case for case in turn.state.cases.values() if _goes_with(case, tasks, before_s)]
    turn.emit(
        ev.Archived(
            at_s=turn.now_s,
            order_ids=tuple(order.order_id for order in old),
            case_ids=tuple(case.case_id for case in cases),
        )
    )


def _awaited(state: CellState) -> set[TaskId]:
    """Return the tasks that others still wait for, of whatever order."""
    return {p for task_id in state.blocked for p in state.tasks[task_id].task.predecessors}


def _goes_with(case: Case, tasks: set[TaskId], before_s: float) -> bool:
    if case.is_open:
        return False
    if case.subject.kind is SubjectKind.TASK:
        return TaskId(case.subject.id) in tasks
    return case.opened_s <= before_s
