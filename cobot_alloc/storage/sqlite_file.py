"""Open SQLite files the way this package needs them: durable, and one writer at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
import sqlite3
from typing import TextIO

from cobot_alloc.domain.errors import JournalError


def open_for_writing(path: Path, schema: str) -> sqlite3.Connection:
    """
    Open a file, made with ``schema`` if it is new, so that each commit is on disk on return.

    :raises JournalError: if it cannot be opened or is not such a file.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute('PRAGMA journal_mode=WAL')
        connection.execute('PRAGMA synchronous=FULL')
        if not connection.execute('SELECT 1 FROM sqlite_master LIMIT 1').fetchone():
            connection.executescript(f'BEGIN IMMEDIATE;\n{schema}\nCOMMIT;')
    except sqlite3.Error as error:
        raise JournalError(f'{path}: cannot be opened for writing: {error}') from error
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """
    Open an existing file without the right to change it.

    :raises JournalError: if it is not there or cannot be opened.
    """
    if not path.is_file():
        raise JournalError(f'{path}: no such journal')
    try:
        return sqlite3.connect(f'{path.absolute().as_uri()}?mode=ro', uri=True)
    except sqlite3.Error as error:
        raise JournalError(f'{path}: cannot be opened: {error}') from error


class WriterLock:
    """Keeps a second writer away; held until closed, and let go by the kernel at any death."""

    def __init__(self, path: Path) -> None:
        """
        Take the lock beside the file.

        :raises JournalError: if another process has it.
        """
        self._path = path.with_name(path.name + '.lock')
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: TextIO = self._path.open('a+')
        except OSError as error:
            raise JournalError(f'{self._path}: cannot be opened: {error.strerror}') from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().strip() or 'unknown'
            self._file.close()
            raise JournalError(
                f'{path}: another process is writing to it (process id {holder});'
                ' a journal has one writer'
            ) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f'{os.getpid()}\n')
        self._file.flush()

    def close(self) -> None:
        """Let go of the lock."""
        self._file.close()
