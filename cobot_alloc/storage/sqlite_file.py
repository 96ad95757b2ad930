"""Open SQLite files the way this package needs them: durable, and one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from cobot_alloc.domain.errors import JournalError

#: Milliseconds to wait for another program that has the file locked.
BUSY_MS = 2000


def open_for_writing(
    path: Path, table: str, *, vfs: str | None = None, exclusive: bool = False
) -> apsw.Connection:
    """
    Open a file, or begin one, so that each commit is on disk on return.

    :param table: one that is in it if it is not new; else it is another program's file.
    :param vfs: what to reach the file through, None for the operating system.
    :param exclusive: let nobody else in; without it the VFS must have shared memory.
    :raises JournalError: if it cannot be opened or is not such a file.
    """
    with failing(path, 'cannot be opened for writing'):
        connection = apsw.Connection(str(path), vfs=vfs)
        try:
            connection.set_busy_timeout(BUSY_MS)
            # Dropped rather than closed, it leaves the file as a crash would.
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
            if connection.readonly('main'):
                raise apsw.ReadOnlyError('may only be read')
            if exclusive:
                connection.execute('PRAGMA locking_mode=EXCLUSIVE')
            # Read first: a file that is something else is not to be changed.
            names = [row[0] for row in connection.execute('SELECT name FROM sqlite_master')]
            if names and table not in names:
                raise apsw.NotADBError(f'has tables, but no table {table}')
            connection.execute('PRAGMA journal_mode=WAL').fetchall()
            connection.execute('PRAGMA synchronous=FULL')
            # The log is there from the first look at the tables.
            connection.execute('SELECT 1 FROM sqlite_master LIMIT 1').fetchall()
        except apsw.Error:
            connection.close(force=True)
            raise
    return connection


def open_for_reading(path: Path) -> apsw.Connection:
    """
    Open an existing file without the right to change it.

    :raises JournalError: if it is not there or cannot be opened.
    """
    if not path.is_file():
        raise JournalError(f'{path}: no such journal')
    with failing(path, 'cannot be opened'):
        connection = _connect_for_reading(str(path), apsw.SQLITE_OPEN_READONLY)
        try:
            connection.execute('SELECT 1 FROM sqlite_master LIMIT 1').fetchall()
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            # Reading leaves marks beside the file, and here none may be made. Without a log
            # there is no writer, and the file can be read as something that never changes.
            connection.close(force=True)
            if _has_log(path):
                raise
            connection = _connect_for_reading(
                f'{path.absolute().as_uri()}?immutable=1',
                apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI,
            )
    return connection


def _connect_for_reading(name: str, flags: int) -> apsw.Connection:
    connection = apsw.Connection(name, flags=flags)
    connection.set_busy_timeout(BUSY_MS)
    return connection


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + '-wal')
    return log.is_file() and log.stat().st_size > 0


@contextmanager
def failing(path: Path, what: str) -> Iterator[None]:
    """
    Turn the database's errors into the package's.

    :raises JournalError: with the path, what could not be done, and why.
    """
    try:
        yield
    except (apsw.Error, UnicodeDecodeError) as error:
        raise JournalError(f'{path}: {what}: {error}') from error
