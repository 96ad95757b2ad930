"""The arms' ledger in an SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.storage.codec import decode_report, encode_report
from cobot_alloc.storage.durable_file import DurableFile
from cobot_alloc.storage.sqlite_file import failing
from cobot_alloc.storage.writer_lock import Lock, WriterLock


class SqliteLedger:
    """What the arms remember of attempts; every write is on disk when it returns."""

    def __init__(
        self,
        path: Path,
        *,
        vfs: str | None = None,
        exclusive: bool = False,
        lock: Callable[[Path], Lock] = WriterLock,
    ) -> None:
        """
        Open a ledger, or begin one.

        :param vfs: what to reach the file through, None for the operating system.
        :param exclusive: let no reader in; without it the VFS must have shared memory.
        :param lock: takes the right to write to the file.
        :raises JournalError: if another process writes to it or it cannot be opened.
        """
        self._file = DurableFile(path, 'attempt', vfs=vfs, exclusive=exclusive, lock=lock)
        try:
            if not self._one("SELECT 1 FROM sqlite_master WHERE name = 'retired'"):
                schema = files('cobot_alloc.storage').joinpath('ledger.sql').read_text()
                with self._file.transaction() as connection:
                    connection.execute(schema)
        except JournalError:
            self.close()
            raise

    def highest(self, agent_id: AgentId) -> Fence:
        """Return the highest fence that the arm has seen, 0 if none."""
        row = self._one('SELECT max(fence) FROM attempt WHERE agent_id = ?', agent_id)
        return Fence((row and row[0]) or 0)

    def find(self, agent_id: AgentId, fence: Fence) -> AttemptReport | None:
        """Return what is known of an attempt, or None."""
        row = self._one(
            'SELECT report FROM attempt WHERE agent_id = ? AND fence = ?', agent_id, fence
        )
        return decode_report(row[0]) if row else None

    def record(self, report: AttemptReport) -> None:
        """Remember a report; the latest one for an attempt counts."""
        self._file.write(
            'INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?)',
            [(report.agent_id, report.fence, report.status.value, encode_report(report))],
        )

    def unfinished(self) -> Sequence[AttemptReport]:
        """Return the attempts last recorded as running."""
        with failing(self._file.path, 'cannot be read'):
            rows = self._file.connection.execute(
                'SELECT report FROM attempt WHERE status = ?', (AttemptStatus.RUNNING.value,)
            ).fetchall()
        return [decode_report(str(row[0])) for row in rows]

    def retire(self, agent_id: AgentId, *, keep: int) -> None:
        """Forget an arm's oldest attempts, and remember up to which."""
        row = self._one(
            'SELECT fence FROM attempt WHERE agent_id = ? ORDER BY fence DESC LIMIT 1 OFFSET ?',
            agent_id,
            keep,
        )
        if row is None:
            return
        with self._file.transaction() as connection:
            connection.execute('INSERT OR REPLACE INTO retired VALUES (?, ?)', (agent_id, row[0]))
            connection.execute(
                'DELETE FROM attempt WHERE agent_id = ? AND fence <= ?', (agent_id, row[0])
            )

    def retired(self, agent_id: AgentId) -> Fence:
        """Return the fence up to which an arm's attempts were forgotten, 0 if none were."""
        row = self._one('SELECT fence FROM retired WHERE agent_id = ?', agent_id)
        return Fence(row[0] if row else 0)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        with failing(self._file.path, 'cannot be read'):
            row: tuple[Any, ...] | None = self._file.connection.execute(query, values).fetchone()
            return row
