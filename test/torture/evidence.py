"""What is left after a run: the journal, the arms' ledger, the log of motions, the history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from cobot_alloc.application.processes import CellLayout
from cobot_alloc.application.recovery import recover
from cobot_alloc.bootstrap import open_journal_to_read
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.evolve import replay
from cobot_alloc.storage.codec import decode_report
from torture.history import History, read_lines

#: What ends an attempt, and what the journal calls it.
OUTCOMES: dict[type[ev.Event], str] = {
    ev.AttemptSucceeded: 'succeeded',
    ev.AttemptFailed: 'failed',
    ev.AttemptCanceled: 'canceled',
    ev.AttemptRefused: 'refused',
    ev.AttemptAbandoned: 'abandoned',
}


@dataclass(slots=True)
class Journaled:
    """
    What stands in the journal.

    :ivar broken: why it cannot be trusted, empty if it can.
    :ivar started: fence to arm, task and time of day.
    :ivar outcomes: fence to every outcome that was written for it.
    :ivar not_open: outcomes of attempts that were not the open one of their task.
    """

    broken: str = ''
    events: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    order_tasks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tasks: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    started: dict[int, tuple[str, str, float]] = field(default_factory=dict)
    fences: Counter[int] = field(default_factory=Counter)
    outcomes: dict[int, list[str]] = field(default_factory=dict)
    not_open: list[str] = field(default_factory=list)
    open_cases: tuple[str, ...] = ()
    _open: dict[str, int] = field(default_factory=dict)

    def take(self, event: ev.Event, at: float) -> None:
        """Take note of an event."""
        self.events += 1
        if isinstance(event, ev.OrderAccepted):
            self.keys[event.idempotency_key] += 1
            self.order_tasks[event.idempotency_key] = tuple(event.task_ids)
        elif isinstance(event, ev.TaskSubmitted):
            self.tasks[event.task.task_id] += 1
        elif isinstance(event, ev.TaskEnded):
            self.ended[event.task_id] += 1
        elif isinstance(event, ev.ActionTaken):
            self.actions[event.request_id] += 1
        elif isinstance(event, ev.AttemptStarted):
            self.fences[event.fence] += 1
            self.started[event.fence] = (event.agent_id, event.task_id, at)
            self._open[event.task_id] = event.fence
        elif (outcome := OUTCOMES.get(type(event))) is not None:
            self._outcome(event, outcome)

    def _outcome(self, event: Any, outcome: str) -> None:
        self.outcomes.setdefault(event.fence, []).append(outcome)
        if self._open.pop(event.task_id, None) != event.fence:
            self.not_open.append(f'attempt {event.fence} of {event.task_id}: {outcome}')


@dataclass(slots=True)
class Evidence:
    """All that a verdict needs."""

    journal: Journaled
    ledger: dict[tuple[str, int], AttemptReport]
    motions: list[dict[str, Any]]
    history: History


def gather(layout: CellLayout, motions: Path, history: History) -> Evidence:
    """Read everything; the processes have ended."""
    return Evidence(_journal(layout), _ledger(layout), read_lines(motions), history)


def _journal(layout: CellLayout) -> Journaled:
    found = Journaled()
    reader = open_journal_to_read(layout.journal)
    try:
        events = []
        for record in reader.read():
            at = datetime.fromisoformat(record.recorded_at).timestamp()
            found.take(record.event, at)
            events.append(record.event)
        state = replay(CellState(cell_id=layout.cell_id), events)
        found.open_cases = tuple(state.open_cases)
        if recover(reader, layout.cell_id) != state:
            found.broken = 'the latest snapshot and what came after it are not the whole journal'
    except JournalError as error:
        found.broken = str(error)
    finally:
        reader.close()
    return found


def _ledger(layout: CellLayout) -> dict[tuple[str, int], AttemptReport]:
    ledger = apsw.Connection(str(layout.ledger))
    try:
        rows = ledger.execute('SELECT report FROM attempt').fetchall()
    finally:
        ledger.close()
    reports = [decode_report(str(body)) for (body,) in rows]
    return {(report.agent_id, report.fence): report for report in reports}
