"""A file of the simulated disk: what it holds, and what of that was not synced yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import apsw

from cobot_alloc.storage.disk_faults import Faults

SECTOR = 512


@dataclass(slots=True)
class _Change:
    """
    A change since the last sync.

    :ivar before: what was there.
    :ivar after: what came there, None if the file was cut there.
    :ivar size: of the file before.
    """

    offset: int
    before: bytearray
    after: bytes | None
    size: int


class SimulatedFile:
    """
    A file as SQLite calls it; one process at a time has it open.

    :ivar data: what a reader sees.
    :ivar is_kept: its name outlives a crash.
    """

    __slots__ = ('_changes', '_sync_names', 'data', 'faults', 'is_kept')

    def __init__(
        self,
        faults: Faults,
        data: bytearray | None = None,
        *,
        sync_names: Callable[[], None] | None = None,
    ) -> None:
        """
        Begin with what is on the disk, or empty.

        :param sync_names: syncs the folder, at the first sync of a file that is new in it.
        """
        self.faults = faults
        self.data = bytearray() if data is None else data
        self.is_kept = data is not None
        self._sync_names = sync_names
        self._changes: list[_Change] = []

    def settled(self, rng: Random) -> SimulatedFile:
        """Return what a crash leaves of it."""
        data = bytearray(self.data)
        for change in reversed(self._changes):
            data[change.offset : change.offset + len(change.before)] = change.before
            del data[change.size :]
        for change, fate in zip(self._changes, _fates(len(self._changes), rng), strict=True):
            if change.after is None:
                if fate == 'kept':
                    del data[change.offset :]
            elif fate != 'lost':
                start, stop = _torn(len(change.after), rng) if fate == 'torn' else (0, None)
                _put(data, change.after[start:stop], change.offset + start)
        return SimulatedFile(self.faults, data)

    def xRead(self, amount: int, offset: int) -> bytearray:
        return self.data[offset : offset + amount]

    def xWrite(self, data: bytes, offset: int) -> None:
        faults, size = self.faults, len(self.data)
        faults.meet()
        if faults.refuse_writes:
            raise faults.refusal('write')
        more = offset + len(data) - size
        if more > 0:
            if faults.capacity is not None and faults.used + more > faults.capacity:
                raise apsw.FullError('the disk is full')
            faults.used += more
        before = self.data[offset : offset + len(data)]
        self._changes.append(_Change(offset, before, data, size))
        _put(self.data, data, offset)

    def xSync(self, _flags: int) -> None:
        faults = self.faults
        faults.meet()
        if faults.refuse_syncs:
            raise faults.refusal('sync')
        if not faults.ignore_syncs:
            self._changes.clear()
            if self._sync_names is not None:
                self._sync_names()
                self._sync_names = None

    def xTruncate(self, size: int) -> None:
        self.faults.meet()
        if size < len(self.data):
            self.faults.used -= len(self.data) - size
            self._changes.append(_Change(size, self.data[size:], None, len(self.data)))
            del self.data[size:]

    def xFileSize(self) -> int:
        return len(self.data)

    def xSectorSize(self) -> int:
        return 4096

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xLock(self, _level: int) -> None:
        """Nobody is to be kept away."""

    def xUnlock(self, _level: int) -> None:
        """Nobody was kept away."""

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, _operation: int, _pointer: int) -> bool:
        return False

    def xClose(self) -> None:
        """Nothing to let go of."""


def _put(held: bytearray, data: bytes, offset: int) -> None:
    if offset > len(held):
        held.extend(bytes(offset - len(held)))
    held[offset : offset + len(data)] = data


def _fates(count: int, rng: Random) -> list[str]:
    """Return what becomes of each of so many changes, in their order."""
    if not count:
        return []
    how = rng.choice(('whole', 'in order', 'in any order'))
    if how == 'whole':  # as when only the process ends
        return ['kept'] * count
    if how == 'in order':
        kept = rng.randrange(count)
        return ['kept'] * kept + ['torn'] + ['lost'] * (count - kept - 1)
    return rng.choices(('kept', 'torn', 'lost'), k=count)


def _torn(length: int, rng: Random) -> tuple[int, int]:
    """Return which part of a write is kept: any bytes at its start, or any of its sectors."""
    if rng.random() < 0.5:
        return 0, rng.randrange(length + 1)
    sectors = -(-length // SECTOR)
    first, last = sorted((rng.randrange(sectors + 1), rng.randrange(sectors + 1)))
    return first * SECTOR, min(last * SECTOR, length)
