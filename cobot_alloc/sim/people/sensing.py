"""The sensing that sees people."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from cobot_alloc.domain.geometry import UprightCapsule
from cobot_alloc.domain.zone import Sighting


class Sensing:
    """
    Sightings of people at a steady rate; it can be made to fail.

    :ivar latest: the newest sighting, however old.
    """

    def __init__(self, look: Callable[[float], Sighting]) -> None:
        """See people with ``look``, given the time; nothing has been sampled yet."""
        self._look = look
        self._is_frozen = self._is_poisoned = False
        self.latest: Sighting | None = None

    def freeze(self) -> None:
        """Deliver no more sightings: the latest one grows old."""
        self._is_frozen = True

    def poison(self) -> None:
        """Deliver sightings with positions that are not numbers."""
        self._is_poisoned = True

    def restore(self) -> None:
        """Work again."""
        self._is_frozen = self._is_poisoned = False

    def sample(self, now_s: float) -> None:
        """Take a sighting, unless frozen."""
        if self._is_frozen:
            return
        if self._is_poisoned:
            nowhere = UprightCapsule(position=(nan, nan, nan), radius_m=0.25, height_m=1.75)
            self.latest = Sighting(at_s=now_s, people=(nowhere,))
        else:
            self.latest = self._look(now_s)
