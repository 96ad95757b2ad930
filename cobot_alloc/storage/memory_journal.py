"""The journal in memory: the same promises but durability, for tests and simulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

from cobot_alloc.application.journal import Recorded, Snapshot
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.codec import decode_event, encode_event
from cobot_alloc.storage.state_codec import decode_state, encode_state

#: All of it is new: nobody looks at the time of day of a journal in memory.
_RECORDED_AT = datetime(1970, 1, 1, tzinfo=timezone.utc)


class MemoryJournal:
    """Keeps encoded records, so that whoever reads gets what a file would have given."""

    def __init__(self, *, cell_id: str) -> None:
        """Begin an empty journal."""
        self.cell_id = cell_id
        self._rows: list[tuple[str, bytes]] = []
        self._snapshots: dict[int, bytes] = {}

    @property
    def last_seq(self) -> int:
        """The number of the last event, 0 if there is none."""
        return len(self._rows)

    def last_seq_at(self, moment: datetime | float) -> int:
        """Return the number of the last event until a moment, 0 if there is none."""
        if isinstance(moment, datetime):
            return self.last_seq if moment >= _RECORDED_AT else 0
        return max((r.seq for r in self.read() if r.event.at_s <= moment), default=0)

    def append(self, events: Sequence[Event]) -> None:
        """Write the events, all or none."""
        self._rows.extend([encode_event(event) for event in events])

    def read(self, *, after: int = 0) -> Iterator[Recorded]:
        """Return the events with a number above ``after``, in order."""
        for seq, (kind, body) in enumerate(self._rows[after:], after + 1):
            yield Recorded(
                seq=seq, recorded_at=_RECORDED_AT.isoformat(), event=decode_event(kind, body)
            )

    def save_snapshot(self, state: CellState, seq: int) -> None:
        """Keep the state after event ``seq``; all but the last two snapshots are removed."""
        self._snapshots[seq] = encode_state(state)
        for old in sorted(self._snapshots)[:-2]:
            del self._snapshots[old]

    def latest_snapshot(self, *, up_to: int | None = None) -> Snapshot | None:
        """Return the latest snapshot, or None."""
        wanted = [seq for seq in self._snapshots if up_to is None or seq <= up_to]
        if not wanted:
            return None
        return Snapshot(seq=max(wanted), state=decode_state(self._snapshots[max(wanted)]))

    def close(self) -> None:
        """Nothing to let go of."""
