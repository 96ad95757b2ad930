"""What straight lines meet."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
import pybullet

from cobot_alloc.domain.geometry import Vector

_NOTHING = -1


class Hit(NamedTuple):
    """The body that a ray meets, and where."""

    body: int
    position: Vector


class Hits(NamedTuple):
    """
    What many rays meet first.

    :ivar bodies: (n,), -1 where a ray meets nothing.
    :ivar shares: (n,), how far along each ray, 0 to 1.
    """

    bodies: NDArray[np.int64]
    shares: NDArray[np.float64]


class Rays:
    """Rays through the world of one client."""

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def body(self, start: Vector, end: Vector) -> int | None:
        """Return the body that a ray meets first, or None."""
        found: int = pybullet.rayTest(start, end, physicsClientId=self._client)[0][0]
        return None if found == _NOTHING else found

    def bodies(self, start: Vector, end: Vector, *, most: int) -> set[int]:
        """Return the bodies that a ray goes through, up to so many hits, in no order."""
        hits = [
            pybullet.rayTest(start, end, reportHitNumber=number, physicsClientId=self._client)
            for number in range(most)
        ]
        return {hit[0][0] for hit in hits} - {_NOTHING}

    def hit(self, start: Vector, end: Vector) -> Hit | None:
        """Return what a ray meets first, or None."""
        body, _, _, position, _ = pybullet.rayTest(start, end, physicsClientId=self._client)[0]
        return None if body == _NOTHING else Hit(body, position)

    def hits(self, starts: NDArray[np.float64], ends: NDArray[np.float64]) -> Hits:
        """Return what rays meet first that go from point to point, both (n, 3)."""
        found = pybullet.rayTestBatch(starts.tolist(), ends.tolist(), physicsClientId=self._client)
        return Hits(np.array([it[0] for it in found]), np.array([it[2] for it in found]))
