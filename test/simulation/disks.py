"""The disks of both processes: the real journal and ledger on files that can be lost or torn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any, cast

from cobot_alloc.application.journal import Journal
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.simulated_disk import SimulatedDisk
from cobot_alloc.storage.sqlite_journal import SqliteJournal
from cobot_alloc.storage.sqlite_ledger import SqliteLedger
from simulation.history import History
from simulation.timeline import Timeline

_DAY_ONE = datetime(2000, 1, 1, tzinfo=timezone.utc)


class Disk:
    """
    A disk that refuses now and then and that the power goes from at every death.

    :ivar journal: as it was opened last.
    """

    def __init__(self, timeline: Timeline, history: History, cell_id: str) -> None:
        """Begin empty."""
        self._timeline = timeline
        self._history = history
        self._cell_id = cell_id
        self._disk = SimulatedDisk()
        self.journal: Journal | None = None

    def open(self) -> Journal:
        """
        Open the journal.

        :raises JournalError: if the disk refuses.
        """
        self.journal = SqliteJournal(
            Path('journal'),
            cell_id=self._cell_id,
            vfs=self._disk.vfs_name,
            exclusive=True,
            lock=self._disk.lock,
            clock=lambda: _DAY_ONE,
        )
        return cast(Journal, _Troubled(self.journal, self._disk, self._timeline, self._history))

    def crash(self) -> None:
        """Lose what was not synced, or half of it."""
        self._disk.crash(self._timeline.random)

    def close(self) -> None:
        """Let go of the disk."""
        self._disk.close()


class _Troubled:
    """A journal whose disk is now and then full, broken or without power."""

    def __init__(
        self, journal: Journal, disk: SimulatedDisk, timeline: Timeline, history: History
    ) -> None:
        self._journal = journal
        self._disk = disk
        self._timeline = timeline
        self._history = history

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def append(self, events: Sequence[Event]) -> None:
        if self._timeline.chance(self._timeline.chaos.refuse_write):
            _make_trouble(self._disk, self._timeline.random)
        try:
            self._journal.append(events)
        except JournalError as error:
            self._timeline.note(f'the disk fails: {error}')
            raise
        finally:
            faults = self._disk.faults
            faults.refuse_writes = faults.refuse_syncs = False
            faults.capacity = None
        self._history.events_written(events)


def _make_trouble(disk: SimulatedDisk, random: Random) -> None:
    kind = random.randrange(4)
    if kind == 0:
        disk.faults.refuse_writes = True
    elif kind == 1:
        disk.faults.refuse_syncs = True
    elif kind == 2:
        disk.faults.capacity = disk.faults.used
    else:
        disk.faults.power_off_after = random.randrange(6)


class DyingLedger:
    """The arms' ledger on a disk of its own; the process may die around a write."""

    def __init__(self, timeline: Timeline, may_die: Callable[[str], None]) -> None:
        """Begin empty."""
        self._timeline = timeline
        self._may_die = may_die
        self._disk = SimulatedDisk()

    def open(self) -> None:
        """Open it at a start of the process."""
        self._ledger = SqliteLedger(
            Path('ledger'), vfs=self._disk.vfs_name, exclusive=True, lock=self._disk.lock
        )

    def crash(self) -> None:
        """Lose what was not synced, or half of it."""
        self._disk.crash(self._timeline.random)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def record(self, report: AttemptReport) -> None:
        """Remember a report."""
        self._may_die('before the ledger is written')
        self._ledger.record(report)
        self._may_die('after the ledger is written')

    def close(self) -> None:
        """Let go of the disk."""
        self._disk.close()
