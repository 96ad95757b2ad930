"""People who walk scripted paths, and the sensing that sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import atan2, dist, nan

from cobot_alloc.application.world import PersonSpec
from cobot_alloc.domain.geometry import UprightCapsule, Vector
from cobot_alloc.domain.zone import Sighting
from cobot_alloc.sim.bullet import Bullet

Floor = tuple[float, float]  #: a position on the floor: x, y in frame world, metres


class Walker:
    """
    Where one person is on the scripted path.

    :ivar at: on the floor.
    :ivar heading: angle of the last movement about z, radians.
    """

    def __init__(self, spec: PersonSpec) -> None:
        """Stand at the start of the script."""
        self._spec = spec
        self._leg = 0
        self._rest_s = spec.start_after_s
        self._is_placed = False
        self.at: Floor = spec.start
        self.heading = 0.0

    def place(self, at: Floor) -> None:
        """Stand somewhere else and leave the script for good."""
        self.at, self._is_placed = at, True

    def advance(self, dt: float) -> None:
        """Follow the script for ``dt`` seconds."""
        script = self._spec.script
        if self._is_placed or not script:
            return
        if self._rest_s > 0.0:
            self._rest_s -= dt
            return
        if self._leg == len(script):
            if not self._spec.repeat:
                return
            self._leg = 0
        self._walk(script[self._leg].to, self._spec.speed_mps * dt)
        if self.at == script[self._leg].to:
            self._rest_s = script[self._leg].stay_s
            self._leg += 1

    def _walk(self, goal: Floor, stride_m: float) -> None:
        left_m = dist(self.at, goal)
        if left_m <= stride_m:
            self.at = goal
            return
        x, y = goal[0] - self.at[0], goal[1] - self.at[1]
        self.heading = atan2(y, x)
        self.at = (self.at[0] + x * stride_m / left_m, self.at[1] + y * stride_m / left_m)


class People:
    """
    The people of a cell, as bodies that distances can be measured to.

    The bodies pass through everything: a simulated person is not pushed by an arm and does
    not push it. What an arm must not do is told by the distance measured.
    """

    def __init__(self, bullet: Bullet, specs: Iterable[PersonSpec]) -> None:
        """Make the bodies."""
        self._bullet = bullet
        self._specs = {spec.person_id: spec for spec in specs}
        self._walkers = {name: Walker(spec) for name, spec in self._specs.items()}
        self.bodies: Mapping[str, int] = {
            name: self._body(spec) for name, spec in self._specs.items()
        }
        self._move_bodies()

    def advance(self, dt: float) -> None:
        """Let everybody walk for ``dt`` seconds."""
        for walker in self._walkers.values():
            walker.advance(dt)
        if self.positions() != self._shown:
            self._move_bodies()

    def place(self, person_id: str, at: Floor) -> None:
        """Put a person somewhere, off the script."""
        self._walkers[person_id].place(at)
        self._move_bodies()

    def positions(self) -> list[tuple[str, Vector]]:
        """Return everybody's position on the floor."""
        return [(name, (*walker.at, 0.0)) for name, walker in self._walkers.items()]

    def heading(self, person_id: str) -> float:
        """Return the direction that a person faces, an angle about z."""
        return self._walkers[person_id].heading

    def spec(self, person_id: str) -> PersonSpec:
        """Return what the person is."""
        return self._specs[person_id]

    def capsules(self) -> tuple[UprightCapsule, ...]:
        """Return everybody as sensing would report them."""
        return tuple(
            UprightCapsule(
                position=position,
                radius_m=self._specs[name].radius_m,
                height_m=self._specs[name].height_m,
            )
            for name, position in self.positions()
        )

    def _body(self, spec: PersonSpec) -> int:
        shape = self._bullet.createCollisionShape(
            self._bullet.GEOM_CAPSULE,
            radius=spec.radius_m,
            height=spec.height_m - 2 * spec.radius_m,
        )
        # Without a look of its own the capsule would be drawn; a picture shows a figure.
        look = self._bullet.createVisualShape(self._bullet.GEOM_SPHERE, radius=0.001)
        body: int = self._bullet.createMultiBody(0.0, shape, look)
        self._bullet.setCollisionFilterGroupMask(body, -1, 0, 0)
        return body

    def _move_bodies(self) -> None:
        self._shown = self.positions()
        for name, (x, y, _) in self._shown:
            middle = (x, y, self._specs[name].height_m / 2)
            self._bullet.resetBasePositionAndOrientation(
                self.bodies[name], middle, (0.0, 0.0, 0.0, 1.0)
            )


class Sensing:
    """
    Sightings of people at a steady rate; it can be made to fail.

    :ivar latest: the newest sighting, however old.
    """

    def __init__(self, people: People) -> None:
        """See people; nothing has been sampled yet."""
        self._people = people
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
        people = self._people.capsules()
        if self._is_poisoned:
            people = (UprightCapsule(position=(nan, nan, nan), radius_m=0.25, height_m=1.75),)
        self.latest = Sighting(at_s=now_s, people=people)
