"""What a recording holds."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

#: To be raised with every change of what is written; other formats are refused.
FORMAT = 1

FRAME_HZ = 30.0  #: frames per simulated second, unless said otherwise


class Header(msgspec.Struct, kw_only=True):
    """
    The first thing in a recording.

    :ivar world: the whole world, so that it can be built again without its file.
    :ivar made_by: version of the package.
    :ivar is_split: whether the world was simulated by partitions, which gives other figures.
    """

    made_by: str
    world: Any
    is_split: bool = False


class Input(msgspec.Struct, array_like=True, tag='input'):
    """
    Something that was asked of the cell from outside.

    :ivar step: how many physics steps had been done before.
    :ivar method: of the simulated cell, ``sensing.freeze`` for one of a part of it.
    """

    step: int
    method: str
    arguments: dict[str, Any]


class Frame(msgspec.Struct, array_like=True, tag='frame'):
    """
    Where everything was, in 32-bit floats, for pictures.

    The first frame of a chunk is complete. The others have only what has changed since the
    frame before; of beads, how many of the points are as before, and the points after those.
    """

    step: int
    arms: dict[str, bytes]
    parts: dict[str, bytes]
    sizes: dict[str, bytes]
    stations: dict[str, bytes]
    people: dict[str, bytes]
    beads: dict[str, tuple[int, bytes]]
    occupied: tuple[str, ...]


class ReportEntry(msgspec.Struct, array_like=True, tag='report'):
    """How an attempt of an arm ended; the step after which it was told."""

    step: int
    report: Any


class Check(msgspec.Struct, array_like=True, tag='check'):
    """Digests of the full state of everything that can move, to the last bit."""

    step: int
    digests: dict[str, bytes]


class End(msgspec.Struct, array_like=True, tag='end'):
    """The last entry; without it, the recording was cut off."""

    step: int


Entry: TypeAlias = Input | Frame | ReportEntry | Check | End
