"""The allocator writes its state from time to time, and never at the cost of an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.cells import a_running_cell, a_task, CELL, PlayedCell
from support.journals import on

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.domain.identifiers import CellId, OrderId
from cobot_alloc.domain.inputs import SubmitOrder
from cobot_alloc.storage import sqlite_journal
from cobot_alloc.storage.memory_journal import MemoryJournal
from cobot_alloc.storage.simulated_disk import SimulatedDisk
from cobot_alloc.storage.sqlite_journal import SqliteJournal
from cobot_alloc.storage.state_codec import encode_state


def _an_order(number: int) -> SubmitOrder:
    return SubmitOrder(
        order_id=OrderId(f'o{number}'),
        idempotency_key=f'k{number}',
        requester='test',
        tasks=tuple(a_task(f't{number}-{index}') for index in range(4)),
    )


def _started(journal: MemoryJournal | SqliteJournal, **more: Any) -> Allocator:
    return Allocator(CellId(CELL), journal=journal, rules=PlayedCell().rules, **more)


def _saved(journal: MemoryJournal | SqliteJournal) -> int:
    snapshot = journal.latest_snapshot()
    return snapshot.seq if snapshot else 0


def test_the_state_is_written_every_so_many_events() -> None:
    """A start never has more than that many to read."""
    journal = MemoryJournal(cell_id=CELL)
    allocator = _started(journal, snapshot_every=20)
    behind = []
    for number in range(30):
        allocator.handle(_an_order(number), now_s=float(number))
        behind.append(journal.last_seq - _saved(journal))
    assert max(behind) < max(20, len(allocator.state.tasks))
    assert _saved(journal) > 0


def test_the_state_is_written_when_there_is_time() -> None:
    """What is not urgent is done before it has to be."""
    journal = MemoryJournal(cell_id=CELL)
    allocator = _started(journal, snapshot_every=20)
    allocator.tidy()
    assert _saved(journal) == 0
    while journal.last_seq < 10:
        allocator.handle(_an_order(journal.last_seq), now_s=1.0)
    allocator.tidy()
    assert _saved(journal) == journal.last_seq


def test_an_orderly_end_leaves_nothing_to_read() -> None:
    """The next start begins from the last state."""
    journal = MemoryJournal(cell_id=CELL)
    allocator = _started(journal)
    allocator.stop()
    assert _saved(journal) == 0
    allocator.handle(_an_order(1), now_s=1.0)
    allocator.stop()
    assert _saved(journal) == journal.last_seq
    assert encode_state(_started(journal).state) == encode_state(allocator.state)


def test_a_state_that_cannot_be_written_costs_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The events are on the disk, and it is them that were asked for."""
    disk = SimulatedDisk()
    journal = on(disk)
    allocator = _started(journal, snapshot_every=1)
    save = sqlite_journal.save

    def fail(*args: Any, **more: Any) -> None:
        disk.faults.refuse_writes = True
        save(*args, **more)

    monkeypatch.setattr(sqlite_journal, 'save', fail)
    allocator.handle(_an_order(1), now_s=1.0)
    disk.faults.refuse_writes = False
    monkeypatch.undo()
    assert _saved(journal) == 0
    assert encode_state(_started(journal).state) == encode_state(allocator.state)


def test_a_restart_from_a_snapshot_decides_the_same(tmp_path: Path) -> None:
    """Whether the state was read or replayed makes no difference to what happens next."""
    played = a_running_cell()
    journals = []
    for name in ('replayed', 'read'):
        journal = SqliteJournal(tmp_path / name, cell_id=CELL)
        journal.append(played.history)
        for number in range(3):
            _started(journal).handle(_an_order(number), now_s=1.0)
            if name == 'read':
                _started(journal, snapshot_every=1).tidy()
                assert _saved(journal) == journal.last_seq
        journals.append([record.event for record in journal.read()])
        journal.close()
    assert journals[0] == journals[1]
