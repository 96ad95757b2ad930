"""A line through points, measured along its length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Vector

Points = NDArray[np.float64]  #: (n, 3)

_ROUND_CORNERS = (-3.0, -1.0, 1.0, 3.0)  # the outer ones keep the straights straight
_APART_M = 0.0005  # between two points at least


class Polyline:
    """
    Straight stretches through points.

    :ivar length_m: of all of it.
    """

    def __init__(self, points: Sequence[Vector]) -> None:
        """Go through two points or more, in order."""
        self._points = np.array(points, dtype=float)
        steps = np.linalg.norm(np.diff(self._points, axis=0), axis=1)
        self._at_m = np.concatenate(([0.0], np.cumsum(steps)))
        self.length_m = float(self._at_m[-1])

    def at(self, along_m: float) -> Vector:
        """Return the point so far along the line."""
        x, y, z = (float(np.interp(along_m, self._at_m, self._points[:, i])) for i in range(3))
        return (x, y, z)

    def middles(self, spacing_m: float) -> tuple[NDArray[np.float64], Points]:
        """Cut the line into equal cells; return how far along each one's middle is, and where."""
        count = max(1, round(self.length_m / spacing_m))
        along = (np.arange(count) + 0.5) * (self.length_m / count)
        columns = [np.interp(along, self._at_m, self._points[:, i]) for i in range(3)]
        return np.asarray(along, dtype=float), np.stack(columns, axis=1)

    def between(self, start_m: float, end_m: float, rounding_m: float) -> tuple[Vector, ...]:
        """
        Return points of a stretch for a smooth path through all of them to stay close to it.

        :param rounding_m: how far before and after a corner the path begins and ends to bend.
        """
        at_m = {
            corner_m + share * rounding_m
            for corner_m in self._at_m[1:-1].tolist()
            for share in _ROUND_CORNERS
        }
        inner = sorted(m for m in at_m if start_m + _APART_M < m < end_m - _APART_M)
        return tuple(map(self.at, (start_m, *inner, end_m)))


def stretches(cells: Sequence[bool], length_m: float) -> list[tuple[float, float]]:
    """Return from where to where the cells of a line of that length are true, in metres."""
    cell_m = length_m / len(cells)
    found: list[tuple[float, float]] = []
    for index, is_so in enumerate(cells):
        start, end = index * cell_m, (index + 1) * cell_m
        if not is_so:
            continue
        if found and found[-1][1] >= start - cell_m / 2:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
