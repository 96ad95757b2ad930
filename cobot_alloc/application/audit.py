"""Auditing a journal: whether it is what was written, and what it was at a given time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cobot_alloc.domain.cell import CellState


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """
    Where a journal ended at some time, to be kept where nobody who could cut it can reach.

    :ivar seq: the number of the last event, 0 if there was none.
    :ivar hash: its hash, hexadecimal.
    :ivar time: time of day when it was exported, ISO 8601 in UTC.
    """

    cell: str
    seq: int
    hash: str
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    The first thing about a journal that is not as it was written.

    :ivar seq: the record it was found at, None where it is not about one record.
    """

    seq: int | None
    reason: str

    def __str__(self) -> str:
        """Return it for a person."""
        return self.reason if self.seq is None else f'record {self.seq} {self.reason}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What came of a verification.

    :ivar head: where the journal ends now.
    :ivar base: the number of the last event that was removed when it was compacted, or 0.
    :ivar snapshots: how many were compared with their events.
    :ivar not_compared: snapshots of another format, which a start does not use either.
    :ivar fault: None if everything is as it was written.
    """

    path: Path
    head: Head
    base: int
    snapshots: int
    not_compared: int
    fault: Fault | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return self.fault is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """
    What became of a journal.

    :ivar first: the number of the first event that is left.
    :ivar removed: how many were removed.
    :ivar bytes_before: the size of the file.
    """

    first: int
    removed: int
    bytes_before: int
    bytes_after: int


class JournalOffice(Protocol):
    """Whoever looks after journal files."""

    def verify(self, path: Path, *, head: Path | None = None) -> Verdict:
        """
        Check every record and every snapshot, and the end against an exported head.

        :raises JournalError: if the file is not there or not a journal.
        :raises BadInput: if the head cannot be read.
        """

    def export_head(self, path: Path, target: Path) -> Head:
        """
        Write where a journal ends to a file.

        :raises JournalError: if the journal cannot be read.
        :raises BadInput: if the file cannot be written.
        """

    def lines(self, path: Path) -> Iterable[str]:
        """
        Return each record as a line of JSON.

        :raises JournalError: if the journal cannot be read or is not what was written.
        """

    def export_lines(self, path: Path, target: Path) -> None:
        """
        Write each record as a line of JSON to a file.

        :raises JournalError: if the journal cannot be read or is not what was written.
        :raises BadInput: if the file cannot be written.
        """

    def write_state(self, state: CellState, target: Path) -> None:
        """
        Write a state as JSON to a file.

        :raises BadInput: if the file cannot be written.
        """

    def compact(self, path: Path, *, archive: Path | None) -> Compacted:
        """
        Remove the events before the last snapshot but one.

        :param archive: gets them, as lines of JSON; None: they are gone.
        :raises JournalError: if it is being written to, is not sound, or has too few snapshots.
        """
