"""The events of a journal as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import apsw

from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.chain import link, START
from cobot_alloc.storage.codec import decode_event, encode_event
from cobot_alloc.storage.sqlite_file import failing

#: Number, time of day, kind, body, hash.
Row = tuple[int, str, str, str, bytes]

INSERT = 'INSERT INTO event VALUES (?, ?, ?, ?, ?)'


def rows_of(events: Sequence[Event], *, after: int, before: bytes, recorded_at: str) -> list[Row]:
    """
    Return the rows that hold some events.

    :param after: the number of the record before them.
    :param before: its hash.
    """
    rows = []
    for seq, event in enumerate(events, after + 1):
        kind, body = encode_event(event)
        before = link(before, seq, recorded_at, kind, body)
        rows.append((seq, recorded_at, kind, body, before))
    return rows


def base_of(connection: apsw.Connection) -> tuple[int, bytes]:
    """Return the number and the hash of what the first record follows."""
    return connection.execute('SELECT seq, hash FROM base').fetchone() or (0, START)


def hash_of(connection: apsw.Connection, seq: int) -> bytes | None:
    """Return the hash of a record or of the base, None if there is no such record."""
    base, hash_ = base_of(connection)
    if seq == base:
        return hash_
    row = connection.execute('SELECT hash FROM event WHERE seq = ?', (seq,)).fetchone()
    return row[0] if row else None


def last_record(connection: apsw.Connection, path: Path) -> tuple[int, bytes]:
    """
    Return the number and the hash of the last record.

    :raises JournalError: if it cannot be read.
    """
    with failing(path, 'cannot be read'):
        query = 'SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1'
        return connection.execute(query).fetchone() or base_of(connection)


def read_events(connection: apsw.Connection, path: Path, after: int) -> Iterator[Recorded]:
    """
    Return the events with a number above ``after``, in order.

    :raises JournalError: if a record cannot be read, is missing, or does not follow from the
        one before.
    """
    with failing(path, 'cannot be read'):
        before = hash_of(connection, after)
        if before is None:
            raise JournalError(f'{path}: record {after} is missing{_why(connection, after)}')
        expected = after + 1
        rows = connection.execute('SELECT * FROM event WHERE seq > ? ORDER BY seq', (after,))
        for seq, recorded_at, kind, body, hash_ in rows:
            if seq != expected:
                raise JournalError(f'{path}: record {expected} is missing, found {seq}')
            before = link(before, seq, recorded_at, kind, body)
            if hash_ != before:
                raise JournalError(f'{path}: record {seq} is not what was written')
            expected += 1
            yield Recorded(seq=seq, recorded_at=recorded_at, event=decode_event(kind, body))


def _why(connection: apsw.Connection, seq: int) -> str:
    base, _ = base_of(connection)
    return f'; records up to {base} were removed when it was compacted' if seq < base else ''
