"""The journal port: the one durable record of what happened in a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """
    An event in the journal.

    :ivar seq: its number, from 1, without gaps.
    :ivar recorded_at: time of day when it was written, ISO 8601 in UTC; for people only.
    """

    seq: int
    recorded_at: str
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """
    The state of a cell after some of its events.

    :ivar seq: the number of the last event in it.
    """

    seq: int
    state: CellState


class JournalReader(Protocol):
    """Whoever reads a journal; may be another process than the writer."""

    @property
    def cell_id(self) -> str:
        """The cell that the journal belongs to."""

    @property
    def last_seq(self) -> int:
        """The number of the last event, 0 if there is none."""

    def last_seq_at(self, moment: datetime | float) -> int:
        """
        Return the number of the last event until a moment, 0 if there is none.

        :param moment: time of day, or cell time in seconds.
        :raises JournalError: if it cannot be read.
        """

    def read(self, *, after: int = 0) -> Iterator[Recorded]:
        """
        Return the events with a number above ``after``, in order.

        :raises JournalError: if a record cannot be read, is missing, or does not follow from
            the one before.
        """

    def latest_snapshot(self, *, up_to: int | None = None) -> Snapshot | None:
        """
        Return the latest snapshot that can be trusted, or None.

        :param up_to: the number of an event; none of later ones is wanted.
        :raises JournalError: if it cannot be told.
        """

    def close(self) -> None:
        """Let go of the file."""


class Journal(JournalReader, Protocol):
    """The one writer's side."""

    def append(self, events: Sequence[Event]) -> None:
        """
        Write the events, all or none; they are durable on return.

        :raises JournalError: if that cannot be promised; nothing was written.
        """

    def save_snapshot(self, state: CellState, seq: int) -> None:
        """
        Keep the state after event ``seq``; all but the last few snapshots are removed.

        :raises JournalError: if it cannot be written; the events are not touched by it.
        """
