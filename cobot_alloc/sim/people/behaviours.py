"""
What a person does is a generator of these acts, played one after the other.

A deed raises ``Refused`` where it cannot go on; what it asserts at its end it has measured.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.people.floor_plan import Floor, FloorPlan
from cobot_alloc.sim.people.person import Person


class BehaviourStep(Protocol):
    """One thing at a time."""

    def advance(self, person: Person, dt: float) -> float | None:
        """Go on for ``dt`` seconds; return those left over at its end, None before that."""


Behaviour: TypeAlias = Generator[BehaviourStep, None, None]


@dataclass(slots=True, kw_only=True)
class Walk:
    """Walk along the points of a route."""

    points: list[Floor]

    def advance(self, person: Person, dt: float) -> float | None:
        """Go on walking."""
        left_s: float | None = dt
        while self.points and left_s is not None:
            left_s = person.walk(self.points[0], left_s)
            if left_s is not None:
                self.points.pop(0)
        return left_s


@dataclass(slots=True, kw_only=True)
class Face:
    """Turn towards a point."""

    point: Vector

    def advance(self, person: Person, dt: float) -> float | None:
        """Go on turning."""
        return person.turn(person.heading_to(self.point), dt)


@dataclass(slots=True, kw_only=True)
class ReachFor:
    """
    Move the right hand to a point of frame world.

    :ivar share: of the speed at which the person can reach.
    """

    point: Vector
    share: float = 1.0

    def advance(self, person: Person, dt: float) -> float | None:
        """Go on reaching."""
        return person.reach(person.to_local(self.point), self.share * person.spec.reach_mps, dt)


@dataclass(slots=True, kw_only=True)
class Draw:
    """Bring the right hand back before the body, or let it hang down where it is empty."""

    hang: bool = False
    share: float = 1.0

    def advance(self, person: Person, dt: float) -> float | None:
        """Go on drawing back."""
        if self.hang and person.reaching is None:
            return dt
        figure = person.figure
        goal = figure.hanging(0.0, -1.0) if self.hang else figure.ready
        left_s = person.reach(goal, self.share * person.spec.reach_mps, dt)
        if left_s is not None and self.hang:
            person.reaching = None
        return left_s


@dataclass(slots=True, kw_only=True)
class Stay:
    """Stay for a time."""

    duration_s: float

    def advance(self, person: Person, dt: float) -> float | None:
        """Go on staying."""
        self.duration_s -= dt
        return -self.duration_s if self.duration_s <= 0.0 else None


@dataclass(slots=True, kw_only=True)
class Until:
    """
    Stay until something is so, or for ``limit_s`` at most.

    :ivar was_so: how it ended.
    """

    is_so: Callable[[], bool]
    limit_s: float
    was_so: bool = field(default=False, init=False)

    def advance(self, person: Person, dt: float) -> float | None:
        """Look again."""
        self.was_so = self.is_so()
        self.limit_s -= dt
        return 0.0 if self.was_so or self.limit_s <= 0.0 else None


def walk_to(person: Person, plan: FloorPlan, goal: Floor, *, shuns_zones: bool) -> Behaviour:
    """
    Walk to a point on the floor, or as near to it as one can stand.

    :raises Refused: ``no_way``.
    """
    free = goal
    if not plan.is_free(goal):
        near = plan.around(goal, 2.0)
        free = min(near, key=lambda at: (at[0] - goal[0]) ** 2 + (at[1] - goal[1]) ** 2)
    points = plan.route(person.at, free, shuns_zones=shuns_zones)
    if points is None:
        where = f'({goal[0]:.2f}, {goal[1]:.2f}) m'
        raise Refused(
            RefusalCode.NO_WAY, f'{person.spec.person_id} finds no way on foot to {where}'
        )
    yield Walk(points=points)
