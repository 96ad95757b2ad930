"""Recovery: the state of a cell from its journal, without reading more of it than needed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from cobot_alloc.application.journal import JournalReader, Recorded
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId


def recover(journal: JournalReader, cell_id: CellId, *, up_to: int | None = None) -> CellState:
    """
    Return the state that the events add up to: the latest snapshot and what came after it.

    :param up_to: the number of the last event that counts; None for all.
    :raises JournalError: if the journal cannot be read.
    """
    snapshot = journal.latest_snapshot(up_to=up_to)
    if snapshot is None:
        return replay(CellState(cell_id=cell_id), _events(journal, 0, up_to))
    return replay(snapshot.state, _events(journal, snapshot.seq, up_to))


def _events(journal: JournalReader, after: int, up_to: int | None) -> Iterator[Event]:
    records: Iterator[Recorded] = journal.read(after=after)
    if up_to is not None:
        records = takewhile(lambda record: record.seq <= up_to, records)
    return (record.event for record in records)
