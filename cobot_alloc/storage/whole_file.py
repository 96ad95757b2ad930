"""Files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
import contextlib
import os
from pathlib import Path

from cobot_alloc.domain.errors import BadInput


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """
    Write a text file so that it is on the disk on return, or as it was before.

    :raises BadInput: if it cannot be written.
    """
    draft = path.with_name(path.name + '.part')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open('w', encoding='utf-8') as file:
            file.writelines(f'{line}\n' for line in lines)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise BadInput(f'{path}: cannot be written: {error.strerror}') from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
