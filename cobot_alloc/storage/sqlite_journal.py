"""The journal in an SQLite file: WAL, synchronous FULL, one transaction per decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from importlib.resources import files
from pathlib import Path
import sqlite3

from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.chain import link, START
from cobot_alloc.storage.codec import decode_event, encode_event
from cobot_alloc.storage.sqlite_file import open_for_reading, open_for_writing, WriterLock

SCHEMA_VERSION = 1


class SqliteJournalReader:
    """A journal file, to be read while its writer may be at work."""

    def __init__(self, path: Path) -> None:
        """
        Open an existing journal.

        :raises JournalError: if it is not there or not a journal of this version.
        """
        self._path = path
        self._connection = open_for_reading(path)
        self.cell_id = _checked_cell_id(self._connection, path)

    def read(self, *, after: int = 0) -> Iterator[Recorded]:
        """Return the events with a number above ``after``, in order."""
        return _read(self._connection, self._path, after)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class SqliteJournal:
    """The writer's side of a journal file."""

    def __init__(self, path: Path, *, cell_id: str) -> None:
        """
        Open a journal, or begin one.

        :raises JournalError: if another process writes to it, if it belongs to another cell,
            or if it cannot be opened.
        """
        self._path = path
        self._lock = WriterLock(path)
        try:
            schema = files('cobot_alloc.storage').joinpath('schema.sql').read_text()
            self._connection = open_for_writing(path, schema)
            self._begin_if_new(cell_id)
            self.cell_id = _checked_cell_id(self._connection, path)
            if self.cell_id != cell_id:
                raise JournalError(
                    f'{path}: is the journal of cell {self.cell_id!r}, expected {cell_id!r}'
                )
            self._seq, self._hash = self._last()
        except JournalError:
            self._lock.close()
            raise

    def append(self, events: Sequence[Event]) -> None:
        """Write the events, all or none; they are durable on return."""
        rows, before = [], self._hash
        recorded_at = datetime.now(timezone.utc).isoformat(timespec='milliseconds')
        for seq, event in enumerate(events, self._seq + 1):
            kind, body = encode_event(event)
            before = link(before, seq, recorded_at, kind, body)
            rows.append((seq, recorded_at, kind, body, before))
        try:
            self._connection.execute('BEGIN IMMEDIATE')
            try:
                self._connection.executemany('INSERT INTO event VALUES (?, ?, ?, ?, ?)', rows)
                self._connection.execute('COMMIT')
            except sqlite3.Error:
                if self._connection.in_transaction:
                    self._connection.execute('ROLLBACK')
                raise
        except sqlite3.Error as error:
            raise JournalError(f'{self._path}: cannot be written: {error}') from error
        self._seq, self._hash = self._seq + len(rows), before

    def read(self, *, after: int = 0) -> Iterator[Recorded]:
        """Return the events with a number above ``after``, in order."""
        return _read(self._connection, self._path, after)

    def close(self) -> None:
        """Let go of the file and of the right to write to it."""
        self._connection.close()
        self._lock.close()

    def _begin_if_new(self, cell_id: str) -> None:
        self._connection.execute(
            "INSERT OR IGNORE INTO meta VALUES ('cell_id', ?), ('schema_version', ?)",
            (cell_id, str(SCHEMA_VERSION)),
        )

    def _last(self) -> tuple[int, bytes]:
        row = self._connection.execute(
            'SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1'
        ).fetchone()
        return (row[0], row[1]) if row else (0, START)


def _checked_cell_id(connection: sqlite3.Connection, path: Path) -> str:
    try:
        meta = dict(connection.execute('SELECT key, value FROM meta').fetchall())
        version, cell_id = int(meta['schema_version']), str(meta['cell_id'])
    except (sqlite3.Error, KeyError, ValueError) as error:
        raise JournalError(f'{path}: is not a journal: {error}') from error
    if version != SCHEMA_VERSION:
        raise JournalError(
            f'{path}: is a journal of schema version {version}, expected {SCHEMA_VERSION}'
        )
    return cell_id


def _read(connection: sqlite3.Connection, path: Path, after: int) -> Iterator[Recorded]:
    expected = after + 1
    try:
        rows = connection.execute(
            'SELECT seq, recorded_at, kind, body FROM event WHERE seq > ? ORDER BY seq', (after,)
        )
        for seq, recorded_at, kind, body in rows:
            if seq != expected:
                raise JournalError(f'{path}: record {expected} is missing, found {seq}')
            expected += 1
            yield Recorded(seq=seq, recorded_at=recorded_at, event=decode_event(kind, body))
    except sqlite3.Error as error:
        raise JournalError(f'{path}: cannot be read: {error}') from error
