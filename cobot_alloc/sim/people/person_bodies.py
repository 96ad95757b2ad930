"""One person's body in the physics: capsules that distances are measured to."""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, dist, hypot

from cobot_alloc.domain.geometry import Capsule, IDENTITY, Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.transforms import from_euler
from cobot_alloc.sim.people.person import Person

_NOWHERE: Vector = (0.0, 0.0, -100.0)  # where limbs are that hang within the upright one


class PersonBodies:
    """
    An upright capsule for the person, and one for each limb that can go beyond it.

    While the arms hang down they are within the upright one, and cost nothing.
    """

    def __init__(self, engine: Engine, person: Person) -> None:
        """Make them."""
        self._engine = engine
        self._person = person
        spec = person.spec
        self._upright = self._make(spec.height_m - 2 * spec.radius_m, spec.radius_m)
        person.reaching = person.figure.ready
        self._limbs = [
            self._make(dist(limb.start, limb.end), limb.radius_m) for limb in person.limbs()
        ]
        person.reaching = None
        self._shown: object = None
        self._are_out = True
        self.show()

    def show(self) -> None:
        """Bring the bodies to where the person is now."""
        key = self._person.key
        if key == self._shown:
            return
        self._shown = key
        middle = (*self._person.at, self._person.spec.height_m / 2)
        self._engine.bodies.place(self._upright, middle, IDENTITY)
        limbs = self._person.limbs()
        for body, limb in zip(self._limbs, limbs, strict=False):
            self._lay(body, limb)
        if self._are_out and not limbs:
            for body in self._limbs:
                self._engine.bodies.place(body, _NOWHERE, IDENTITY)
        self._are_out = bool(limbs)

    @property
    def bodies(self) -> tuple[int, ...]:
        """All of them."""
        return (self._upright, *self._limbs)

    @property
    def hand(self) -> int:
        """The right forearm with its hand."""
        _, _, forearm, *_ = self._limbs
        return forearm

    def measured(self) -> Iterator[int]:
        """Yield the bodies to which a distance counts now."""
        yield self._upright
        if self._person.reaching is not None:
            yield from self._limbs

    def _make(self, length_m: float, radius_m: float) -> int:
        body = self._engine.bodies.make(self._engine.shapes.capsule(radius_m, length_m))
        self._engine.contacts.forbid(body)
        return body

    def _lay(self, body: int, limb: Capsule) -> None:
        x, y, z = (b - a for a, b in zip(limb.start, limb.end, strict=True))
        turn = from_euler(0.0, atan2(hypot(x, y), z), atan2(y, x))
        self._engine.bodies.place(body, _middle(limb), turn)


def _middle(limb: Capsule) -> Vector:
    x, y, z = ((a + b) / 2 for a, b in zip(limb.start, limb.end, strict=True))
    return (x, y, z)
