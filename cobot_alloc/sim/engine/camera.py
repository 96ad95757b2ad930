"""Pictures by the engine's own software renderer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
import pybullet

from cobot_alloc.domain.geometry import Vector

Matrix: TypeAlias = tuple[float, ...]  #: 16 figures, column by column

_UP: Vector = (0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rendering:
    """
    What the renderer delivers.

    :ivar color: (height, width, 3), 0 to 255.
    :ivar depth: (height, width), 0 at the near plane to 1 at the far plane, not linear.
    :ivar bodies: (height, width), the body in each pixel; negative where there is none.
    """

    color: NDArray[np.uint8]
    depth: NDArray[np.float32]
    bodies: NDArray[np.int64]


class Camera:
    """Looks at the world of one client."""

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def view(self, position: Vector, target: Vector) -> Matrix:
        """Return the view matrix of a camera that stands upright."""
        matrix: Matrix = pybullet.computeViewMatrix(position, target, _UP)
        return matrix

    def projection(self, field_deg: float, aspect: float, near_m: float, far_m: float) -> Matrix:
        """Return the projection matrix for a vertical field of view; aspect: width over height."""
        matrix: Matrix = pybullet.computeProjectionMatrixFOV(field_deg, aspect, near_m, far_m)
        return matrix

    def render(
        self,
        view: Sequence[float],
        projection: Sequence[float],
        shape: tuple[int, int],
        *,
        light: Vector,
    ) -> Rendering:
        """
        Render what is seen, without shadows.

        :param shape: height and width in pixels.
        :param light: direction towards the light.
        """
        height, width = shape
        _, _, color, depth, bodies = pybullet.getCameraImage(
            width,
            height,
            view,
            projection,
            renderer=pybullet.ER_TINY_RENDERER,
            shadow=0,
            lightDirection=light,
            lightAmbientCoeff=0.62,
            lightDiffuseCoeff=0.42,
            lightSpecularCoeff=0.06,
            physicsClientId=self._client,
        )
        return Rendering(
            color=np.asarray(color, dtype=np.uint8).reshape(height, width, 4)[..., :3],
            depth=np.asarray(depth, dtype=np.float32).reshape(height, width),
            bodies=np.asarray(bodies).reshape(height, width),
        )
