"""
Measure distances along parallel rays, with the errors that a real scanner has.

The rays meet the true shapes of what is there. Each distance and each ray's place has a random
error, drawn from the world's seed; what is measured with them has the scanner's bias on top.
There is no speckle, no shine and no blind angle: what a ray meets first is seen.

The engine tells what a ray meets first; where exactly it meets a part is worked out here. The
engine's own rays hit a box that is turned in space up to 0.7 mm beyond its edges.
"""

from __future__ import annotations

from dataclasses import dataclass
import random

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.transforms import matrix
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.world import ArmSpec, ToolKind

RANGE_M = 0.40  #: how far it sees
STANDOFF_M = 0.12  #: from what it looks at, for the best view

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Echoes:
    """
    What came back along some rays.

    :ivar heights: of the points met, z in frame world; not a number where nothing was met.
    :ivar bodies: what was met, as a label on it would say; -1 where nothing was.
    """

    heights: Points
    bodies: NDArray[np.int64]


class Scanner:
    """
    The scanner of one arm; implements ``tool.Tool``.

    :ivar bias_m: by how much it makes every length too long.
    :ivar noise_m: standard deviation of a single distance, and of where a ray goes.
    """

    kind = ToolKind.SCANNER

    def __init__(
        self, engine: Engine, spec: ArmSpec, arm: ArmBody, parts: Parts, *, seed: int
    ) -> None:
        """Take its errors from the world."""
        tool = next(tool for tool in spec.tools if tool.kind is self.kind)
        self._engine = engine
        self._arm = arm
        self._parts = parts
        self._is_dark = False
        self._draw = np.random.default_rng(
            random.Random(f'{seed}/scanner of {spec.agent_id}').getrandbits(64)
        )
        self.noise_m, self.bias_m = tool.noise_m, tool.bias_m

    def advance(self, dt: float, scale: float) -> None:
        """Do nothing: it measures when it is asked."""

    def switch_off(self) -> None:
        """Do nothing."""

    def set_dark(self, *, dark: bool) -> None:
        """See nothing, or see again."""
        self._is_dark = dark

    def scan(self, offsets: Points, yaw: float) -> Echoes:
        """
        Send rays straight along the tool.

        :param offsets: of the rays from the tool's centre point, (n, 2), along axes that are
            level and turned by ``yaw`` about frame world's z.
        """
        count = len(offsets)
        noise = self._draw.normal(0.0, 1.0, (count, 3)) * self.noise_m
        if self._is_dark:
            return Echoes(heights=np.full(count, np.nan), bodies=np.full(count, -1))
        pose = self._arm.tool_pose(self.kind)
        along = matrix(pose.orientation)[:, 2]
        axes = np.array([[np.cos(yaw), np.sin(yaw), 0.0], [-np.sin(yaw), np.cos(yaw), 0.0]])
        start = np.array(pose.position) + (offsets + noise[:, :2]) @ axes
        bodies, shares = self._engine.rays.hits(start, start + along * RANGE_M)
        distances = shares * RANGE_M
        for part, body in self._parts.bodies.items():
            met = bodies == body
            if met.any():
                distances[met] = self._to_part(part, start[met], along)
        # A ray that grazes an edge without meeting it brings nothing back.
        bodies = np.where(np.isfinite(distances), bodies, -1)
        heights = start[:, 2] + along[2] * (distances + noise[:, 2])
        return Echoes(heights=np.where(bodies >= 0, heights, np.nan), bodies=bodies)

    def _to_part(self, part: str, start: Points, along: Points) -> Points:
        """Return how far it is along some rays to a part; infinite where they miss it."""
        pose = self._parts.pose(part)
        turn = matrix(pose.orientation)
        origins = (start - pose.position) @ turn
        # No ray is quite level with a face: a tiny lean keeps the divisions below finite.
        direction = along @ turn + 1e-12
        found = []
        for half, middle in self._parts.shape(part).boxes():
            low, high = (np.array(middle) + sign * np.array(half) for sign in (-1, 1))
            ends = np.stack([(low - origins) / direction, (high - origins) / direction])
            enter, leave = ends.min(axis=0).max(axis=1), ends.max(axis=0).min(axis=1)
            found.append(np.where((enter <= leave) & (enter >= 0.0), enter, np.inf))
        return np.asarray(np.min(found, axis=0))
