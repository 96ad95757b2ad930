"""What stays where it is: the floor and the fixtures; and where the parts lie among them."""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.world import LocationSpec, World

_MARGIN_M = 2.0  # around the locations: what lies farther away is not in the cell
_UPRIGHT_DEG = 5.0
FLOOR = 'floor'
_SURFACE_M, _BELOW_M = 0.002, 0.02  # within which a surface is that of a location


class Scenery:
    """
    The bodies that do not move.

    :ivar names: what each body is called, by body id.
    """

    def __init__(self, engine: Engine, world: World) -> None:
        """Load the floor and the fixtures."""
        self._engine = engine
        self.floor = engine.bodies.make(engine.shapes.plane())
        self.names: dict[int, str] = {self.floor: FLOOR}
        for fixture in world.fixtures:
            body = engine.bodies.load(find_urdf(fixture.urdf), fixture.position, yaw=fixture.yaw)
            self.names[body] = fixture.fixture_id


class Whereabouts:
    """Where parts lie, in words and in figures, as measured."""

    def __init__(
        self, engine: Engine, world: World, parts: Parts, names: Mapping[int, str]
    ) -> None:
        """Look at the parts of a cell; ``names`` has what they may lie on, by its bodies."""
        self._engine = engine
        self._places = world.locations
        self._parts = parts
        self._names = names
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
        """Return the fixture or station on which the part lies, or None."""
        body = self._parts.bodies[part]
        below = (it for it in self._engine.contacts.others(body) if it in self._names)
        return next((self._names[it] for it in below), None)

    def can_stand(self, part: str, place: LocationSpec) -> bool:
        """Tell whether there is something at a location for the part to stand on."""
        x, y, z = place.position
        down = (x, y, z + _SURFACE_M), (x, y, z - _BELOW_M)
        return bool(self._engine.rays.bodies(*down, most=2) - {self._parts.bodies[part]})

    def _support(self, part: str) -> str:
        support = self.lies_on(part)
        return 'loose' if support is None else f'on {support}'


def in_metres(position: Vector) -> str:
    """Write a position for people."""
    return '({:.2f}, {:.2f}, {:.2f}) m'.format(*position)
