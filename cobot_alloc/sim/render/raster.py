"""What PyBullet's software renderer sees from a point: colours, depth, and where bodies are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.world import CameraSpec

LIGHT: Vector = (-1.4, -1.9, 3.4)  #: towards the light, in frame world

Image = NDArray[np.float32]  #: (height, width) or (height, width, channels)


class Lens:
    """
    How a camera maps the world to pixels.

    :ivar shape: height and width of the image.
    :ivar view: PyBullet's view matrix.
    :ivar projection: PyBullet's projection matrix.
    """

    def __init__(
        self, view: Sequence[float], projection: Sequence[float], shape: tuple[int, int]
    ) -> None:
        """Take two matrices as PyBullet has them, column by column."""
        self.shape, self.view, self.projection = shape, view, projection
        matrices = (np.array(matrix).reshape(4, 4).T for matrix in (projection, view))
        self._matrix = np.matmul(*matrices)
        self._inverse = np.linalg.inv(self._matrix).astype(np.float32)

    def project(self, at: Vector) -> tuple[float, float, float]:
        """Return column, row and depth of a position, in pixels and as ``Raster`` has it."""
        x, y, z, w = self._matrix @ (*at, 1.0)
        height, width = self.shape
        w = max(w, 1e-6)  # behind the camera a point would be mirrored to the front
        return ((x / w + 1) / 2 * width, (1 - y / w) / 2 * height, (z / w + 1) / 2)

    def pixels(self, at: Vector, length_m: float) -> float:
        """Return how long something is in the picture that lies across at a position."""
        away_m = max(float(self._matrix[3] @ (*at, 1.0)), 1e-6)
        return float(length_m * self.projection[5] / away_m * self.shape[0] / 2)

    def project_all(self, points: Image) -> tuple[Image, Image, Image]:
        """Return columns, rows and depths of (n, 3) positions in front of the camera."""
        # A column at a time: on whole rows numpy is several times slower.
        x, y, z = points[:, 0], points[:, 1], points[:, 2]
        height, width = self.shape
        right, up, deep, w = (
            x * a + y * b + z * c + d for a, b, c, d in self._matrix.astype(np.float32)
        )
        near = np.float32(0.5) / w
        half = np.float32(0.5)
        return (right * near + half) * width, (half - up * near) * height, deep * near + half

    def points(self, depth: Image | float) -> Image:
        """Return the position in frame world of each pixel's middle at a depth."""
        height, width = self.shape
        columns = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
        rows = 1 - (np.arange(height, dtype=np.float32) + 0.5) / height * 2
        # The product of matrix and (x, y, z, 1), a term at a time: the sums over rows and
        # columns are small.
        across = columns[:, None] * self._inverse[:, 0] + self._inverse[:, 3]
        down = rows[:, None] * self._inverse[:, 1]
        deep = (np.asarray(depth, dtype=np.float32) * 2 - 1)[..., None] * self._inverse[:, 2]
        found = across[None, :, :] + down[:, None, :] + deep
        return np.asarray(found[..., :3] / found[..., 3:], dtype=np.float32)

    def floor_points(self) -> Image:
        """Return where each pixel's ray meets the floor; far away where it does not."""
        near, far = self.points(0.2), self.points(0.9)
        along = far - near
        falls = along[..., 2:] < -1e-6
        length = np.where(falls, -near[..., 2:] / np.where(falls, along[..., 2:], -1), 1e5)
        return np.asarray(near + along * np.minimum(length, 1e5), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """
    An image with depth.

    :ivar color: (height, width, 3), 0 to 255.
    :ivar depth: (height, width), 0 at the near plane to 1 at the far plane, not linear.
    :ivar is_body: (height, width), whether there is anything.
    """

    lens: Lens
    color: NDArray[np.uint8]
    depth: Image
    is_body: NDArray[np.bool_]


def lens_of(
    engine: Engine, camera: CameraSpec, shape: tuple[int, int], span: tuple[float, float]
) -> Lens:
    """Return the lens of a camera that shows what is between two distances, in metres."""
    view = engine.camera.view(camera.position, camera.target)
    projection = engine.camera.projection(camera.field_deg, shape[1] / shape[0], *span)
    return Lens(view, projection, shape)


def render(engine: Engine, lens: Lens) -> Raster:
    """Render what is seen through a lens, without shadows."""
    seen = engine.camera.render(lens.view, lens.projection, lens.shape, light=LIGHT)
    return Raster(lens=lens, color=seen.color, depth=seen.depth, is_body=seen.bodies >= 0)
