"""What PyBullet's software renderer sees from a point: colours, depth, and which body."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.bullet import Bullet

LIGHT: Vector = (-1.4, -1.9, 3.4)  #: towards the light, in frame world

Image = NDArray[np.float32]  #: (height, width) or (height, width, channels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """
    A camera that looks at a point.

    :ivar yaw_deg: where it stands around the point: 0 looks along +y, 90 along -x.
    :ivar pitch_deg: how far it looks down, negative.
    :ivar field_deg: vertical field of view.
    """

    target: Vector
    distance_m: float
    yaw_deg: float
    pitch_deg: float
    field_deg: float = 32.0

    @property
    def position(self) -> Vector:
        """Where the camera stands, in frame world."""
        yaw, pitch = radians(self.yaw_deg), radians(self.pitch_deg)
        x, y, z = self.target
        away = self.distance_m * cos(pitch)
        return (x + away * sin(yaw), y - away * cos(yaw), z - self.distance_m * sin(pitch))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """
    An image with depth.

    :ivar color: (height, width, 3), 0 to 1.
    :ivar depth: (height, width), 0 at the near plane to 1 at the far plane, not linear.
    :ivar body: (height, width), body ids, -1 where there is nothing.
    :ivar matrix: from frame world to the renderer's clip coordinates.
    """

    color: Image
    depth: Image
    body: NDArray[np.int32]
    matrix: NDArray[np.float64]

    def points(self) -> Image:
        """Return the position in frame world that each pixel shows, (height, width, 3)."""
        return self._unproject(self.depth)

    def floor_points(self) -> Image:
        """Return where each pixel's ray meets the floor; infinite where it does not."""
        near, far = self._unproject(np.float32(0.2)), self._unproject(np.float32(0.9))
        along = far - near
        down = np.where(along[..., 2:] < -1e-6, along[..., 2:], -np.float32(1e-6))
        meets = np.where(along[..., 2:] < -1e-6, -near[..., 2:] / down, np.float32(np.inf))
        return np.asarray(near + along * np.minimum(meets, np.float32(1e5)), dtype=np.float32)

    def project(self, points: Image) -> Image:
        """Return column, row and depth of positions, in pixels and as ``depth`` has it."""
        height, width = self.depth.shape
        clip = points @ self.matrix[:, :3].T.astype(np.float32)
        clip += self.matrix[:, 3].astype(np.float32)
        x, y, z = (clip[..., axis] / clip[..., 3] for axis in range(3))
        return np.stack(((x + 1) / 2 * width, (1 - y) / 2 * height, (z + 1) / 2), axis=-1)

    def _unproject(self, depth: Image | np.float32) -> Image:
        height, width = self.depth.shape
        columns = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
        rows = 1 - (np.arange(height, dtype=np.float32) + 0.5) / height * 2
        x, y = np.meshgrid(columns, rows)
        z = np.broadcast_to(2 * depth - 1, x.shape)
        found = np.stack((x, y, z, np.ones_like(x)), axis=-1)
        found = found @ np.linalg.inv(self.matrix).T.astype(np.float32)
        return np.asarray(found[..., :3] / found[..., 3:])


def look(
    bullet: Bullet, camera: Camera, width: int, height: int, *, span: tuple[float, float]
) -> Raster:
    """Render what a camera sees between two distances; light comes from behind its left."""
    view = bullet.computeViewMatrix(camera.position, camera.target, (0.0, 0.0, 1.0))
    lens = bullet.computeProjectionMatrixFOV(camera.field_deg, width / height, *span)
    _, _, color, depth, body = bullet.getCameraImage(
        width,
        height,
        view,
        lens,
        renderer=bullet.ER_TINY_RENDERER,
        shadow=0,
        lightDirection=LIGHT,
        lightAmbientCoeff=0.62,
        lightDiffuseCoeff=0.42,
        lightSpecularCoeff=0.06,
    )
    matrices = [np.array(matrix).reshape(4, 4).T for matrix in (lens, view)]
    pixels = np.asarray(color).reshape(height, width, 4)
    return Raster(
        color=(pixels[..., :3] / 255).astype(np.float32),
        depth=np.asarray(depth, dtype=np.float32).reshape(height, width),
        body=np.asarray(body, dtype=np.int32).reshape(height, width),
        matrix=matrices[0] @ matrices[1],
    )
