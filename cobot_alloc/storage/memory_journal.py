"""The journal in memory: the same promises but durability, for tests and simulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.codec import decode_event, encode_event


class MemoryJournal:
    """Keeps encoded records, so that whoever reads gets what a file would have given."""

    def __init__(self, *, cell_id: str) -> None:
        """Begin an empty journal."""
        self.cell_id = cell_id
        self._rows: list[tuple[str, str]] = []

    def append(self, events: Sequence[Event]) -> None:
        """Write the events, all or none."""
        self._rows.extend([encode_event(event) for event in events])

    def read(self, *, after: int = 0) -> Iterator[Recorded]:
        """Return the events with a number above ``after``, in order."""
        for seq, (kind, body) in enumerate(self._rows[after:], after + 1):
            yield Recorded(
                seq=seq, recorded_at='1970-01-01T00:00:00+00:00', event=decode_event(kind, body)
            )

    def close(self) -> None:
        """Nothing to let go of."""
