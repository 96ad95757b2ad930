"""From where pictures and films of a cell are taken."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world.strict import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSpec:
    """
    A camera for people to look through; nothing in the cell is measured with it.

    :ivar position: where it stands.
    :ivar target: the point that it looks at, in the middle of the picture.
    :ivar field_deg: vertical field of view.
    """

    __pydantic_config__ = STRICT

    name: str
    position: Vector
    target: Vector
    field_deg: float = 32.0
