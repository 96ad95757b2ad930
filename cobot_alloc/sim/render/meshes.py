"""Meshes that are computed; PyBullet draws its own capsules as coarse prisms."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

_AROUND, _UP = 16, 5  # points around the axis, and from the equator to a pole


def capsule(
    length: float, radius: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """
    Return vertices, normals and triangles of a capsule along z, in metres.

    :param length: between the middles of its two half spheres.
    """
    climb = np.linspace(0.0, pi / 2, _UP + 1)
    rings = [(-length / 2, -angle) for angle in climb[::-1]]
    rings += [(length / 2, angle) for angle in climb]
    turn = np.arange(_AROUND) * 2 * pi / _AROUND
    normals = np.array(
        [
            (np.cos(angle) * np.cos(at), np.cos(angle) * np.sin(at), np.sin(angle))
            for _, angle in rings
            for at in turn
        ]
    )
    middles = np.repeat([z for z, _ in rings], _AROUND)
    vertices = normals * radius
    vertices[:, 2] += middles
    squares = [
        (ring * _AROUND + at, ring * _AROUND + (at + 1) % _AROUND)
        for ring in range(len(rings) - 1)
        for at in range(_AROUND)
    ]
    triangles = [
        corner
        for a, b in squares
        for corner in ((a, b, b + _AROUND), (a, b + _AROUND, a + _AROUND))
    ]
    return vertices, normals, np.array(triangles)
