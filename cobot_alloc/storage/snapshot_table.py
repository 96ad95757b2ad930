"""The snapshots of a journal as rows of a table."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import apsw

from cobot_alloc.application.journal import Snapshot
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.storage.chain import seal
from cobot_alloc.storage.event_table import base_of, hash_of
from cobot_alloc.storage.sqlite_file import failing
from cobot_alloc.storage.state_codec import decode_state, encode_state, state_format

#: Older ones are removed.
KEPT = 2
COLUMNS = 'seq, recorded_at, format, body, hash'
_NO_LIMIT = 2**63 - 1


def save(
    connection: apsw.Connection, state: CellState, seq: int, *, hash_: bytes, recorded_at: str
) -> None:
    """Write a snapshot, within a transaction, and remove old ones but the base's."""
    body, made_as = encode_state(state), state_format()
    connection.execute(
        'INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)',
        (seq, recorded_at, made_as, body, seal(hash_, seq, recorded_at, made_as, body)),
    )
    connection.execute(
        'DELETE FROM snapshot WHERE seq NOT IN (SELECT seq FROM base)'
        ' AND seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)',
        (KEPT,),
    )


def latest(
    connection: apsw.Connection, path: Path, *, cell_id: str, up_to: int | None = None
) -> Snapshot | None:
    """
    Return the latest snapshot that can be trusted.

    Passed over are those whose digest does not fit their place in the chain, and those of
    another format, for the events may make another state of it now. Only where the events are
    gone is another format taken if it can be read at all.

    :raises JournalError: if there is one of events that are not there.
    """
    with failing(path, 'cannot be read'):
        query = 'SELECT seq FROM snapshot WHERE seq <= ? ORDER BY seq DESC'
        limit = _NO_LIMIT if up_to is None else up_to
        found = connection.execute(query, (limit,)).fetchall()
        base, _ = base_of(connection)
        for (number,) in found:
            row: Any = connection.execute(
                f'SELECT {COLUMNS} FROM snapshot WHERE seq = ?', (number,)
            ).fetchone()
            seq, recorded_at, made_as, body, digest = row
            before = hash_of(connection, seq)
            if before is None:
                raise JournalError(
                    f'{path}: has a snapshot of record {seq} but not the record; its end is lost'
                )
            if digest != seal(before, seq, recorded_at, made_as, body):
                continue
            if made_as != state_format() and seq != base:
                continue
            with contextlib.suppress(JournalError):
                state = decode_state(body)
                if state.cell_id == cell_id:
                    return Snapshot(seq=seq, state=state)
    return None
