"""Records of a journal as lines of JSON, for other programs and for archives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec

from cobot_alloc.storage.event_table import checked_rows


def record_lines(
    connection: apsw.Connection, path: Path, *, after: int, up_to: int | None = None
) -> Iterator[str]:
    """
    Return the records with a number above ``after`` and up to ``up_to``, each as it was written.

    :raises JournalError: if one is missing or is not what was written.
    """
    for seq, recorded_at, kind, body, hash_ in checked_rows(connection, path, after):
        if up_to is not None and seq > up_to:
            return
        line = {
            'seq': seq,
            'recorded_at': recorded_at,
            'kind': kind,
            'body': msgspec.Raw(body.encode()),
            'hash': hash_.hex(),
        }
        yield msgspec.json.encode(line).decode()
