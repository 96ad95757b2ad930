"""The shared memory that killed processes leave behind: counted, and removed in the end."""

from __future__ import annotations

from collections.abc import Iterable
import contextlib
from pathlib import Path

import psutil

_FOLDER = Path('/dev/shm')
#: What the middleware makes for itself; its semaphores are named after its files.
_NAMES = ('fastdds_', 'fast_datasharing_', 'sem.fastdds_')


class SharedMemory:
    """
    Knows which files the processes of this cell used, and which of them they made.

    :ivar left: the files that were still there when the process that used them was dead.
    """

    def __init__(self) -> None:
        """Take note of what is there already, which is not ours."""
        self._before = _files()
        self._ours: set[Path] = set()
        self.left: set[Path] = set()

    def look(self, pid: int) -> set[Path]:
        """Take note of what a process uses; to be called before it is killed."""
        found = _used_by(pid) - self._before
        self._ours |= found
        return found

    def after_death(self, used: set[Path], others: Iterable[int]) -> None:
        """
        Take note of what a dead process left.

        :param used: what it used.
        :param others: the processes of this cell that may use the same.
        """
        shared = set[Path]().union(*(_used_by(pid) for pid in others))
        self.left |= {path for path in used - shared if path.exists()}

    def clean(self) -> tuple[int, int]:
        """
        Remove what is left and nobody uses; the middleware has removed some by itself.

        :return: how many files there were, and how many bytes.
        """
        used = set[Path]().union(*(_used_by(pid) for pid in psutil.pids()))
        left = [path for path in self._ours - used if path.exists()]
        size = 0
        for path in left:
            with contextlib.suppress(OSError):
                size += path.stat().st_size
                path.unlink()
        return len(left), size


def _files() -> set[Path]:
    return {path for path in _FOLDER.glob('*') if path.name.startswith(_NAMES)}


def _used_by(pid: int) -> set[Path]:
    found: set[Path] = set()
    # It may have ended, or be someone else's.
    with contextlib.suppress(OSError, psutil.Error):
        lines = Path(f'/proc/{pid}/maps').read_text().splitlines()
        found |= {Path(line.split(maxsplit=5)[-1]) for line in lines if str(_FOLDER) in line}
        links = Path(f'/proc/{pid}/fd').iterdir()
        found |= {link.readlink() for link in links}
    return {p for p in found if p.parent == _FOLDER and p.name.startswith(_NAMES)}
