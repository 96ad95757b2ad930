"""The report of a run: what became of each task, from the journal and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.case import Case
from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.events import Archived, Event
from cobot_alloc.domain.evolve import apply
from cobot_alloc.domain.identifiers import CellId, OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """
    One task of the report.

    :ivar agent: who did it; where it was not done, who had it last.
    :ivar helper: the person who worked with that arm; empty: nobody.
    :ivar duration_s: cell time over all attempts; None where no arm was at it.
    :ivar energy_j: mechanical work over all attempts, an estimate; None likewise.
    :ivar late_s: how long after its deadline it ended; None without a deadline.
    :ivar decided_by: the person or rule behind its last decision, empty if none was needed.
    """

    task_id: str
    what: str
    state: str
    agent: str
    helper: str
    attempts: int
    duration_s: float | None
    energy_j: float | None
    late_s: float | None
    hazards: tuple[str, ...]
    judgement: bool
    decided_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case of the report."""

    case_id: str
    subject: str
    code: str
    state: str
    count: int
    answered_by: str
    action: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    A whole run.

    :ivar all_final: every task reached a final state.
    :ivar open_cases: ids of cases without an answer.
    """

    cell_id: str
    tasks: tuple[TaskRow, ...]
    cases: tuple[CaseRow, ...]
    all_final: bool
    open_cases: tuple[str, ...]
    duration_s: float
    energy_j: float

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do or to answer."""
        return self.all_final and not self.open_cases


def report(
    records: Iterable[Recorded], *, cell_id: str, orders: Iterable[str] | None = None
) -> Report:
    """
    Return the report of a journal.

    :param orders: only the tasks of these orders; None: of all.
    """
    history = _History(CellState(cell_id=CellId(cell_id)))
    for record in records:
        history.take(record.event)
    wanted = None if orders is None else {OrderId(order) for order in orders}
    tasks = [t for t in history.tasks() if wanted is None or t.task.order_id in wanted]
    cases = history.cases()
    begun = min((task.submitted_s for task in tasks), default=0.0)
    ended = max((task.ended_s or history.state.now_s for task in tasks), default=begun)
    rows = tuple(_task_row(task) for task in tasks)
    return Report(
        cell_id=cell_id,
        tasks=rows,
        cases=tuple(_case_row(case) for case in cases),
        all_final=all(task.is_final for task in tasks),
        open_cases=tuple(case.case_id for case in cases if case.is_open),
        duration_s=ended - begun,
        energy_j=sum(row.energy_j or 0.0 for row in rows),
    )


class _History:
    """The state of a cell as its events go by, and what was archived out of it."""

    def __init__(self, state: CellState) -> None:
        self.state = state.own_copy()
        self._archived_tasks: list[TaskRecord] = []
        self._archived_cases: list[Case] = []

    def take(self, event: Event) -> None:
        if isinstance(event, Archived):
            orders = [self.state.orders[order_id] for order_id in event.order_ids]
            self._archived_tasks += [self.state.tasks[t] for o in orders for t in o.task_ids]
            self._archived_cases += [self.state.cases[case_id] for case_id in event.case_ids]
        apply(self.state, event)

    def tasks(self) -> list[TaskRecord]:
        return [*self._archived_tasks, *self.state.tasks.values()]

    def cases(self) -> list[Case]:
        return [*self._archived_cases, *self.state.cases.values()]


def _case_row(case: Case) -> CaseRow:
    return CaseRow(
        case_id=case.case_id,
        subject=str(case.subject),
        code=case.failure.code,
        state=case.state.value,
        count=case.count,
        answered_by=case.resolved_by,
        action=case.resolution,
        note=case.note,
    )


def _task_row(record: TaskRecord) -> TaskRow:
    task = record.task
    measured = [a.measurements for a in record.attempts if a.measurements is not None]
    late_s = None
    if task.deadline_s is not None and record.ended_s is not None:
        late_s = max(0.0, record.ended_s - task.deadline_s)
    way = f' {task.source} > {task.target}' if task.source and task.target else ''
    return TaskRow(
        task_id=task.task_id,
        what=f'{task.skill} {task.part}'.strip() + way,
        state=record.state.value,
        agent=record.done_by or record.agent_id or '',
        helper=record.helper,
        attempts=len(record.attempts),
        duration_s=sum(m.duration_s for m in measured) if measured else None,
        energy_j=sum(m.energy_j for m in measured) if measured else None,
        late_s=late_s,
        hazards=tuple(sorted(task.hazards)),
        judgement=task.judgement,
        decided_by=record.decided_by,
        note=record.reason,
    )
