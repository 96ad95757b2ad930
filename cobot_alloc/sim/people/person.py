"""One person: where they stand, how they hold their hand, what is in it."""

from __future__ import annotations

from math import atan2, cos, dist, hypot, pi, sin

from cobot_alloc.domain.geometry import Capsule, UprightCapsule, Vector
from cobot_alloc.sim.people.figure import Figure, LEFT, RIGHT
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.people.hand import Hand
from cobot_alloc.sim.world import Chore, PersonSpec

_TURN_RADPS = 1.9  # so that a hand does not go faster than 2.0 m/s, walking or not

_THERE_M = 1e-9  # what rounding leaves of a way


class Person:
    """
    The body of one person. Every motion has a bounded speed.

    :ivar at: on the floor.
    :ivar heading: direction in which they face, an angle about z, radians.
    :ivar reaching: where the right hand is, in the person's own frame; None: it hangs down.
    :ivar hand: what holds a part.
    :ivar chore: what they are at with their hands, whoever asked for it.
    """

    def __init__(self, spec: PersonSpec, hand: Hand) -> None:
        """Stand at the start with hanging arms."""
        self.spec = spec
        self.figure = Figure(height_m=spec.height_m, radius_m=spec.radius_m)
        self.hand = hand
        self.at: Floor = spec.start
        self.heading = 0.0
        self.reaching: Vector | None = None
        self.chore: Chore | None = None

    # Motions; each returns the time that was left when it came to its end, or None

    def walk(self, goal: Floor, dt: float) -> float | None:
        """Walk straight towards a point; with something in the hand, turn to it first."""
        way_m = dist(self.at, goal)
        if way_m > 0.0:
            towards = atan2(goal[1] - self.at[1], goal[0] - self.at[0])
            left_s = self.turn(towards, dt)
            if self.reaching is not None:
                if left_s is None:
                    return None
                dt = left_s
        return self._stride(goal, way_m, dt)

    def turn(self, heading: float, dt: float) -> float | None:
        """Turn on the spot."""
        off = (heading - self.heading + pi) % (2 * pi) - pi
        if abs(off) <= _TURN_RADPS * dt:
            self.heading = heading
            return dt - abs(off) / _TURN_RADPS
        self.heading += _TURN_RADPS * dt if off > 0 else -_TURN_RADPS * dt
        return None

    def reach(self, goal: Vector, speed_mps: float, dt: float) -> float | None:
        """Move the right hand straight towards a point of the person's own frame."""
        here = self.local_hand
        way_m, step_m = dist(here, goal), speed_mps * dt
        if way_m <= step_m + _THERE_M:
            self.reaching = goal
            return max(0.0, dt - way_m / speed_mps)
        x, y, z = (a + (b - a) * step_m / way_m for a, b in zip(here, goal, strict=True))
        self.reaching = (x, y, z)
        return None

    def _stride(self, goal: Floor, way_m: float, dt: float) -> float | None:
        step_m = self.spec.speed_mps * dt
        if way_m <= step_m + _THERE_M:
            self.at = goal
            return max(0.0, dt - way_m / self.spec.speed_mps)
        x, y = (a + (b - a) * step_m / way_m for a, b in zip(self.at, goal, strict=True))
        self.at = (x, y)
        return None

    # Where things are

    @property
    def local_hand(self) -> Vector:
        """The grip of the right hand, in the person's own frame."""
        return self.figure.hanging(0.0, RIGHT) if self.reaching is None else self.reaching

    @property
    def hand_at(self) -> Vector:
        """The grip of the right hand, in frame world."""
        return self.to_world(self.local_hand)

    @property
    def key(self) -> object:
        """Whatever tells one posture of this person from another."""
        return (self.at, self.heading, self.reaching)

    def to_world(self, local: Vector) -> Vector:
        """Return a point of the person's own frame in frame world."""
        x, y, z = local
        c, s = cos(self.heading), sin(self.heading)
        return (self.at[0] + c * x - s * y, self.at[1] + s * x + c * y, z)

    def to_local(self, point: Vector) -> Vector:
        """Return a point of frame world in the person's own frame."""
        x, y = point[0] - self.at[0], point[1] - self.at[1]
        c, s = cos(self.heading), sin(self.heading)
        return (c * x + s * y, c * y - s * x, point[2])

    def heading_to(self, point: Vector) -> float:
        """Return the direction in which to face for the right hand to be before a point."""
        x, y = point[0] - self.at[0], point[1] - self.at[1]
        away_m, aside_m = hypot(x, y), abs(self.figure.ready[1])
        turn = aside_m / away_m if away_m > aside_m else 0.0
        return atan2(y, x) + turn

    # How sensing and physics see them

    def upright(self) -> UprightCapsule:
        """Return the capsule that stands for legs, trunk and hanging arms."""
        return UprightCapsule(
            position=(*self.at, 0.0), radius_m=self.spec.radius_m, height_m=self.spec.height_m
        )

    def limbs(self) -> tuple[Capsule, ...]:
        """Return what goes beyond the upright capsule: none while nobody reaches or bends."""
        if self.reaching is None:
            return ()
        bend = self._bend()
        return self._in_world((self.figure.trunk(bend), *self._arms(bend)))

    def visible_limbs(self) -> tuple[Capsule, ...]:
        """Return trunk, head, legs, right arm, left arm, for a picture."""
        bend = self._bend()
        return self._in_world((*self.figure.visible_limbs(bend), *self._arms(bend)))

    def _bend(self) -> float:
        if self.reaching is None:
            return 0.0
        bend = self.figure.bend_for(self.reaching)
        return 1.0 if bend is None else bend

    def _arms(self, bend: float) -> tuple[Capsule, ...]:
        figure = self.figure
        return (
            *figure.arm(bend, RIGHT, self.local_hand),
            *figure.arm(bend, LEFT, figure.hanging(bend, LEFT)),
        )

    def _in_world(self, capsules: tuple[Capsule, ...]) -> tuple[Capsule, ...]:
        return tuple(
            Capsule(start=self.to_world(it.start), end=self.to_world(it.end), radius_m=it.radius_m)
            for it in capsules
        )
