"""How near bodies are to each other, and what is in a place."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import pybullet

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.terms import ALL_LINKS

_ON_BODY, _ON_OTHER, _DISTANCE = 5, 6, 8  # of what PyBullet tells of two points


class Gap(NamedTuple):
    """The way from one body to another where they are nearest; negative for a depth."""

    distance_m: float
    start: Vector
    end: Vector


class Distances:
    """
    Distances between bodies of one client, as they are now: no step is needed.

    Without links they are those of whole bodies.
    """

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def between_m(
        self,
        body: int,
        other: int,
        within_m: float,
        link: int = ALL_LINKS,
        other_link: int = ALL_LINKS,
    ) -> float:
        """Return how far two are apart, negative for a depth; ``inf`` if farther than that."""
        points = pybullet.getClosestPoints(
            body, other, within_m, link, other_link, physicsClientId=self._client
        )
        return min([it[_DISTANCE] for it in points]) if points else inf

    def is_within(
        self,
        body: int,
        other: int,
        within_m: float,
        link: int = ALL_LINKS,
        other_link: int = ALL_LINKS,
    ) -> bool:
        """Tell whether two are no farther apart than that."""
        return bool(
            pybullet.getClosestPoints(
                body, other, within_m, link, other_link, physicsClientId=self._client
            )
        )

    def gap(self, body: int, other: int, within_m: float) -> Gap | None:
        """Return where two are nearest; None if they are farther apart than that."""
        points = pybullet.getClosestPoints(body, other, within_m, physicsClientId=self._client)
        gaps = (Gap(it[_DISTANCE], it[_ON_BODY], it[_ON_OTHER]) for it in points)
        return min(gaps, default=None)

    def overlapping(self, low: Sequence[float], high: Sequence[float]) -> set[int]:
        """Return the bodies whose boxes meet a box, from its lowest to its highest corner."""
        found = pybullet.getOverlappingObjects(low, high, physicsClientId=self._client)
        return {body for body, _ in found or ()}
