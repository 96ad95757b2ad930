"""An SQLite file with one writer, each of whose writes is on disk when it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
import contextlib
import os
from pathlib import Path

import apsw

from cobot_alloc.domain.errors import JournalError
from cobot_alloc.storage.sqlite_file import failing, open_for_writing
from cobot_alloc.storage.writer_lock import Lock, WriterLock

#: Pages in the write-ahead log before they are brought into the file, as SQLite does it.
CHECKPOINT_PAGES = 1000


class DurableFile:
    """
    The right to write to a file, and what keeps a write from being lost or half done.

    :ivar connection: for reading.
    """

    def __init__(
        self,
        path: Path,
        table: str,
        *,
        vfs: str | None = None,
        exclusive: bool = False,
        lock: Callable[[Path], Lock] = WriterLock,
    ) -> None:
        """
        Open a file, or begin an empty one.

        :param table: one that is in it if it is not new.
        :param vfs: what to reach the file through, None for the operating system.
        :param exclusive: let no reader in; without it the VFS must have shared memory.
        :param lock: takes the right to write to the file.
        :raises JournalError: if another process writes to it or it cannot be opened.
        """
        self.path = path
        self._lock = lock(path)
        try:
            self.connection = open_for_writing(path, table, vfs=vfs, exclusive=exclusive)
        except JournalError:
            self._lock.close()
            raise
        #: Pages in the log, by the hook.
        self._pages = [0]
        # To notice when what was opened is no longer what the path leads to.
        self._identity = None if vfs else _identity(path)
        # In place of SQLite's own checkpoints: one that fails would look like a failed commit.
        self.connection.set_wal_hook(_counting(self._pages))

    def write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        """
        Write the rows, all or none.

        :raises JournalError: if it cannot be promised that they are on disk.
        """
        with self.transaction():
            self.connection.executemany(statement, rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """
        Write several things, all or none; they are durable at the end.

        :raises JournalError: if it cannot be promised that they are on disk.
        """
        with failing(self.path, 'cannot be written'):
            self.connection.execute('BEGIN IMMEDIATE')
            try:
                yield self.connection
                self._commit()
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute('ROLLBACK')
                raise
        self._check_that_it_is_there()
        if self._pages[0] >= CHECKPOINT_PAGES:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Bring the log into the file; what cannot be brought over stays in the log."""
        with contextlib.suppress(apsw.Error):
            self.connection.wal_checkpoint()

    def close(self) -> None:
        """Let go of the file and of the right to write to it."""
        try:
            # The last checkpoint may fail; the log then stays beside the file.
            with contextlib.suppress(apsw.Error):
                self.connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0)
                self.connection.close(force=True)
        finally:
            self._lock.close()

    def _commit(self) -> None:
        try:
            self.connection.execute('COMMIT')
        except apsw.BusyError:
            raise
        except apsw.Error:
            # It may be in the log, whole and yet refused: a crash would bring it back, unless
            # another commit takes its place; the next one does, if this one cannot.
            with contextlib.suppress(apsw.Error):
                self.connection.execute('ROLLBACK')
            with contextlib.suppress(apsw.Error):
                self._settle()
            raise

    def _settle(self) -> None:
        """Overwrite a refused commit in the log with a small one that counts them."""
        count = int(self.connection.pragma('user_version'))
        self.connection.execute(f'PRAGMA user_version = {count + 1}')

    def _check_that_it_is_there(self) -> None:
        if self._identity is not None and _identity(self.path) != self._identity:
            raise JournalError(
                f'{self.path}: was deleted or replaced while it was being written to; what is'
                ' written now would be lost'
            )


def _counting(pages: list[int]) -> Callable[[apsw.Connection, str, int], int]:
    # Not a method: the file would hold itself, and stay open after its owner is gone.
    def count(_connection: apsw.Connection, _name: str, now: int) -> int:
        pages[0] = now
        return apsw.SQLITE_OK

    return count


def _identity(path: Path) -> tuple[int, ...]:
    """Return what tells the file and its log from others of the same names."""
    found: list[int] = []
    for name in (str(path), f'{path}-wal'):
        try:
            status = os.stat(name)  # noqa: PTH116 for every write, and Path is slow
        except OSError:
            continue
        found += (status.st_dev, status.st_ino)
    return tuple(found)
