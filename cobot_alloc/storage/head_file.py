"""Heads of journals, and files that they are exported to."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import apsw
import msgspec

from cobot_alloc.application.audit import Head
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.storage.event_table import last_record
from cobot_alloc.storage.schema import checked_cell_id
from cobot_alloc.storage.whole_file import write_whole


def head_of(connection: apsw.Connection, path: Path) -> Head:
    """
    Return where a journal ends now.

    :raises JournalError: if it cannot be read.
    """
    seq, hash_ = last_record(connection, path)
    return head_at(checked_cell_id(connection, path), seq, hash_)


def head_at(cell_id: str, seq: int, hash_: bytes) -> Head:
    """Return a record as a head."""
    now = datetime.now(timezone.utc).isoformat(timespec='seconds')
    return Head(cell=cell_id, seq=seq, hash=hash_.hex(), time=now)


def write_head(path: Path, head: Head) -> None:
    """
    Write a head.

    :raises BadInput: if the file cannot be written.
    """
    write_whole(path, [msgspec.json.format(msgspec.json.encode(head), indent=2).decode()])


def read_head(path: Path) -> Head:
    """
    Read a head.

    :raises BadInput: if it is not one.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Head)
    except OSError as error:
        raise BadInput(f'{path}: cannot be read: {error.strerror}') from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(f'{path}: is not the head of a journal: {error}') from error
