"""Soft shadows, a floor and the zones on it, painted over what the renderer delivers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Cylinder, Vector
from cobot_alloc.sim.render.raster import Image, Lens, Raster

Color = tuple[float, float, float]

_SKY: Color = (0.93, 0.945, 0.955)
_FLOOR: Color = (0.70, 0.715, 0.73)
_JOINT: Color = (0.60, 0.615, 0.63)
_TILE_M, _JOINT_M = 1.0, 0.012
_SHADE = 0.46  # share of the light that a full shadow takes
_SOFTNESS_PX = (-2.0, 0.0, 2.0)  # in the light's image
_LINE_M = 0.035


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A zone as it is painted on the floor."""

    volume: Cylinder
    color: Color
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lamp:
    """
    What the light sees: whatever it does not see is in shadow.

    :ivar bias: depth by which a surface must lie behind another to be in its shadow.
    """

    lens: Lens
    depth: Image
    bias: float

    def shadows(self, points: Image) -> Image:
        """Return how much each of (n, 3) positions lies in shadow, 0 to 1."""
        columns, rows, depths = self.lens.project_all(points)
        height, width = self.lens.shape
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        limits = depths - np.float32(self.bias)
        seen = self.depth.ravel()
        covered = np.zeros(len(points), dtype=np.float32)
        for down in _SOFTNESS_PX:
            row = np.clip(rows + np.float32(down), 0, height - 1).astype(np.int32) * width
            for right in _SOFTNESS_PX:
                column = np.clip(columns + np.float32(right), 0, width - 1).astype(np.int32)
                covered += seen.take(row + column) < limits
        return np.asarray(covered / np.float32(len(_SOFTNESS_PX) ** 2) * inside)


class Ground:
    """
    The floor with the zones on it, as one camera sees it without anything in the way.

    :ivar points: where each pixel's ray meets the floor, frame world.
    :ivar lit: its colour where no shadow falls, 0 to 1; the light of the sky is not in it.
    :ivar sky: what shows of the sky, 0 to 1; no shadow falls on it.
    """

    def __init__(
        self, lens: Lens, fine: Lens, discs: Iterable[Disc], *, middle: Vector, fade_m: float
    ) -> None:
        """
        Paint it once: it stays as it is while the camera and the zones do.

        :param fine: the same camera with several pixels for each one of ``lens``.
        :param fade_m: where the floor begins to fade into the sky, from the middle.
        """
        self.points = lens.floor_points()
        floor = pooled(_floor(fine.floor_points(), discs), fine.shape[0] // lens.shape[0])
        away = np.hypot(self.points[..., 0] - middle[0], self.points[..., 1] - middle[1])
        fade = _smooth((away - fade_m) / (1.6 * fade_m))[..., None]
        self.lit = floor * (1 - fade)
        self.sky = np.array(_SKY, dtype=np.float32) * fade


def paint(raster: Raster, ground: Ground, lens: Lens, lamp: Lamp) -> Image:
    """
    Return the finished colours of ``lens``, (height, width, 3), 0 to 1.

    :param raster: several of its pixels make one of ``lens``. Edges are smooth by that;
        shadows are soft anyway and are only computed for the whole pixels.
    """
    fineness = raster.depth.shape[0] // lens.shape[0]
    is_body = raster.is_body
    share = pooled(is_body.astype(np.float32), fineness)
    color = pooled(raster.color * is_body[..., None], fineness) / np.float32(255)
    bodies, floor = share > 0, share < 1
    if bodies.any():
        nearest = _nearest(raster.depth, fineness)
        shade = lamp.shadows(lens.points(nearest)[bodies])
        color[bodies] *= (1 - _SHADE * shade)[:, None]
    if floor.any():
        shade = lamp.shadows(ground.points[floor])
        under = ground.lit[floor] * (1 - _SHADE * shade)[:, None] + ground.sky[floor]
        color[floor] += under * (1 - share[floor])[:, None]
    return color


def pooled(image: NDArray[np.generic], fineness: int) -> Image:
    """Return the means over squares of pixels."""
    total = sum(
        image[down::fineness, right::fineness].astype(np.float32)
        for down in range(fineness)
        for right in range(fineness)
    )
    return np.asarray(total / np.float32(fineness**2), dtype=np.float32)


def _nearest(depth: Image, fineness: int) -> Image:
    """Return the least depth of each square of pixels: that of a body, if there is one."""
    squares = [
        depth[down::fineness, right::fineness]
        for down in range(fineness)
        for right in range(fineness)
    ]
    return np.asarray(np.minimum.reduce(squares), dtype=np.float32)


def _floor(ground: Image, discs: Iterable[Disc]) -> Image:
    off = np.abs((ground[..., :2] + _TILE_M / 2) % _TILE_M - _TILE_M / 2).min(axis=-1)
    color = np.broadcast_to(np.array(_FLOOR, dtype=np.float32), ground.shape)
    color = _mix(color, _JOINT, (off < _JOINT_M / 2).astype(np.float32))
    for disc in discs:
        x, y, _ = disc.volume.center
        radius = np.hypot(ground[..., 0] - x, ground[..., 1] - y)
        edge = np.abs(radius - disc.volume.radius_m + _LINE_M / 2) < _LINE_M / 2
        inside = radius < disc.volume.radius_m
        color = _mix(color, disc.color, np.where(edge, 0.85, inside * disc.strength))
    return color


def _mix(color: Image, other: Color, share: NDArray[np.floating]) -> Image:
    weight = share[..., None].astype(np.float32)
    return np.asarray(color * (1 - weight) + np.array(other, dtype=np.float32) * weight)


def _smooth(u: Image) -> Image:
    u = np.clip(u, 0.0, 1.0)
    return np.asarray(u * u * (3 - 2 * u), dtype=np.float32)
