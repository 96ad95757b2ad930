"""From one frame to another."""

from __future__ import annotations

from cobot_alloc.domain.geometry import Pose, Quaternion, Vector


def seen_from(position: Vector, orientation: Quaternion, point: Vector) -> Vector:
    """Return a point of frame world as seen from a pose."""
    x, y, z = point[0] - position[0], point[1] - position[1], point[2] - position[2]
    a, b, c, w = orientation
    a, b, c = -a, -b, -c  # the inverse turn
    u, v, t = 2 * (b * z - c * y), 2 * (c * x - a * z), 2 * (a * y - b * x)
    return (x + w * u + b * t - c * v, y + w * v + c * u - a * t, z + w * t + a * v - b * u)


def seen_in(pose: Pose, point: Vector) -> Vector:
    """Return a point of a pose's own frame in frame world."""
    x, y, z = point
    a, b, c, w = pose.orientation
    u, v, t = 2 * (b * z - c * y), 2 * (c * x - a * z), 2 * (a * y - b * x)
    p, q, r = pose.position
    return (
        p + x + w * u + b * t - c * v,
        q + y + w * v + c * u - a * t,
        r + z + w * t + a * v - b * u,
    )
