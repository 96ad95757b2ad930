"""The allocator's disk."""

from __future__ import annotations

from collections.abc import Sequence

from cobot_alloc.application.journal import Journal
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.memory_journal import MemoryJournal
from simulation.history import History
from simulation.timeline import Timeline


class _Refusing:
    def __init__(self, journal: MemoryJournal, timeline: Timeline, history: History) -> None:
        self._journal = journal
        self._timeline = timeline
        self._history = history

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def append(self, events: Sequence[Event]) -> None:
        if self._timeline.chance(self._timeline.chaos.refuse_write):
            raise JournalError('the disk refuses')
        self._journal.append(events)
        self._history.events_written(events)


class Disk:
    """Keeps what is synced over a crash."""

    def __init__(self, timeline: Timeline, history: History) -> None:
        """Begin empty."""
        self._timeline = timeline
        self._history = history
        self.journal: Journal = MemoryJournal(cell_id='cell_s')

    def open(self) -> Journal:
        """Open the journal."""
        return _Refusing(self.journal, self._timeline, self._history)

    def crash(self) -> None:
        """Lose what was not synced."""
