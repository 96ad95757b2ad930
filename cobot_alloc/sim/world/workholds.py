"""Where an arm holds a part for a person to work on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite, pi

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world.strict import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkholdSpec:
    """
    A pose in which an arm holds a part in the air while a person works on it.

    :ivar position: of the part's middle.
    :ivar side: horizontal direction (x, y) from the part to where the person stands.
    :ivar turn: of the part about its own z axis; at 0 its x axis points to that side.
    :ivar tilt: by how much its top leans to that side, radians.
    :ivar work_s: for how long, in all, a hand has to be at the part.
    :ivar patience_s: for how long the part is held while nobody works on it.
    """

    __pydantic_config__ = STRICT

    station_id: str
    position: Vector
    side: tuple[float, float]
    turn: float = 0.0
    tilt: float = 0.0
    work_s: float
    patience_s: float = 60.0

    def __post_init__(self) -> None:
        """Refuse a side that is none, and work without end."""
        if not (isfinite(hypot(*self.side)) and hypot(*self.side) > 0):
            raise ValueError(f'side must be a direction, not all 0, got {self.side}')
        if not abs(self.tilt) < pi / 2:
            raise ValueError(f'tilt must be above -pi/2 and below pi/2, got {self.tilt}')
        for name in ('work_s', 'patience_s'):
            if not (isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise ValueError(f'{name} must be > 0, got {getattr(self, name)}')

    @property
    def work_at(self) -> Vector:
        """Where an arm works at it: where the part's middle is held."""
        return self.position
