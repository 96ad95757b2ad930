"""Which way a tool points."""

from __future__ import annotations

from math import cos, sin, sqrt

from cobot_alloc.domain.geometry import Pose, Quaternion, Vector
from cobot_alloc.sim.kinematics.poses import product

_STRAIGHT_UP = 1e-9


def tool_down(position: Vector, yaw: float) -> Pose:
    """Return the pose of a tool that points straight down, turned by ``yaw`` about z."""
    half = yaw / 2
    return Pose(position=position, orientation=(cos(half), sin(half), 0.0, 0.0))


def pointing(position: Vector, direction: Vector, yaw: float) -> Pose:
    """
    Return the pose of a tool that points along ``direction``, which has length 1.

    It is ``tool_down`` brought into that direction by the shortest turn.
    """
    x, y, z = direction
    # The half-way quaternion between (0, 0, -1) and the direction: their cross product, 1 + cos.
    if 1.0 - z < _STRAIGHT_UP:
        turn: Quaternion = (1.0, 0.0, 0.0, 0.0)
    else:
        length = sqrt(2.0 * (1.0 - z))
        turn = (y / length, -x / length, 0.0, (1.0 - z) / length)
    down = tool_down(position, yaw)
    return Pose(position=position, orientation=product(turn, down.orientation))


def z_axis(orientation: Quaternion) -> Vector:
    """Return the z axis of a pose: where a tool of that orientation points."""
    x, y, z, w = orientation
    return (2.0 * (x * z + w * y), 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y))
