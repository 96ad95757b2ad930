"""What the calls of the engine take and return, beside records of their own."""

from __future__ import annotations

from typing import TypeAlias

from cobot_alloc.domain.geometry import Quaternion, Vector

BASE = -1  #: the link that is a body's base
ALL_LINKS = -2  #: any link of a body, its base among them

ORIGIN: Vector = (0.0, 0.0, 0.0)

#: Where something is and how it is turned, in bare figures: they are read thousands of times.
Placement: TypeAlias = tuple[Vector, Quaternion]
#: The lowest and the highest corner of a box along the axes of frame world, metres.
Box: TypeAlias = tuple[Vector, Vector]
