"""Where the package's own files are: worlds, orders, configuration, URDFs."""

from __future__ import annotations

from pathlib import Path
import sys

from cobot_alloc.domain.errors import BadInput

PACKAGE = 'cobot_alloc'


def share() -> Path:
    """
    Return the folder that holds ``worlds/``, ``orders/``, ``config/`` and ``urdf/``.

    In a checkout that is its top; installed, it is ``share/cobot_alloc``.
    """
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / 'worlds').is_dir() and (checkout / 'package.xml').is_file():
        return checkout
    # colcon installs a package into a prefix of its own, pip into the environment's.
    prefixes = [*Path(__file__).resolve().parents, Path(sys.prefix)]
    for prefix in prefixes:
        if (prefix / 'share' / PACKAGE / 'worlds').is_dir():
            return prefix / 'share' / PACKAGE
    return checkout


def find(kind: str, name: str) -> Path:
    """
    Return the file that a user means: a path, or the name of one that the package ships.

    :param kind: ``worlds``, ``orders``, ``config`` or ``config/answers``.
    :raises BadInput: if there is none; the message lists those that are there.
    """
    given = Path(name)
    folder = share() / kind
    candidates = [given, folder / name, folder / f'{name}.yaml', share() / name]
    for candidate in candidates:
        if candidate.is_file():
            return candidate.resolve()
    known = ', '.join(sorted(path.stem for path in folder.glob('*.yaml'))) or 'none'
    raise BadInput(f'{name}: no such file; {kind} of this package: {known}')
