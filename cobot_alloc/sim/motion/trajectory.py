"""
Paths through joint space and how they are followed in time.

A path is a smooth curve q(s) over s in 0..1. A trajectory runs along it from rest to rest,
limited in speed, acceleration and jerk per joint. Playing a trajectory more slowly, or
stopping in the middle, never leaves the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ruckig import InputParameter, Result, Ruckig
from ruckig import Trajectory as Profile

from cobot_alloc.sim.arms.arm_body import JointLimits, Joints

_CHECKS = np.linspace(0.0, 1.0, 33)  # where a path's slope is looked at
_SHARE = 0.6  # of a joint's acceleration that bends in the path may take


class JointPath:
    """A polynomial through joint space, one row of coefficients per power of s."""

    def __init__(self, coefficients: NDArray[np.float64]) -> None:
        """Keep the coefficients of the curve and make those of its derivatives."""
        self._curve = coefficients
        self._slope = _derivative(coefficients)
        self._bend = _derivative(self._slope)
        self._powers = np.arange(len(coefficients))

    def at(self, s: float) -> Joints:
        """Return the joints at s."""
        return np.asarray(s**self._powers @ self._curve)

    def slope(self, s: float) -> Joints:
        """Return dq/ds at s."""
        return np.asarray(s ** self._powers[: len(self._slope)] @ self._slope)

    def bend(self, s: float) -> Joints:
        """Return the second derivative of q by s."""
        return np.asarray(s ** self._powers[: len(self._bend)] @ self._bend)


def nodes(count: int) -> list[float]:
    """Return values of s, ends included, through which a polynomial does not oscillate."""
    return [(1.0 - cos(pi * i / (count - 1))) / 2.0 for i in range(count)]


def line(start: Joints, end: Joints) -> JointPath:
    """Return the straight line between two postures."""
    return JointPath(np.array([start, end - start]))


def through(points: Sequence[Joints]) -> JointPath:
    """Return the curve that passes the points at ``nodes(len(points))``."""
    count = len(points)
    table = np.vander(nodes(count), count, increasing=True)
    return JointPath(np.linalg.solve(table, np.array(points)))


class Trajectory:
    """
    A run along a path, from rest to rest.

    :ivar duration_s: at full speed.
    """

    def __init__(self, path: JointPath, limits: JointLimits) -> None:
        """Find the fastest jerk-limited run that keeps every joint's limits."""
        self.path = path
        self._profile = _run(*_limits_along(path, limits))
        self.duration_s = float(self._profile.duration)

    def fraction(self, at_s: float) -> float:
        """Return how far along the path the run is at a time, 0 to 1."""
        return float(self._profile.at_time(min(at_s, self.duration_s))[0][0])

    def sample(self, at_s: float) -> tuple[Joints, Joints]:
        """Return the joints and their velocities at a time since its start."""
        (s,), (speed,), _ = self._profile.at_time(min(at_s, self.duration_s))
        return self.path.at(s), self.path.slope(s) * speed


def _limits_along(path: JointPath, limits: JointLimits) -> tuple[float, float, float]:
    """Return the largest speed, acceleration and jerk of s that keep the joints' limits."""
    slope = np.max([np.abs(path.slope(s)) for s in _CHECKS], axis=0) + 1e-3
    bend = np.max([np.abs(path.bend(s)) for s in _CHECKS], axis=0) + 1e-3
    speed = min(
        np.min(limits.velocity / slope),
        np.min(np.sqrt(_SHARE * limits.acceleration / bend)),
    )
    acceleration = np.min((limits.acceleration - bend * speed**2) / slope)
    return float(speed), float(acceleration), float(np.min(limits.jerk / slope))


def _run(speed: float, acceleration: float, jerk: float) -> Any:
    """Return ruckig's profile of s from 0 to 1."""
    question = InputParameter(1)
    question.current_position, question.target_position = [0.0], [1.0]
    question.max_velocity, question.max_acceleration = [speed], [acceleration]
    question.max_jerk = [jerk]
    profile = Profile(1)
    result = Ruckig(1).calculate(question, profile)
    if result not in (Result.Working, Result.Finished):
        raise RuntimeError(f'ruckig found no run along a path: {result}')
    return profile


def _derivative(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(coefficients) == 1:
        return np.zeros_like(coefficients)
    return coefficients[1:] * np.arange(1, len(coefficients))[:, None]
