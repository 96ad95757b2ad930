"""Notice who reaches over a station, as a light curtain would."""

from __future__ import annotations

from collections.abc import Collection

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.bullet import Bullet


class LightCurtain:
    """
    Watches a box over a station for arms and people.

    What it sees are the bounding boxes of their links, so it notices them a little early.
    """

    def __init__(self, bullet: Bullet, low: Vector, high: Vector) -> None:
        """Watch a box from its lowest to its highest corner, frame world."""
        self._bullet = bullet
        self._low, self._high = low, high
        self._agents: Collection[int] = ()

    def watch_for(self, agents: Collection[int]) -> None:
        """Take these bodies for arms and people."""
        self._agents = frozenset(agents)

    def is_interrupted(self) -> bool:
        """Tell whether any of them is in the box now."""
        found = self._bullet.getOverlappingObjects(self._low, self._high) or ()
        return any(body in self._agents for body, _ in found)
