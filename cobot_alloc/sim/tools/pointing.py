"""Which way a tool points."""

from __future__ import annotations

from math import cos, sin

from cobot_alloc.domain.geometry import Pose, Vector


def tool_down(position: Vector, yaw: float) -> Pose:
    """Return the pose of a tool that points straight down, turned by ``yaw`` about z."""
    half = yaw / 2
    return Pose(position=position, orientation=(cos(half), sin(half), 0.0, 0.0))
