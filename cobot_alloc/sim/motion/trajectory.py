"""
A run along a path, from rest to rest, ready to be played.

Played more slowly, or stopped in the middle, it never leaves its path.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.sim.kinematics.chain import Joints

SAMPLE_S = 1.0 / 240.0  #: between two samples; in between a straight line is closer than 1e-4 rad
_ROUNDING = 1e-6  # of a sample: as far from it as times that are added up may be


class Trajectory:
    """
    A run along a path, from rest to rest.

    :ivar duration_s: at full speed.
    :ivar start: the posture at its begin.
    :ivar end: the posture at its end.
    """

    def __init__(
        self,
        positions: NDArray[np.float64],
        velocities: NDArray[np.float64],
        shares: NDArray[np.float64],
    ) -> None:
        """
        Keep the samples, one row each ``SAMPLE_S``.

        :param shares: how far along the path each sample is, 0 to 1.
        """
        self._positions, self._velocities = positions, velocities
        self._shares: list[float] = shares.tolist()
        self._rows: list[tuple[list[float], list[float]]] = []
        self.duration_s = (len(positions) - 1) * SAMPLE_S

    @property
    def start(self) -> Joints:
        """The posture at its begin."""
        first: Joints = self._positions[0]
        return first

    @property
    def end(self) -> Joints:
        """The posture at its end."""
        last: Joints = self._positions[-1]
        return last

    @property
    def postures(self) -> NDArray[np.float64]:
        """All postures that it passes, one row per sample."""
        return self._positions

    def fraction(self, at_s: float) -> float:
        """Return how far along the path the run is at a time, 0 to 1."""
        return self._shares[min(int(at_s / SAMPLE_S), len(self._shares) - 1)]

    def sample(self, at_s: float) -> tuple[Sequence[float], Sequence[float]]:
        """Return the joints and their velocities at a time since its start."""
        rows = self._rows or self._unpack()
        place = at_s / SAMPLE_S
        index = int(place + _ROUNDING)
        share = place - index
        if index >= len(rows) - 1:
            return rows[-1]
        if share < _ROUNDING:
            return rows[index]
        (here, speed), (there, next_speed) = rows[index], rows[index + 1]
        return (
            [a + (b - a) * share for a, b in zip(here, there, strict=True)],
            [a + (b - a) * share for a, b in zip(speed, next_speed, strict=True)],
        )

    def _unpack(self) -> list[tuple[list[float], list[float]]]:
        """Make lists of the samples, which are read faster than arrays; not sent along."""
        self._rows = list(zip(self._positions.tolist(), self._velocities.tolist(), strict=True))
        return self._rows

    def put_away(self) -> None:
        """Drop the lists, which take four times the memory of the arrays, until the next use."""
        self._rows = []

    def __getstate__(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return what is sent to another process."""
        return self._positions, self._velocities, np.array(self._shares)

    def __setstate__(self, state: tuple[NDArray[np.float64], ...]) -> None:
        """Take up what was sent."""
        self.__init__(*state)  # type: ignore[misc]
