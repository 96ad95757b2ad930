"""
The room that a way takes: the cells of a grid that links, tool and part pass through.

Each link is filled with points. Where two rooms have no cell in common, the points of one stay
at least two cells away from those of the other, along one axis at least: more than the links
stick out over their points, whatever the timing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.engine.transforms import matrix

CELL_M = 0.05  #: side of a cell
_SPACING_M = 0.04  # between the points in a link: none of it is farther than 0.035 m from one
_BIAS, _BITS = 1 << 19, 20  # a cell's three indices in one number

Cells = NDArray[np.int64]  #: sorted, each once
Points = NDArray[np.float64]  #: (n, 3)


def points_in_box(size: Vector) -> Points:
    """Return points that fill a box about the origin."""
    return _grid(-np.array(size) / 2, np.array(size) / 2)


def points_in_link(engine: Engine, body: int, link: int) -> Points:
    """Return points that fill a link, seen from the link's frame."""
    low, high = map(np.array, engine.bodies.box(body, link))
    probe = engine.bodies.make(engine.shapes.sphere(_SPACING_M * 0.87))
    inside = []
    for point in _grid(low, high):
        engine.bodies.place(probe, point)
        if engine.distances.is_within(body, probe, 0.0, link, BASE):
            inside.append(point)
    engine.bodies.remove(probe)
    position, orientation = engine.links.placement(body, link)
    found: Points = (np.array(inside).reshape(-1, 3) - np.array(position)) @ matrix(orientation)
    return found


def swept(clouds: Sequence[Points], poses: Sequence[NDArray[np.float64]]) -> Cells:
    """
    Return the cells that clouds of points take at their poses.

    :param poses: for each cloud (n, 7): positions and orientations (x, y, z, w).
    """
    cells = [
        _cells((cloud @ turns.transpose(0, 2, 1) + at[:, None, :3]).reshape(-1, 3))
        for cloud, at in zip(clouds, poses, strict=True)
        if len(cloud) and len(at)
        for turns in [_matrices(at[:, 3:])]
    ]
    return np.unique(np.concatenate(cells)) if cells else np.empty(0, dtype=np.int64)


def grown(cells: Cells) -> Cells:
    """Return the cells and all their neighbours."""
    steps = (-1, 0, 1)
    offsets = [_packed(x, y, z) for x in steps for y in steps for z in steps]
    return np.unique((cells[:, None] + np.array(offsets, dtype=np.int64)).ravel())


def _grid(low: NDArray[np.float64], high: NDArray[np.float64]) -> Points:
    counts = np.maximum(np.ceil((high - low) / _SPACING_M).astype(int), 1)
    axes = [
        a + (np.arange(count) + 0.5) * (b - a) / count
        for a, b, count in zip(low, high, counts, strict=True)
    ]
    return np.stack(np.meshgrid(*axes, indexing='ij'), axis=-1).reshape(-1, 3)


def _cells(points: Points) -> Cells:
    index = np.floor(points / CELL_M).astype(np.int64) + _BIAS
    return np.unique((index[:, 0] << 2 * _BITS) + (index[:, 1] << _BITS) + index[:, 2])


def _packed(x: int, y: int, z: int) -> int:
    return (x << 2 * _BITS) + (y << _BITS) + z


def _matrices(quaternions: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y, z, w = quaternions.T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.array(rows).transpose(2, 0, 1)
