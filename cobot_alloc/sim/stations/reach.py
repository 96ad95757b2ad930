"""Notice what is at a station: parts that lie on it, and whoever reaches over it."""

from __future__ import annotations

from collections.abc import Collection

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.bullet import Bullet

_ON_M = 0.004  # a part this near to a surface lies on it, or is about to


def lies_on(bullet: Bullet, part: int, station: int, link: int) -> bool:
    """
    Tell whether a part lies on a link of a station.

    It is measured as a distance: contacts are there only from the second step after a part
    was put somewhere by hand.
    """
    return bool(bullet.getClosestPoints(station, part, _ON_M, link, -1))


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
