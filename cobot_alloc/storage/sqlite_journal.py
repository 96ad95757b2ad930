"""The journal in an SQLite file: WAL, synchronous FULL, one transaction per decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

import apsw

from cobot_alloc.application.journal import Recorded, Snapshot
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.durable_file import DurableFile
from cobot_alloc.storage.event_table import (
    hash_of,
    INSERT,
    last_record,
    last_record_at,
    read_events,
    rows_of,
)
from cobot_alloc.storage.schema import bring_up_to_date, checked_cell_id
from cobot_alloc.storage.snapshot_table import latest, save
from cobot_alloc.storage.sqlite_file import open_for_reading
from cobot_alloc.storage.writer_lock import Lock, WriterLock


def time_of_day() -> datetime:
    """Return the time of day in UTC."""
    return datetime.now(timezone.utc)


class SqliteJournalReader:
    """A journal file, to be read while its writer may be at work."""

    def __init__(self, path: Path) -> None:
        """
        Open an existing journal.

        :raises JournalError: if it is not there or not a journal of this version.
        """
        self._path = path
        self._connection = open_for_reading(path)
        try:
            self.cell_id = checked_cell_id(self._connection, path)
        except JournalError:
            self._connection.close()
            raise

    @property
    def last_seq(self) -> int:
        """The number of the last event, 0 if there is none."""
        return last_record(self._connection, self._path)[0]

    def last_seq_at(self, moment: datetime | float) -> int:
        """Return the number of the last event until a moment, 0 if there is none."""
        return last_record_at(self._connection, self._path, moment)

    def read(self, *, after: int = 0) -> Iterator[Recorded]:
        """Return the events with a number above ``after``, in order."""
        return read_events(self._connection, self._path, after)

    def latest_snapshot(self, *, up_to: int | None = None) -> Snapshot | None:
        """Return the latest snapshot that can be trusted, or None."""
        return latest(self._connection, self._path, cell_id=self.cell_id, up_to=up_to)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close(force=True)


class SqliteJournal:
    """
    The writer's side of a journal file.

    :ivar file: what it is kept in.
    """

    def __init__(
        self,
        path: Path,
        *,
        cell_id: str,
        vfs: str | None = None,
        exclusive: bool = False,
        lock: Callable[[Path], Lock] = WriterLock,
        clock: Callable[[], datetime] = time_of_day,
    ) -> None:
        """
        Open a journal, or begin one.

        :param vfs: what to reach the file through, None for the operating system.
        :param exclusive: let no reader in; without it the VFS must have shared memory.
        :param lock: takes the right to write to the file.
        :param clock: tells the time of day that is recorded for people.
        :raises JournalError: if another process writes to it, if it belongs to another cell,
            or if it cannot be opened.
        """
        self._clock = clock
        self.file = DurableFile(path, 'meta', vfs=vfs, exclusive=exclusive, lock=lock)
        try:
            bring_up_to_date(self.file, cell_id)
            self.cell_id = checked_cell_id(self.file.connection, path)
            if self.cell_id != cell_id:
                raise JournalError(
                    f'{path}: is the journal of cell {self.cell_id!r}, expected {cell_id!r}'
                )
            self._seq, self._hash = last_record(self.file.connection, path)
        except JournalError:
            self.close()
            raise

    @property
    def connection(self) -> apsw.Connection:
        """The way to the tables, for reading."""
        return self.file.connection

    @property
    def last_seq(self) -> int:
        """The number of the last event, 0 if there is none."""
        return self._seq

    def append(self, events: Sequence[Event]) -> None:
        """Write the events, all or none; they are durable on return."""
        if not events:
            return
        rows = rows_of(
            events,
            after=self._seq,
            before=self._hash,
            recorded_at=self._now(),
        )
        self.file.write(INSERT, rows)
        self._seq, self._hash = rows[-1][0], rows[-1][-1]

    def last_seq_at(self, moment: datetime | float) -> int:
        """Return the number of the last event until a moment, 0 if there is none."""
        return last_record_at(self.file.connection, self.file.path, moment)

    def read(self, *, after: int = 0) -> Iterator[Recorded]:
        """Return the events with a number above ``after``, in order."""
        return read_events(self.file.connection, self.file.path, after)

    def save_snapshot(self, state: CellState, seq: int) -> None:
        """Keep the state after event ``seq``; all but the last two snapshots are removed."""
        with self.file.transaction() as connection:
            hash_ = hash_of(connection, seq)
            if hash_ is None:
                raise JournalError(f'{self.file.path}: a snapshot needs record {seq}')
            save(connection, state, seq, hash_=hash_, recorded_at=self._now())

    def latest_snapshot(self, *, up_to: int | None = None) -> Snapshot | None:
        """Return the latest snapshot that can be trusted, or None."""
        return latest(self.file.connection, self.file.path, cell_id=self.cell_id, up_to=up_to)

    def close(self) -> None:
        """Let go of the file and of the right to write to it."""
        self.file.close()

    def _now(self) -> str:
        return self._clock().isoformat(timespec='milliseconds')
