"""The events of a journal as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import apsw

from cobot_alloc.application.journal import Recorded
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event
from cobot_alloc.storage.chain import field, link, link_fields, START
from cobot_alloc.storage.codec import decode_event, encode_event
from cobot_alloc.storage.sqlite_file import failing

#: Number, time of day, kind, body, hash.
Row = tuple[int, str, str, str, bytes]

INSERT = 'INSERT INTO event VALUES (?, ?, ?, ?, ?)'


class BrokenRecord(JournalError):
    """
    A record that is missing or is not what was written.

    :ivar seq: its number.
    :ivar reason: what is wrong with it.
    """

    def __init__(self, path: Path, seq: int, reason: str) -> None:
        """Keep the number for programs and the sentence for people."""
        super().__init__(f'{path}: record {seq} {reason}')
        self.seq = seq
        self.reason = reason


def rows_of(events: Sequence[Event], *, after: int, before: bytes, recorded_at: str) -> list[Row]:
    """
    Return the rows that hold some events.

    :param after: the number of the record before them.
    :param before: its hash.
    """
    rows = []
    middles: dict[str, bytes] = {}
    for seq, event in enumerate(events, after + 1):
        kind, body = encode_event(event)
        middle = middles.get(kind)
        if middle is None:
            middle = middles[kind] = field(recorded_at.encode()) + field(kind.encode())
        before = link_fields(before, seq, middle, body)
        rows.append((seq, recorded_at, kind, body.decode(), before))
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


def last_record_at(connection: apsw.Connection, path: Path, moment: datetime | float) -> int:
    """
    Return the number of the last record until a moment, 0 if there is none.

    :param moment: time of day, or cell time in seconds.
    :raises JournalError: if it cannot be read.
    """
    if isinstance(moment, datetime):
        column = 'recorded_at'
        limit: str | float = moment.astimezone(timezone.utc).isoformat(timespec='milliseconds')
    else:
        column, limit = "json_extract(body, '$.at_s')", moment
    with failing(path, 'cannot be read'):
        query = f'SELECT max(seq) FROM event WHERE {column} <= ?'
        row: Any = connection.execute(query, (limit,)).fetchone()
    return row[0] or 0


def read_events(connection: apsw.Connection, path: Path, after: int) -> Iterator[Recorded]:
    """
    Return the events with a number above ``after``, in order.

    :raises JournalError: if a record cannot be read, is missing, or does not follow from the
        one before.
    """
    for seq, recorded_at, kind, body, _ in checked_rows(connection, path, after):
        yield Recorded(seq=seq, recorded_at=recorded_at, event=decode_event(kind, body))


def checked_rows(connection: apsw.Connection, path: Path, after: int) -> Iterator[Row]:
    """
    Return the rows with a number above ``after``, in order, each checked against the chain.

    :raises BrokenRecord: at the first that is missing or is not what was written.
    :raises JournalError: if the file cannot be read.
    """
    expected = after + 1
    with failing(path, 'cannot be read'):
        before = hash_of(connection, after)
        if before is None:
            raise BrokenRecord(path, after, _why_missing(connection, after))
        query = 'SELECT seq, recorded_at, kind, body, hash FROM event WHERE seq > ? ORDER BY seq'
        rows: Any = connection.execute(query, (after,))
        try:
            for row in rows:
                seq, recorded_at, kind, body, hash_ = row
                if seq != expected:
                    raise BrokenRecord(path, expected, f'is missing, the next one is {seq}')
                before = link(before, seq, recorded_at, kind, body)
                if hash_ != before:
                    raise BrokenRecord(path, seq, 'is not what was written after the one before')
                expected += 1
                yield row
        except UnicodeDecodeError as error:
            raise BrokenRecord(path, expected, f'is not text: {error}') from error
        finally:
            rows.close(force=True)  # left half-way it would be in the way of a compaction


def _why_missing(connection: apsw.Connection, seq: int) -> str:
    base, _ = base_of(connection)
    if seq < base:
        return f'is gone: records up to {base} were removed when the journal was compacted'
    return 'is missing'
