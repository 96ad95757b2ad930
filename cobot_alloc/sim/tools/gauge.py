"""What a scanner makes of distances: the extents of a part, its top, its pocket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.sim.tools.scanner import Points, Scanner
from cobot_alloc.sim.world import PartSpec

_AROUND_M = 0.012  # beyond the nominal edges, where a misplaced edge may be
_PITCH_M = 0.0005  # from ray to ray where an edge is looked for
_FINE = 41  # rays across three pitches, where an edge has been found
_RESOLUTION_M = 3 * _PITCH_M / (_FINE - 1)
_GRID_M = 0.003  # from ray to ray over the top: several on the smallest bump
_INSET_M = 0.002  # from the edges
_OFF_MIDDLE = 0.25  # of the extents: where the lines run, beside a pocket
_COVERAGE = 2.0  # expanded uncertainty: about 95 of 100 times the truth is within


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean of repeated measurements, and its expanded uncertainty from their scatter."""

    mean_m: float
    uncertainty_m: float


def estimate(readings: Sequence[Mapping[str, float]]) -> dict[str, Estimate]:
    """
    Return the mean and the uncertainty of each feature, from two readings or more.

    U = 2 sqrt(s^2 / n + r^2 / 12), from the scatter s of n readings and the resolution r, as
    the Guide to the Expression of Uncertainty in Measurement has it. A bias is the same every
    time and does not show.
    """
    found = {}
    for feature in readings[0]:
        values = [reading[feature] for reading in readings]
        standard_m = sqrt(variance(values) / len(values) + _RESOLUTION_M**2 / 12)
        found[feature] = Estimate(mean_m=fmean(values), uncertainty_m=_COVERAGE * standard_m)
    return found


class Gauge:
    """Measures one part, from straight above it."""

    def __init__(
        self, scanner: Scanner, spec: PartSpec, *, body: int, datum_m: float, yaw: float
    ) -> None:
        """
        Measure a part.

        :param spec: what it should be.
        :param body: what a label on it would say.
        :param datum_m: height that it stands on, frame world.
        :param yaw: which way its x axis points.
        """
        self._scanner = scanner
        self._spec = spec
        self._body = body
        self._datum_m = datum_m
        self._yaw = yaw

    def read(self) -> dict[str, float] | None:
        """Return each feature once, in metres; None if the part is not where it was."""
        x, y, _ = self._spec.drawing
        length = self._extent(0, x, y * -_OFF_MIDDLE)
        width = self._extent(1, y, x * -_OFF_MIDDLE)
        top = self._top(x, y)
        if length is None or width is None or top is None:
            return None
        bias_m = self._scanner.bias_m
        height, unevenness = top
        reading = {
            'length': length + bias_m,
            'width': width + bias_m,
            'height': height + bias_m,
            'flatness': unevenness,
        }
        if self._spec.pocket is not None:
            pocket = self._pocket(self._spec.pocket.side_m)
            if pocket is None:
                return None
            reading['pocket'] = pocket - bias_m  # what makes a body larger makes a hole smaller
        return reading

    def _extent(self, axis: int, nominal: float, aside: float) -> float | None:
        """Return how long the part is along a line."""
        places = _line(nominal / 2 + _AROUND_M)
        on_top = self._on_top(axis, places, aside)
        if not on_top.any():
            return None
        first, last = places[on_top][[0, -1]]
        return self._edge(axis, last, aside, 1) - self._edge(axis, first, aside, -1)

    def _pocket(self, nominal: float) -> float | None:
        """Return how wide the pocket is; 0 if there is none."""
        places = _line(nominal / 2 + _AROUND_M / 2)
        in_pocket = ~self._on_top(0, places, 0.0)
        if in_pocket.all():
            return None
        if not in_pocket.any():
            return 0.0
        first, last = places[in_pocket][[0, -1]]
        return self._edge(0, last, 0.0, 1) - self._edge(0, first, 0.0, -1)

    def _edge(self, axis: int, near: float, aside: float, way: int) -> float:
        """Return where exactly the surface ends or begins, beyond ``near`` in a direction."""
        places = np.asarray(near + way * np.linspace(-_PITCH_M, 2 * _PITCH_M, _FINE), float)
        on_top = self._on_top(axis, places, aside)
        same = int((on_top == on_top[0]).sum())
        # The edge is between the last ray on this side of it and the first one beyond.
        return float(near + way * ((same - 0.5) * _RESOLUTION_M - _PITCH_M))

    def _top(self, x: float, y: float) -> tuple[float, float] | None:
        """Return how high the top is, and how much its highest spot stands out."""
        u, v = (
            np.linspace(-side / 2, side / 2, max(2, round(side / _GRID_M)))
            for side in (x - 2 * _INSET_M, y - 2 * _INSET_M)
        )
        grid = np.stack(np.meshgrid(u, v, indexing='ij'), axis=-1)
        echoes = self._scanner.scan(grid.reshape(-1, 2), self._yaw)
        hit = echoes.bodies == self._body
        height = np.where(hit, echoes.heights - self._datum_m, np.nan).reshape(grid.shape[:2])
        if hit.mean() < 0.5:
            return None
        level = float(np.nanmedian(height))
        # Four neighbours together, so that one ray's error is not taken for a bump.
        spots = (height[:-1, :-1] + height[1:, :-1] + height[:-1, 1:] + height[1:, 1:]) / 4
        return level, float(np.nanmax(spots)) - level

    def _on_top(self, axis: int, places: Points, aside: float) -> NDArray[np.bool_]:
        """Tell of places along an axis whether the part's top is there."""
        offsets = np.full((len(places), 2), aside)
        offsets[:, axis] = places
        echoes = self._scanner.scan(offsets, self._yaw)
        high = echoes.heights - self._datum_m > self._lowest_m
        return np.asarray(high & (echoes.bodies == self._body))

    @property
    def _lowest_m(self) -> float:
        """What is lower is not the top."""
        height, pocket = self._spec.drawing[2], self._spec.pocket
        return height - pocket.depth_m / 2 if pocket is not None else height / 2


def _line(reach: float) -> Points:
    return np.asarray(np.linspace(-reach, reach, 2 * round(reach / _PITCH_M) + 1), float)
