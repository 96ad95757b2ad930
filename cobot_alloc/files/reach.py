"""Read and write which places arms cannot reach though they are near: made by the simulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import json
import os
from pathlib import Path
import tempfile

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId


def read_reach(path: Path) -> Mapping[AgentId, frozenset[str]]:
    """
    Return the names of the places by arm.

    :raises BadInput: if the file is not there, or not what was expected.
    """
    try:
        read = json.loads(path.read_text(encoding='utf-8'))
        return {AgentId(str(arm)): frozenset(map(str, names)) for arm, names in read.items()}
    except OSError as error:
        raise BadInput(f'{path}: cannot be read: {error.strerror}') from error
    except (ValueError, AttributeError, TypeError) as error:
        raise BadInput(
            f'{path}: got something else, expected a list of places for each arm, in JSON'
        ) from error


def write_reach(path: Path, places: Mapping[AgentId, Iterable[str]]) -> None:
    """Write the places; the file is whole at every instant."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f'.{path.name}.')
    with os.fdopen(handle, 'w', encoding='utf-8') as stream:
        json.dump({arm: sorted(names) for arm, names in places.items()}, stream, indent=2)
    Path(name).replace(path)
