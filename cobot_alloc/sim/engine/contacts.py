"""What touches what, as of the last step, and what may touch at all."""

from __future__ import annotations

from typing import NamedTuple

import pybullet

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.terms import ALL_LINKS, BASE

_OTHER, _POSITION, _FORCE = 2, 6, 9  # of what PyBullet tells of a contact
_ANY_BODY = -1


class Contact(NamedTuple):
    """
    A point at which a body touches another.

    :ivar other: the other body.
    :ivar position: on the other body.
    :ivar force_n: normal force; 0 where the two are just about to touch.
    """

    other: int
    position: Vector
    force_n: float


class Contacts:
    """The contacts of the bodies of one client."""

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def points(self, body: int, link: int = ALL_LINKS) -> list[Contact]:
        """Return the points at which a body, or a link of it, touches anything."""
        found = pybullet.getContactPoints(
            body, _ANY_BODY, link, ALL_LINKS, physicsClientId=self._client
        )
        return [Contact(it[_OTHER], it[_POSITION], it[_FORCE]) for it in found]

    def others(self, body: int, link: int = ALL_LINKS) -> list[int]:
        """Return what a body, or a link of it, touches, once for each point of contact."""
        found = pybullet.getContactPoints(
            body, _ANY_BODY, link, ALL_LINKS, physicsClientId=self._client
        )
        return [it[_OTHER] for it in found]

    def force_n(self, body: int, *, but_from: int | None = None) -> float:
        """Return the sum of normal forces on a body from anything, but from one other."""
        force_n = 0.0
        for it in pybullet.getContactPoints(body, physicsClientId=self._client):
            if it[_OTHER] != but_from:
                force_n += it[_FORCE]
        return force_n

    def force_on_both_n(self, body: int, other: int) -> float:
        """Return the sum of normal forces on two bodies from anything but each other."""
        force_n = 0.0
        for one, two in ((body, other), (other, body)):
            for it in pybullet.getContactPoints(one, physicsClientId=self._client):
                if it[_OTHER] != two:
                    force_n += it[_FORCE]
        return force_n

    def force_between_n(
        self, body: int, other: int, link: int, other_link: int = ALL_LINKS
    ) -> float:
        """Return the sum of normal forces between a link of a body and another body."""
        found = pybullet.getContactPoints(
            body, other, link, other_link, physicsClientId=self._client
        )
        return float(sum(it[_FORCE] for it in found))

    def is_touching(self, body: int, other: int, link: int) -> bool:
        """Tell whether a link of a body touches another body."""
        return bool(pybullet.getContactPoints(body, other, link, physicsClientId=self._client))

    def allow(self, body: int, link: int = BASE) -> None:
        """Let a link touch everything."""
        pybullet.setCollisionFilterGroupMask(body, link, 1, -1, physicsClientId=self._client)

    def forbid(self, body: int, link: int = BASE) -> None:
        """Let a link pass through everything."""
        pybullet.setCollisionFilterGroupMask(body, link, 0, 0, physicsClientId=self._client)

    def set_between(
        self, body: int, link: int, other: int, other_link: int = BASE, *, touch: bool
    ) -> None:
        """Let two links touch, or pass through each other, whatever else they may touch."""
        pybullet.setCollisionFilterPair(
            body, other, link, other_link, int(touch), physicsClientId=self._client
        )
