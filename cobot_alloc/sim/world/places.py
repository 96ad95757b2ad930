"""What does not move, and where parts may be."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world.strict import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureSpec:
    """
    A body that stays where it is: a table, a tray, a guard.

    :ivar urdf: a file of the package's ``urdf/`` folder or of PyBullet's own data.
    """

    __pydantic_config__ = STRICT

    fixture_id: str
    urdf: str
    position: Vector
    yaw: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSpec:
    """
    A named place for a part; ``position`` is where the middle of its underside rests.

    :ivar tolerance_m: how far off a part may lie and still count as there.
    """

    __pydantic_config__ = STRICT

    name: str
    position: Vector
    tolerance_m: float = 0.02
