"""
Frames seen from frames, as the engine works them out: to the last bit as in its own steps.

Bare figures: position (x, y, z) in metres and orientation (x, y, z, w).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
import pybullet

from cobot_alloc.domain.geometry import Quaternion, Vector
from cobot_alloc.sim.engine.terms import Placement


def compose(
    position: Vector, orientation: Quaternion, inner: Vector, turn: Quaternion
) -> Placement:
    """Return where an inner frame is that is given in an outer one."""
    found: Placement = pybullet.multiplyTransforms(position, orientation, inner, turn)
    return found


def inverted(position: Vector, orientation: Quaternion) -> Placement:
    """Return the outer frame seen from an inner one."""
    found: Placement = pybullet.invertTransform(position, orientation)
    return found


def seen_from(frame: Placement, other: Placement) -> Placement:
    """Return one frame seen from another."""
    found: Placement = pybullet.multiplyTransforms(*pybullet.invertTransform(*frame), *other)
    return found


def from_euler(roll: float, pitch: float, yaw: float) -> Quaternion:
    """Return a turn about x, then y, then z."""
    turn: Quaternion = pybullet.getQuaternionFromEuler((roll, pitch, yaw))
    return turn


def between(start: Quaternion, end: Quaternion, share: float) -> Quaternion:
    """Return the turn at a share, 0 to 1, of the way from one to another."""
    turn: Quaternion = pybullet.getQuaternionSlerp(start, end, share)
    return turn


def matrix(orientation: Quaternion) -> NDArray[np.float64]:
    """Return the rotation matrix of a turn, (3, 3)."""
    return np.array(pybullet.getMatrixFromQuaternion(orientation)).reshape(3, 3)
