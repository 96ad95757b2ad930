"""A whole cell as simple shapes, for RViz, Foxglove and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from cobot_alloc.application.shapes import Rgba, Shape
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.render.outlines import limbs_of, Outlines
from cobot_alloc.sim.scene.parts import COLORS, Parts
from cobot_alloc.sim.scene.scenery import FLOOR
from cobot_alloc.sim.stations.station import Station
from cobot_alloc.sim.world.snapshot import BareCapsule

_FIXTURE: Rgba = (0.75, 0.77, 0.78, 1.0)
_STATION: Rgba = (0.25, 0.50, 0.52, 1.0)
_ARM: Rgba = (0.95, 0.55, 0.10, 1.0)
_PERSON: Rgba = (0.20, 0.40, 0.90, 0.9)


class Display:
    """What there is to be shown of a cell; reads the physics and changes nothing."""

    def __init__(
        self,
        engine: Engine,
        *,
        fixtures: Mapping[int, str],
        stations: Iterable[Station],
        arms: Mapping[str, int],
        parts: Parts,
        people: Callable[[], Mapping[str, tuple[BareCapsule, ...]]],
        near: Callable[[], Iterable[int]] = tuple,
    ) -> None:
        """
        Look at a cell.

        :param near: the bodies of the people to which a distance counts.
        """
        self._outlines = Outlines(engine)
        self._fixtures = fixtures
        self._stations = tuple(stations)
        self._arms = arms
        self._parts = parts
        self._people = people
        self._near = near

    def shapes(self) -> Iterator[Shape]:
        """Yield everything but the zones, where it is now."""
        for body, name in self._fixtures.items():
            if name != FLOOR:
                yield from self._outlines.of(
                    body, group='fixtures', name=name, color=_FIXTURE, is_fixed=True
                )
        for station in self._stations:
            for body in station.bodies:
                yield from self._outlines.of(
                    body, group='stations', name=station.station_id, color=_STATION
                )
        for part, body in self._parts.bodies.items():
            color = COLORS.get(self._parts.nominal(part).color, COLORS['steel'])
            yield from self._outlines.of(body, group='parts', name=part, color=(*color, 1.0))
        for name, capsules in self._people().items():
            yield from limbs_of(capsules, name=name, color=_PERSON)
        near = tuple(self._near())
        for name, body in self._arms.items():
            yield self._outlines.stick(body, name=name, color=_ARM)
            yield from self._outlines.separation(body, near, name=name)
