"""
A disk in memory that can lose, tear and refuse: for tests of what is kept on it.

SQLite runs on it as on any other, by the name of its VFS; without shared memory, so it has to
be opened for exclusive use. What was written but not synced is settled at a crash by a given
source of randomness: kept, torn or lost, in any combination, as a disk with a cache may do.
Like SQLite on a real disk it takes for granted that a torn write spoils nothing beside it.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from random import Random

import apsw

from cobot_alloc.domain.errors import JournalError
from cobot_alloc.storage.disk_faults import Faults
from cobot_alloc.storage.simulated_file import SimulatedFile

_numbers = itertools.count(1)


class SimulatedDisk:
    """
    A disk, and what is wrong with it.

    :ivar faults: changed by the owner at any time.
    """

    def __init__(self, *, faults: Faults | None = None) -> None:
        """Begin with an empty disk."""
        self.faults = faults or Faults()
        self._folder = _Folder({}, self.faults)
        self._run = _Run(self._folder)
        self._held: set[str] = set()

    @property
    def vfs_name(self) -> str:
        """The name to open files by; another one after each crash."""
        return self._run.name

    def lock(self, path: Path) -> SimulatedLock:
        """
        Take the right to write to a file, until it is closed or the disk crashes.

        :raises JournalError: if it is taken.
        """
        return SimulatedLock(self._held, str(path))

    def crash(self, rng: Random) -> None:
        """
        End every open file without closing it, settle what is left, and switch power on.

        Whatever still has a file open goes on with a copy that is no longer of this disk.
        """
        folder = self._folder
        files = folder.settled(rng)
        folder.leave()
        self._run.unregister()
        self.faults.power_off_after = None
        self._folder = _Folder(files, self.faults)
        self._run = _Run(self._folder)
        self._held = set()

    def close(self) -> None:
        """Let SQLite forget the disk."""
        self._run.unregister()

    # What is on it, for whoever looks at a file or spoils it by hand.

    def read(self, path: Path) -> bytes:
        """Return what a file holds now, synced or not."""
        return bytes(self._folder.files[str(path)].data)

    def write(self, path: Path, data: bytes) -> None:
        """Put a file on the disk, synced."""
        self._folder.files[str(path)] = SimulatedFile(self.faults, bytearray(data))

    def names(self) -> list[str]:
        """Return the names of the files."""
        return sorted(self._folder.files)


class SimulatedLock:
    """The right to write to a file."""

    def __init__(self, held: set[str], name: str) -> None:
        """
        Take the right.

        :raises JournalError: if it is taken.
        """
        if name in held:
            raise JournalError(f'{name}: is being written to; a journal has one writer')
        held.add(name)
        self._held, self._name = held, name

    def close(self) -> None:
        """Let go of the file."""
        self._held.discard(self._name)


class _Folder:
    """The files by name, and those whose end is not synced yet."""

    def __init__(self, files: dict[str, SimulatedFile], faults: Faults) -> None:
        self.files = files
        self.faults = faults
        self.ended: dict[str, SimulatedFile] = {}
        for file in files.values():
            file.faults = faults
        faults.used = sum(len(file.data) for file in files.values())

    def sync(self) -> None:
        """Make every name, and the end of every name, outlive a crash."""
        self.ended.clear()
        for file in self.files.values():
            file.is_kept = True

    def settled(self, rng: Random) -> dict[str, SimulatedFile]:
        """Return copies of the files that a crash leaves."""
        left: dict[str, SimulatedFile] = {}
        for name in sorted(self.files.keys() | self.ended.keys()):
            file = self.files.get(name)
            if (file is None or not file.is_kept) and rng.random() < 0.5:
                file = self.ended.get(name)
            if file is not None:
                left[name] = file.settled(rng)
        return left

    def leave(self) -> None:
        """Let whoever still has files open go on alone, with nothing wrong."""
        self.faults = Faults()
        for file in (*self.files.values(), *self.ended.values()):
            file.faults = self.faults


class _Run(apsw.VFS):
    """The disk from one crash to the next, as SQLite sees it."""

    def __init__(self, folder: _Folder) -> None:
        self.name = f'simulated-disk-{next(_numbers)}'
        self.folder = folder
        super().__init__(self.name, '')

    def xOpen(  # type: ignore[override]  # any object will do that does what a file does
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> SimulatedFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ''
        folder = self.folder
        file = folder.files.get(path)
        if file is None:
            if folder.faults.read_only or not flags[0] & apsw.SQLITE_OPEN_CREATE:
                raise apsw.CantOpenError(f'{path}: no such file, and none may be made')
            folder.faults.meet()
            # As on Unix: a new log brings its folder to the disk, a new database does not.
            is_database = flags[0] & apsw.SQLITE_OPEN_MAIN_DB
            file = SimulatedFile(folder.faults, sync_names=None if is_database else folder.sync)
            folder.files[path] = file
        elif folder.faults.read_only and flags[1] & apsw.SQLITE_OPEN_READWRITE:
            flags[1] ^= apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_READONLY
        return file

    def xDelete(self, name: str, sync: bool) -> None:
        folder = self.folder
        folder.faults.meet()
        file = folder.files.pop(name)
        folder.faults.used -= len(file.data)
        if file.is_kept:
            folder.ended[name] = file
        if sync:
            folder.sync()

    def xAccess(self, name: str, flags: int) -> bool:
        is_writing = flags == apsw.SQLITE_ACCESS_READWRITE
        return name in self.folder.files and not (is_writing and self.folder.faults.read_only)

    def xFullPathname(self, name: str) -> str:
        return name
