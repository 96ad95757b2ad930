"""What is next to a place: names of fixtures, parts and stations."""

from __future__ import annotations

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.scene.scenery import Scenery
from cobot_alloc.sim.stations.stations import Stations

_NEAR_M = 0.03


class Neighbours:
    """The things of a cell, found by where they are."""

    def __init__(self, engine: Engine, scenery: Scenery, parts: Parts, stations: Stations) -> None:
        """Look at the things of a cell."""
        self._engine = engine
        self._scenery, self._parts, self._stations = scenery, parts, stations

    def near(self, middle: Vector, size: Vector, margin_m: float = _NEAR_M) -> frozenset[str]:
        """Return the names of what reaches into an upright box or comes within the margin."""
        half = [side / 2 + margin_m for side in size]
        low = [x - h for x, h in zip(middle, half, strict=True)]
        high = [x + h for x, h in zip(middle, half, strict=True)]
        names = dict(self._scenery.names)
        names |= {body: part for part, body in self._parts.bodies.items()}
        names |= {
            body: station.station_id for station in self._stations for body in station.bodies
        }
        found = self._engine.distances.overlapping(low, high)
        return frozenset(names[body] for body in found if body in names)

    def near_part(self, part: str, pose: Pose) -> frozenset[str]:
        """Return the names of what is next to a part at a pose, in whatever turn about z."""
        x, y, z = self._parts.shape(part).size
        across = (x * x + y * y) ** 0.5
        return self.near(pose.position, (across, across, z)) - {part}
