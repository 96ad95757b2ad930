"""
Places and volumes.

Conventions, here once for the whole package: SI units and radians; right-handed frame
``world`` with z up and its origin on the floor; positions (x, y, z) in metres; quaternions
(x, y, z, w).
"""

from __future__ import annotations

from dataclasses import dataclass
import math

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A position in metres and an orientation (x, y, z, w), in frame ``world``."""

    position: Vector
    orientation: Quaternion = IDENTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Cylinder:
    """An upright cylinder; ``center`` is the middle of its bottom face."""

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    center: Vector
    radius_m: float
    height_m: float

    def __post_init__(self) -> None:
        """Refuse a cylinder without volume."""
        if not (self.radius_m > 0 and self.height_m > 0):
            raise ValueError(
                f'a cylinder needs radius_m > 0 and height_m > 0, got {self.radius_m} and'
                f' {self.height_m}'
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class UprightCapsule:
    """A person as sensing reports one: a vertical capsule standing on the floor."""

    position: Vector
    radius_m: float
    height_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Capsule:
    """A limb, or anything long and round: all that is within a radius of a line."""

    start: Vector
    end: Vector
    radius_m: float


def distance_m(a: Vector, b: Vector) -> float:
    """Return the straight distance between two points in metres."""
    return math.dist(a, b)


def is_finite(vector: Vector) -> bool:
    """Tell whether all of the vector's components are finite numbers."""
    return all(math.isfinite(component) for component in vector)


def overlaps(volume: Cylinder, body: UprightCapsule) -> bool:
    """
    Tell whether a person's capsule and a zone's cylinder overlap.

    The capsule is taken as a full cylinder of its radius: never smaller than the person.
    """
    gap = math.hypot(volume.center[0] - body.position[0], volume.center[1] - body.position[1]) - (
        volume.radius_m + body.radius_m
    )
    low = volume.center[2]
    return (
        gap <= 0.0
        and body.position[2] <= low + volume.height_m
        and low <= body.position[2] + body.height_m
    )


def reaches_into(volume: Cylinder, limb: Capsule) -> bool:
    """
    Tell whether a limb's capsule and a zone's cylinder overlap.

    The round ends are taken as flat where they meet the cylinder's faces: never smaller than
    the limb.
    """
    low = volume.center[2] - limb.radius_m
    high = volume.center[2] + volume.height_m + limb.radius_m
    between = _cut(limb.start, limb.end, low, high)
    if between is None:
        return False
    gap = _from_axis(volume.center, *between) - (volume.radius_m + limb.radius_m)
    return gap <= 0.0


def _cut(start: Vector, end: Vector, low: float, high: float) -> tuple[Vector, Vector] | None:
    """Return what of a line lies between two heights, or None."""
    rise = end[2] - start[2]
    if rise == 0.0:
        return (start, end) if low <= start[2] <= high else None
    shares = sorted(((low - start[2]) / rise, (high - start[2]) / rise))
    first, last = max(shares[0], 0.0), min(shares[1], 1.0)
    if first > last:
        return None
    return _along(start, end, first), _along(start, end, last)


def _along(start: Vector, end: Vector, share: float) -> Vector:
    x, y, z = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return (x, y, z)


def _from_axis(center: Vector, start: Vector, end: Vector) -> float:
    """Return how near a line comes to a vertical axis, seen from above."""
    along = (end[0] - start[0], end[1] - start[1])
    to_axis = (center[0] - start[0], center[1] - start[1])
    length2 = along[0] ** 2 + along[1] ** 2
    share = 0.0
    if length2 > 0.0:
        share = min(1.0, max(0.0, (along[0] * to_axis[0] + along[1] * to_axis[1]) / length2))
    return math.hypot(to_axis[0] - share * along[0], to_axis[1] - share * along[1])
