"""Archiving: what is finished leaves the state after a while; the journal keeps it for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.case import Case, Subject, SubjectKind
from cobot_alloc.domain.cell import OrderRecord
from cobot_alloc.domain.turn import Turn


def archive(turn: Turn) -> None:
    """Archive the orders that ended long ago, with the cases about their tasks."""
    before_s = turn.now_s - turn.rules.limits.keep_finished_s
    ended = turn.state.finished.items()
    old = [turn.state.orders[o] for o, _ in takewhile(lambda it: it[1] <= before_s, ended)]
    # What others still wait for stays, of whatever order it is.
    old = [order for order in old if not any(map(turn.index.successors, order.task_ids))]
    if not old:
        return
    cases = [*_about_tasks(turn, old), *_about_agents(turn, before_s)]
    turn.emit(
        ev.Archived(
            at_s=turn.now_s,
            order_ids=tuple(order.order_id for order in old),
            case_ids=tuple(case.case_id for case in cases),
        )
    )


def _about_tasks(turn: Turn, orders: Iterable[OrderRecord]) -> Iterator[Case]:
    for order in orders:
        for task_id in order.task_ids:
            about = turn.index.cases.about(Subject(SubjectKind.TASK, task_id), turn.state)
            yield from (case for case in about if not case.is_open)


def _about_agents(turn: Turn, before_s: float) -> Iterator[Case]:
    for case in turn.index.cases.about_agents(turn.state):
        if not case.is_open and case.opened_s <= before_s:
            yield case
