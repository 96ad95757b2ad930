"""The arms' ledger in an SQLite file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
import sqlite3
from typing import Any

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.storage.codec import decode_report, encode_report
from cobot_alloc.storage.sqlite_file import open_for_writing, WriterLock


class SqliteLedger:
    """What the arms remember of attempts; every write is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        """
        Open a ledger, or begin one.

        :raises JournalError: if another process writes to it or it cannot be opened.
        """
        self._path = path
        self._lock = WriterLock(path)
        try:
            schema = files('cobot_alloc.storage').joinpath('ledger.sql').read_text()
            self._connection = open_for_writing(path, schema)
        except JournalError:
            self._lock.close()
            raise

    def highest(self, agent_id: AgentId) -> Fence:
        """Return the highest fence that the arm has seen, 0 if none."""
        row = self._one('SELECT max(fence) FROM attempt WHERE agent_id = ?', agent_id)
        return Fence(row[0] or 0)

    def find(self, agent_id: AgentId, fence: Fence) -> AttemptReport | None:
        """Return what is known of an attempt, or None."""
        row = self._one(
            'SELECT report FROM attempt WHERE agent_id = ? AND fence = ?', agent_id, fence
        )
        return decode_report(row[0]) if row else None

    def record(self, report: AttemptReport) -> None:
        """Remember a report; the latest one for an attempt counts."""
        try:
            self._connection.execute(
                'INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?)',
                (report.agent_id, report.fence, report.status.value, encode_report(report)),
            )
        except sqlite3.Error as error:
            raise JournalError(f'{self._path}: cannot be written: {error}') from error

    def unfinished(self) -> Sequence[AttemptReport]:
        """Return the attempts last recorded as running."""
        rows = self._connection.execute(
            'SELECT report FROM attempt WHERE status = ?', (AttemptStatus.RUNNING.value,)
        ).fetchall()
        return [decode_report(row[0]) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._lock.close()

    def _one(self, query: str, *values: object) -> Any:
        try:
            return self._connection.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise JournalError(f'{self._path}: cannot be read: {error}') from error
