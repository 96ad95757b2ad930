"""Journals for tests: a history to write, and a journal on a simulated disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import apsw

from cobot_alloc.domain.events import Event
from cobot_alloc.storage.simulated_disk import SimulatedDisk
from cobot_alloc.storage.sqlite_journal import SqliteJournal, SqliteJournalReader
from support.cells import a_running_cell, a_task, an_arm, CELL

#: Where the journal is on a simulated disk.
PATH = Path('/cell/journal.sqlite')


def a_history() -> list[Event]:
    """Return what happened in a cell where not all went well."""
    cell = a_running_cell(an_arm('a'), an_arm('b'))
    cell.submit(a_task('t1', hazards=frozenset({'x', 'y'})), a_task('t2', deadline_s=9.0))
    cell.begin('t1')
    cell.fail('t1', 'part_dropped')
    cell.miss('b')
    cell.wait(500.0)
    return cell.history


@contextmanager
def changing(path: Path) -> Iterator[apsw.Connection]:
    """Let a test do to a journal what no writer of ours does."""
    connection = apsw.Connection(str(path))
    yield connection
    connection.close()


def on(disk: SimulatedDisk, path: Path = PATH) -> SqliteJournal:
    """Return the journal on a simulated disk, its clock stopped."""
    return SqliteJournal(
        path,
        cell_id=CELL,
        vfs=disk.vfs_name,
        exclusive=True,
        lock=disk.lock,
        clock=lambda: datetime(2026, 1, 1, tzinfo=timezone.utc),
    )


def events_of(journal: SqliteJournal | SqliteJournalReader) -> list[Event]:
    """Return every event of a journal."""
    return [record.event for record in journal.read()]
