"""Run folders: where a cell keeps what must outlive its processes."""

from __future__ import annotations

import contextlib
from datetime import datetime, timezone
import fcntl
import os
from pathlib import Path
import tempfile
from typing import IO

from cobot_alloc.domain.errors import BadInput

RUNS = Path('runs')
LATEST = 'latest'


def new_run_folder(world: str) -> Path:
    """Make a folder for a new run and let ``runs/latest`` point to it."""
    stamp = datetime.now(timezone.utc).strftime('%Y%m%d-%H%M%S')
    folder = RUNS / f'{stamp}-{world}'
    number = 1
    while folder.exists():
        number += 1
        folder = RUNS / f'{stamp}-{world}-{number}'
    folder.mkdir(parents=True)
    link = RUNS / LATEST
    with contextlib.suppress(FileNotFoundError):
        link.unlink()
    with contextlib.suppress(OSError):  # a file system without links does without
        link.symlink_to(folder.name)
    return folder


def existing_run_folder(given: Path | None) -> Path:
    """
    Return the folder that a user means: the one given, or the latest.

    :raises BadInput: if it has no journal.
    """
    folder = given or RUNS / LATEST
    if not (folder / 'journal.sqlite').is_file():
        hint = '' if given else '; give one with --state, or start a run first'
        raise BadInput(f'{folder}: there is no journal.sqlite in it{hint}')
    return folder


def existing_journal(state: Path | None, journal: Path | None) -> Path:
    """
    Return the journal that a user means: the one given, or that of a run.

    :raises BadInput: if both are given, or the run has none.
    """
    if state is not None and journal is not None:
        raise BadInput('give --state or --journal, not both')
    return journal or existing_run_folder(state) / 'journal.sqlite'


class CellLock:
    """Keeps a second runner from bringing up the same cell in the same ROS domain."""

    def __init__(self, cell_id: str) -> None:
        """
        Take the lock; the kernel lets go of it at any death.

        :raises BadInput: if another runner has it.
        """
        domain = os.environ.get('ROS_DOMAIN_ID', '0')
        name = f'cobot_alloc-{os.getuid()}-{domain}-{cell_id.replace("/", "_")}.lock'
        self._file: IO[str] = (Path(tempfile.gettempdir()) / name).open('a')
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise BadInput(
                f'cell {cell_id} is already running in ROS domain {domain}; end it first, or set'
                ' ROS_DOMAIN_ID to another number'
            ) from None

    def close(self) -> None:
        """Let go of the lock."""
        self._file.close()
