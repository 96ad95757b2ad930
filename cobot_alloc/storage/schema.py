"""The versions of a journal's tables, and the way from each to the next."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import apsw

from cobot_alloc.domain.errors import JournalError
from cobot_alloc.storage.durable_file import DurableFile
from cobot_alloc.storage.sqlite_file import failing

#: What a new journal gets: the number of the last file in ``migrations/``.
SCHEMA_VERSION = 2


def bring_up_to_date(file: DurableFile, cell_id: str) -> None:
    """
    Make the tables of a new journal, or bring older ones up to date, one version at a time.

    :param cell_id: whose journal a new one is.
    :raises JournalError: if the file is not a journal, or of a newer version.
    """
    with failing(file.path, 'cannot be read'):
        is_new = not file.connection.execute('SELECT 1 FROM sqlite_master').fetchone()
    version = 0 if is_new else version_of(file.connection, file.path)
    _refuse_newer(version, file.path)
    for number in range(version + 1, SCHEMA_VERSION + 1):
        with file.transaction() as connection:
            connection.execute(_migration(number))
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('cell_id', ?)", (cell_id,))
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)", (str(number),)
            )


def checked_cell_id(connection: apsw.Connection, path: Path) -> str:
    """
    Return whose journal it is.

    :raises JournalError: if it is not a journal of this version.
    """
    version = version_of(connection, path)
    _refuse_newer(version, path)
    if version < SCHEMA_VERSION:
        raise JournalError(
            f'{path}: is a journal of schema version {version}, expected {SCHEMA_VERSION};'
            ' start its cell once with this version of the package, which brings it up to date'
        )
    return _meta(connection, path)['cell_id']


def version_of(connection: apsw.Connection, path: Path) -> int:
    """
    Return the version of a journal's tables.

    :raises JournalError: if it is not a journal.
    """
    try:
        return int(_meta(connection, path)['schema_version'])
    except ValueError as error:
        raise JournalError(f'{path}: is not a journal: schema_version: {error}') from error


def _meta(connection: apsw.Connection, path: Path) -> dict[str, str]:
    try:
        found = {str(k): str(v) for k, v in connection.execute('SELECT key, value FROM meta')}
    except apsw.Error as error:
        raise JournalError(f'{path}: is not a journal: {error}') from error
    missing = {'cell_id', 'schema_version'} - found.keys()
    if missing:
        raise JournalError(f'{path}: is not a journal: {", ".join(sorted(missing))} missing')
    return found


def _refuse_newer(version: int, path: Path) -> None:
    if version > SCHEMA_VERSION:
        raise JournalError(
            f'{path}: is a journal of schema version {version}, expected at most'
            f' {SCHEMA_VERSION}; it was written by a newer version of the package'
        )


@cache
def _migration(number: int) -> str:
    folder = files('cobot_alloc.storage').joinpath('migrations')
    (name,) = (f.name for f in folder.iterdir() if f.name.startswith(f'{number:04}_'))
    return folder.joinpath(name).read_text(encoding='utf-8')
