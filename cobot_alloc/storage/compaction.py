"""Compaction: a journal without the events that no start reads any more."""

from __future__ import annotations

from pathlib import Path

import apsw

from cobot_alloc.application.audit import Compacted
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.storage.durable_file import DurableFile
from cobot_alloc.storage.event_table import base_of, hash_of
from cobot_alloc.storage.record_lines import record_lines
from cobot_alloc.storage.schema import checked_cell_id
from cobot_alloc.storage.snapshot_table import latest
from cobot_alloc.storage.sqlite_file import failing
from cobot_alloc.storage.verification import verify
from cobot_alloc.storage.whole_file import write_whole


def compact(path: Path, *, archive: Path | None) -> Compacted:
    """
    Remove the events up to the last snapshot but one, which the chain then begins with.

    Nothing is removed from a journal that is not sound, nor before the archive is on the disk.

    :raises JournalError: if it is not there, is being written to, is not sound, or has too few
        snapshots.
    :raises BadInput: if the archive cannot be written.
    """
    if not path.is_file():
        raise JournalError(f'{path}: no such journal')
    file = DurableFile(path, 'meta')
    try:
        cell_id = checked_cell_id(file.connection, path)
        verdict = verify(file.connection, path)
        if not verdict.is_sound:
            raise JournalError(f'{path}: is not compacted, for it is not sound: {verdict.fault}')
        file.checkpoint()
        before = path.stat().st_size
        with failing(path, 'cannot be read'):
            old, _ = base_of(file.connection)
        base = _last_snapshot_but_one(file, cell_id, old)
        if archive is not None:
            if archive.exists():
                raise JournalError(f'{archive}: is there already; an archive is never replaced')
            write_whole(archive, record_lines(file.connection, path, after=old, up_to=base))
        remove(file, base)
        with failing(path, 'is compacted, but its space was not given back'):
            file.connection.execute('VACUUM')
            file.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    finally:
        file.close()
    return Compacted(
        first=base + 1,
        removed=base - old,
        bytes_before=before,
        bytes_after=path.stat().st_size,
    )


def _last_snapshot_but_one(file: DurableFile, cell_id: str, old: int) -> int:
    last = latest(file.connection, file.path, cell_id=cell_id)
    found = last and latest(file.connection, file.path, cell_id=cell_id, up_to=last.seq - 1)
    if found is None or found.seq <= old:
        raise JournalError(
            f'{file.path}: there is nothing to remove; that takes two snapshots of the present'
            f' format after record {old}'
        )
    return found.seq


def remove(file: DurableFile, base: int) -> None:
    """Remove events and snapshots in one step, and say what the chain begins with."""
    with file.transaction() as connection:
        hash_ = hash_of(connection, base)
        connection.execute('DELETE FROM base')
        connection.execute('INSERT INTO base VALUES (?, ?)', (base, hash_))
        connection.execute('DELETE FROM snapshot WHERE seq < ?', (base,))
        connection.execute('DELETE FROM event WHERE seq <= ?', (base,))
