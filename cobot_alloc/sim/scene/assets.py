"""Find the URDF files that a world names."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
import sys

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.engine.assets import data_folder


def find_urdf(name: str) -> Path:
    """
    Return the path of a URDF of the package, of PyBullet's data, or of the file system.

    :raises BadInput: if there is none of that name.
    """
    folders = list(_folders())
    for folder in folders:
        path = folder / name
        if path.is_file():
            return path
    looked = ', '.join(str(folder) for folder in folders)
    raise BadInput(f'no URDF {name!r}; looked in {looked}')


def _folders() -> Iterator[Path]:
    """Yield where to look: the checkout, an installed share folder, PyBullet's own data."""
    yield Path(__file__).resolve().parents[3] / 'urdf'
    for prefix in (*os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep), sys.prefix):
        if prefix:
            yield Path(prefix) / 'share' / 'cobot_alloc' / 'urdf'
    yield data_folder()
