"""Soft shadows, a floor and the zones on it, painted over what the renderer delivers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Cylinder, Vector
from cobot_alloc.sim.view.raster import Image, Raster

Color = tuple[float, float, float]

_SKY: Color = (0.93, 0.945, 0.955)
_FLOOR: Color = (0.70, 0.715, 0.73)
_TILE_M, _JOINT_M = 1.0, 0.012
_FADE_M = (3.5, 9.0)  # where the floor begins and ends to fade into the sky
_SHADE = 0.46  # share of the light that a full shadow takes
_SOFTNESS_PX = (-2.1, -0.7, 0.7, 2.1)  # in the light's image
_BIAS = 0.0026  # depth by which a surface must lie behind another to be in its shadow
_LINE_M = 0.035


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A zone as it is painted on the floor."""

    volume: Cylinder
    color: Color
    strength: float


def shadows(points: Image, light: Raster) -> Image:
    """Return how much each position lies in shadow, 0 to 1, by what the light sees."""
    seen = light.project(points)
    height, width = light.depth.shape
    covered = np.zeros(points.shape[:2], dtype=np.float32)
    for down in _SOFTNESS_PX:
        for right in _SOFTNESS_PX:
            column = np.clip(seen[..., 0] + right, 0, width - 1).astype(np.int32)
            row = np.clip(seen[..., 1] + down, 0, height - 1).astype(np.int32)
            covered += light.depth[row, column] < seen[..., 2] - _BIAS
    inside = (np.abs(seen[..., :2] / (width, height) - 0.5) < 0.5).all(axis=-1)
    return np.asarray(covered / len(_SOFTNESS_PX) ** 2 * inside, dtype=np.float32)


def paint(
    raster: Raster, light: Raster, *, floor: int, middle: Vector, discs: Iterable[Disc]
) -> Image:
    """Return the finished colours, (height, width, 3), 0 to 1."""
    is_floor = (raster.body == floor) | (raster.body < 0)
    ground = raster.floor_points()
    places = np.where(is_floor[..., None], ground, raster.points())
    color = np.where(is_floor[..., None], _floor(ground, discs), raster.color)
    color = color * (1 - _SHADE * shadows(places, light)[..., None])
    away = np.hypot(ground[..., 0] - middle[0], ground[..., 1] - middle[1])
    fade = _smooth((away - _FADE_M[0]) / (_FADE_M[1] - _FADE_M[0])) * is_floor
    return _mix(color, _SKY, fade)


def _floor(ground: Image, discs: Iterable[Disc]) -> Image:
    off = np.abs((ground[..., :2] + _TILE_M / 2) % _TILE_M - _TILE_M / 2).min(axis=-1)
    color = np.broadcast_to(np.array(_FLOOR, dtype=np.float32), ground.shape)
    color = _mix(color, (0.60, 0.615, 0.63), (off < _JOINT_M / 2).astype(np.float32))
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
    return np.asarray(u * u * (3 - 2 * u))
