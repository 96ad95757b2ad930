"""The office that looks after journal files: verification, export, compaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from cobot_alloc.application.audit import Compacted, Head, Verdict
from cobot_alloc.domain.cell import CellState
from cobot_alloc.storage.compaction import compact
from cobot_alloc.storage.event_table import base_of
from cobot_alloc.storage.head_file import head_of, read_head, write_head
from cobot_alloc.storage.record_lines import record_lines
from cobot_alloc.storage.schema import checked_cell_id
from cobot_alloc.storage.sqlite_file import failing, open_for_reading
from cobot_alloc.storage.state_codec import state_as_json
from cobot_alloc.storage.verification import verify
from cobot_alloc.storage.whole_file import write_whole


class SqliteJournalOffice:
    """Looks after journals in SQLite files."""

    def verify(self, path: Path, *, head: Path | None = None) -> Verdict:
        """Check every record and every snapshot, and the end against an exported head."""
        expected = None if head is None else read_head(head)
        with _opened(path) as connection:
            return verify(connection, path, head=expected)

    def export_head(self, path: Path, target: Path) -> Head:
        """Write where a journal ends to a file."""
        with _opened(path) as connection:
            head = head_of(connection, path)
        write_head(target, head)
        return head

    def lines(self, path: Path) -> Iterator[str]:
        """Return each record as a line of JSON."""
        with _opened(path) as connection:
            with failing(path, 'cannot be read'):
                base, _ = base_of(connection)
            yield from record_lines(connection, path, after=base)

    def export_lines(self, path: Path, target: Path) -> None:
        """Write each record as a line of JSON to a file."""
        write_whole(target, self.lines(path))

    def write_state(self, state: CellState, target: Path) -> None:
        """Write a state as JSON to a file."""
        write_whole(target, [state_as_json(state)])

    def compact(self, path: Path, *, archive: Path | None) -> Compacted:
        """Remove the events up to the last snapshot but one."""
        return compact(path, archive=archive)


@contextmanager
def _opened(path: Path) -> Iterator[apsw.Connection]:
    connection = open_for_reading(path)
    try:
        checked_cell_id(connection, path)
        yield connection
    finally:
        connection.close(force=True)
