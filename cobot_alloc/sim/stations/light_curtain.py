"""Notice what is at a station: parts that lie on it, and whoever reaches over it."""

from __future__ import annotations

from collections.abc import Collection

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.terms import BASE

_ON_M = 0.004  # a part this near to a surface lies on it, or is about to


def lies_on(engine: Engine, part: int, station: int, link: int) -> bool:
    """
    Tell whether a part lies on a link of a station.

    It is measured as a distance: contacts are there only from the second step after a part
    was put somewhere by hand.
    """
    return engine.distances.is_within(station, part, _ON_M, link, BASE)


class LightCurtain:
    """
    Watches a box over a station for arms and people.

    What it sees are the bounding boxes of their links, so it notices them a little early.
    """

    def __init__(self, engine: Engine, low: Vector, high: Vector) -> None:
        """Watch a box from its lowest to its highest corner, frame world."""
        self._engine = engine
        self._low, self._high = low, high
        self._agents: frozenset[int] = frozenset()

    def watch_for(self, agents: Collection[int]) -> None:
        """Take these bodies for arms and people."""
        self._agents = frozenset(agents)

    def is_interrupted(self) -> bool:
        """Tell whether any of them is in the box now."""
        return not self._agents.isdisjoint(
            self._engine.distances.overlapping(self._low, self._high)
        )
