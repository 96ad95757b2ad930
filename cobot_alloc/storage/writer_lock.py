"""The right to write to a file: one process at a time has it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Protocol, TextIO

from cobot_alloc.domain.errors import JournalError


class Lock(Protocol):
    """The right to write to a file, until it is let go of."""

    def close(self) -> None:
        """Let go of it."""


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
        # Who has it is for people; a full disk may keep it from being written.
        with contextlib.suppress(OSError):
            self._file.seek(0)
            self._file.truncate()
            self._file.write(f'{os.getpid()}\n')
            self._file.flush()

    def close(self) -> None:
        """Let go of the lock."""
        with contextlib.suppress(OSError):
            self._file.close()
