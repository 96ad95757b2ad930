"""Verification: whether a journal is what was written, all of it and in that order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from cobot_alloc.application.audit import Fault, Head, Verdict
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import IllegalTransition, JournalError
from cobot_alloc.domain.evolve import apply
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage.chain import seal
from cobot_alloc.storage.codec import decode_event
from cobot_alloc.storage.event_table import base_of, BrokenRecord, checked_rows, hash_of
from cobot_alloc.storage.head_file import head_at
from cobot_alloc.storage.schema import checked_cell_id
from cobot_alloc.storage.snapshot_table import COLUMNS
from cobot_alloc.storage.sqlite_file import failing
from cobot_alloc.storage.state_codec import decode_state, encode_state, state_format


def verify(connection: apsw.Connection, path: Path, *, head: Head | None = None) -> Verdict:
    """
    Check every record, every snapshot, and the end against an exported head.

    A writer may be at work meanwhile; what it adds is not looked at.

    :raises JournalError: if it is not a journal.
    """
    cell_id = checked_cell_id(connection, path)
    check = _Check(connection, path, cell_id)
    fault: Fault | None = None
    with failing(path, 'cannot be read'):
        connection.execute('BEGIN')
    try:
        check.pages()
        check.records()
        check.end(head)
    except BrokenRecord as broken:
        fault = Fault(seq=broken.seq, reason=broken.reason)
    except JournalError as error:
        fault = Fault(seq=None, reason=str(error))
    finally:
        connection.execute('ROLLBACK')
    return Verdict(
        path=path,
        head=head_at(cell_id, check.seq, check.hash),
        base=check.base,
        snapshots=check.compared,
        not_compared=check.not_compared,
        fault=fault,
    )


class _Check:
    """One pass over a journal, and how far it has come."""

    def __init__(self, connection: apsw.Connection, path: Path, cell_id: str) -> None:
        self._connection = connection
        self._path = path
        self._cell_id = cell_id
        self._state = CellState(cell_id=CellId(cell_id))
        with failing(path, 'cannot be read'):
            self.base, self.hash = base_of(connection)
        self.seq = self.base
        self.compared = self.not_compared = 0

    def pages(self) -> None:
        """Let the database check what it knows of the file."""
        with failing(self._path, 'is corrupt'):
            found = self._connection.execute('PRAGMA integrity_check(1)').fetchone()
        if found != ('ok',):
            raise JournalError(f'{self._path}: is corrupt: {found and found[0]}')

    def records(self) -> None:
        """Check the chain, that each event can follow, and the snapshots on the way."""
        with failing(self._path, 'cannot be read'):
            snapshots: list[Any] = self._connection.execute(
                f'SELECT {COLUMNS} FROM snapshot ORDER BY seq'
            ).fetchall()
            first = self._connection.execute('SELECT min(seq) FROM event').fetchone()
        if first is not None and first[0] is not None and first[0] <= self.base:
            raise BrokenRecord(self._path, first[0], 'is from before the journal begins')
        waiting = {row[0]: row for row in snapshots}
        if self.base:
            self._begin_at_base(waiting.pop(self.base, None))
        elif 0 in waiting:
            self._compare(waiting.pop(0))
        for seq, _, kind, body, hash_ in checked_rows(self._connection, self._path, self.base):
            self.seq, self.hash = seq, hash_
            self._follow(seq, kind, body)
            if seq in waiting:
                self._compare(waiting.pop(seq))
        for seq in sorted(waiting):
            raise BrokenRecord(self._path, seq, 'is missing, and there is a snapshot of it')

    def end(self, head: Head | None) -> None:
        """Compare with an exported head."""
        if head is None:
            return
        if head.cell != self._cell_id:
            raise JournalError(
                f'the head is of cell {head.cell!r}, the journal of cell {self._cell_id!r}'
            )
        if head.seq > self.seq:
            raise BrokenRecord(
                self._path,
                self.seq + 1,
                f'is missing: the end was cut after record {self.seq}, the head is of record'
                f' {head.seq}',
            )
        found = hash_of(self._connection, head.seq)
        if found is None:
            raise JournalError(
                f'the head is of record {head.seq}, which was removed when the journal was'
                f' compacted; it begins after record {self.base}: export a newer head'
            )
        if found.hex() != head.hash:
            raise BrokenRecord(self._path, head.seq, 'is another than when the head was exported')

    def _begin_at_base(self, row: tuple[Any, ...] | None) -> None:
        if row is None:
            raise BrokenRecord(self._path, self.base, 'has no snapshot to begin from')
        self._check_seal(row)
        self._state = self._decoded(self.base, row[3]).own_copy()

    def _follow(self, seq: int, kind: str, body: str) -> None:
        try:
            event = decode_event(kind, body)
            apply(self._state, event)
        except JournalError as error:
            raise BrokenRecord(self._path, seq, str(error)) from error
        except (IllegalTransition, KeyError) as error:
            raise BrokenRecord(self._path, seq, f'cannot follow: {error}') from error

    def _compare(self, row: tuple[Any, ...]) -> None:
        self._check_seal(row)
        seq, _, made_as, body, _ = row
        if made_as != state_format():
            self.not_compared += 1
            return
        # Encoded anew, for a whole number may have been written for a fraction.
        if encode_state(self._decoded(seq, body)) != encode_state(self._state):
            raise BrokenRecord(self._path, seq, 'has a snapshot that its events do not lead to')
        self.compared += 1

    def _check_seal(self, row: tuple[Any, ...]) -> None:
        seq, recorded_at, made_as, body, digest = row
        if digest != seal(self.hash, seq, recorded_at, made_as, body):
            raise BrokenRecord(self._path, seq, 'has a snapshot that is not what was written')

    def _decoded(self, seq: int, body: bytes) -> CellState:
        try:
            return decode_state(body)
        except JournalError as error:
            raise BrokenRecord(self._path, seq, f'has a snapshot of which {error}') from error
