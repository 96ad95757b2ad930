"""What stays where it is: the floor and the fixtures; and where the parts lie among them."""

from __future__ import annotations

from cobot_alloc.application.world import World
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.scene.parts import Parts

_MARGIN_M = 2.0  # around the locations: what lies farther away is not in the cell
_UPRIGHT_DEG = 5.0
FLOOR = 'floor'


class Scenery:
    """
    The bodies that do not move.

    :ivar names: what each body is called, by body id.
    """

    def __init__(self, bullet: Bullet, world: World, *, flags: int) -> None:
        """Load the floor and the fixtures."""
        self._bullet = bullet
        plane = bullet.createCollisionShape(bullet.GEOM_PLANE)
        self.floor: int = bullet.createMultiBody(0.0, plane)
        self.names: dict[int, str] = {self.floor: FLOOR}
        for fixture in world.fixtures:
            body = bullet.loadURDF(
                str(find_urdf(fixture.urdf)),
                fixture.position,
                bullet.getQuaternionFromEuler((0.0, 0.0, fixture.yaw)),
                useFixedBase=True,
                flags=flags,
            )
            self.names[body] = fixture.fixture_id


class Whereabouts:
    """Where parts lie, in words and in figures, as measured."""

    def __init__(self, bullet: Bullet, world: World, parts: Parts, scenery: Scenery) -> None:
        """Look at the parts of a cell."""
        self._bullet = bullet
        self._places = world.locations
        self._parts = parts
        self._scenery = scenery
        middles = [place.position for place in world.locations]
        middles += [arm.base for arm in world.arms]
        self._low = [min(at[axis] for at in middles) - _MARGIN_M for axis in (0, 1)]
        self._high = [max(at[axis] for at in middles) + _MARGIN_M for axis in (0, 1)]

    def is_in_cell(self, part: str) -> bool:
        """Tell whether the part lies anywhere in the cell."""
        at = self._parts.pose(part).position
        return all(
            low <= x <= high for low, x, high in zip(self._low, at[:2], self._high, strict=True)
        )

    def is_upright(self, part: str) -> bool:
        """Tell whether the part stands as it should."""
        return self._parts.tilt_deg(part) < _UPRIGHT_DEG

    def describe(self, part: str) -> str:
        """Say where the part lies."""
        if part not in self._parts.bodies or not self.is_in_cell(part):
            return 'nowhere in the cell'
        for place in self._places:
            if self._parts.distance_m(part, place) <= place.tolerance_m:
                return f'at {place.name}'
        return f'{self._support(part)} at {in_metres(self._parts.pose(part).position)}'

    def lies_on(self, part: str) -> str | None:
        """Return the fixture on which the part lies, or None."""
        body = self._parts.bodies[part]
        for point in self._bullet.getContactPoints(bodyA=body):
            if point[2] in self._scenery.names:
                return self._scenery.names[point[2]]
        return None

    def _support(self, part: str) -> str:
        support = self.lies_on(part)
        return 'loose' if support is None else f'on {support}'


def in_metres(position: Vector) -> str:
    """Write a position for people."""
    return '({:.2f}, {:.2f}, {:.2f}) m'.format(*position)
