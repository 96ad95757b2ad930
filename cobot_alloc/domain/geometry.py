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
