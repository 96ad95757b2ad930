"""
Poses and points seen from poses.

By hand and not by scipy's Rotation: for single turns that is an order of magnitude faster, and
plans depend on the last bit of it.
"""

from __future__ import annotations

from math import acos, sin

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


def between(start: Pose, end: Pose, share: float) -> Pose:
    """Return the pose at a share, 0 to 1, of the line from one pose to another."""
    x, y, z = (a + (b - a) * share for a, b in zip(start.position, end.position, strict=True))
    return Pose(position=(x, y, z), orientation=_slerp(start.orientation, end.orientation, share))


def angle(a: Pose, b: Pose) -> float:
    """Return the angle by which two poses are turned to each other, radians."""
    return 2.0 * acos(min(1.0, abs(cosine(a.orientation, b.orientation))))


def after(frame: Pose, pose: Pose) -> Pose:
    """Return a pose that is given in a frame, seen from where the frame is."""
    x, y, z = turned(frame.orientation, pose.position)
    px, py, pz = frame.position
    return Pose(
        position=(px + x, py + y, pz + z),
        orientation=product(frame.orientation, pose.orientation),
    )


def inverse(pose: Pose) -> Pose:
    """Return the pose of the outer frame, seen from the inner one."""
    x, y, z, w = pose.orientation
    back: Quaternion = (-x, -y, -z, w)
    bx, by, bz = turned(back, pose.position)
    return Pose(position=(-bx, -by, -bz), orientation=back)


def turned(by: Quaternion, vector: Vector) -> Vector:
    """Return a vector turned by a quaternion."""
    x, y, z, w = by
    vx, vy, vz = vector
    cx, cy, cz = y * vz - z * vy, z * vx - x * vz, x * vy - y * vx
    return (
        vx + 2.0 * (w * cx + y * cz - z * cy),
        vy + 2.0 * (w * cy + z * cx - x * cz),
        vz + 2.0 * (w * cz + x * cy - y * cx),
    )


def product(a: Quaternion, b: Quaternion) -> Quaternion:
    """Return the turn that is ``b`` first, then ``a``."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def _slerp(a: Quaternion, b: Quaternion, share: float) -> Quaternion:
    near = cosine(a, b)
    sign = 1.0 if near >= 0.0 else -1.0  # the shorter way round
    half = acos(min(1.0, abs(near)))
    if half < 1e-6:
        return b if share > 0.5 else a
    one, other = sin((1.0 - share) * half) / sin(half), sign * sin(share * half) / sin(half)
    x, y, z, w = (p * one + q * other for p, q in zip(a, b, strict=True))
    return (x, y, z, w)


def cosine(a: Quaternion, b: Quaternion) -> float:
    """Return the cosine of half the turn between two, negative if one of them goes round."""
    return sum(p * q for p, q in zip(a, b, strict=True))
