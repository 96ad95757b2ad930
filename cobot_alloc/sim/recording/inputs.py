"""What a cell was asked in a recording, asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
import inspect
from operator import attrgetter
from typing import Any, get_type_hints

import msgspec

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell

#: Everything that a simulated cell can be asked to do, from outside, that changes what it
#: does. A test holds that each public method is either here or changes nothing.
INPUTS = frozenset(
    {
        'ask',
        'begin',
        'cancel',
        'move_part',
        'place_person',
        'resume',
        'sensing.freeze',
        'sensing.poison',
        'sensing.restore',
        'set_cell_mode',
        'set_right',
    }
)


def apply(
    cell: SimulatedCell | PartitionedCell, method: str, arguments: Mapping[str, Any]
) -> None:
    """
    Ask a cell what was asked before.

    :raises BadInput: if it was asked for something that cannot be asked.
    """
    if method not in INPUTS:
        raise BadInput(f'got the input {method!r}, expected one of {", ".join(sorted(INPUTS))}')
    try:
        call = attrgetter(method)(cell)
        hints = _hints(call.__func__)
        given = {name: msgspec.convert(it, hints[name]) for name, it in arguments.items()}
        _signature(call.__func__).bind(cell, **given)
    except (AttributeError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise BadInput(f'the input {method} cannot be read: {error}') from error
    call(**given)


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


@cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(function)
