"""
The cell as the planner sees it: the same shapes as the physics, in a world never stepped.

It is set to a snapshot, and then asked how near one body is to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.scene.scenery import Scenery
from cobot_alloc.sim.stations.stations import Stations
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

_UNDERGROUND: Pose = Pose(position=(0.0, 0.0, -100.0))  # where parts are that are not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """
    One link of something that may be in the way.

    :ivar name: of the thing, as people know it.
    """

    name: str
    body: int
    link: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearbyObstacles:
    """
    The obstacles near one arm, with the boxes that they fill.

    :ivar low: (n, 3), the lowest corner of each.
    :ivar high: (n, 3), the highest corner of each.
    """

    obstacles: tuple[Obstacle, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class PlanningScene:
    """The shapes of a world."""

    def __init__(self, engine: Engine, world: World) -> None:
        """Build the world in ``engine``, which nothing else uses."""
        self.engine = engine
        self._scenery = Scenery(engine, world)
        self._parts = Parts(engine, seed=world.seed)
        for part in world.parts:
            place = world.location(part.at)
            assert place is not None, 'the cell was built of the same world before'
            self._parts.add(part, place.position)
        self._stations = Stations(engine, world, self._parts)
        self.arms: Mapping[AgentId, ArmBody] = {
            spec.agent_id: ArmBody(engine, spec) for spec in world.arms
        }
        self._found: dict[AgentId, tuple[Obstacle, ...]] = {}

    def set(
        self, now: CellSnapshot, *, at_home: frozenset[AgentId], absent: frozenset[str]
    ) -> None:
        """
        Put everything where it is.

        :param at_home: arms that are taken to be at home, wherever they are on their way.
        :param absent: parts that are taken not to be there.
        """
        for agent_id, arm in self.arms.items():
            joints = (*arm.chain.joints, *arm.chain.tool_joints.values())
            posture = now.arms[agent_id]
            if agent_id in at_home:
                posture = (*arm.home, *posture[len(arm.home) :])
            self.engine.joints.put_all(arm.body, joints, posture)
        for part, pose in now.parts.items():
            self._resize(part, now.sizes.get(part))
            self.put(part, _UNDERGROUND if part in absent else pose)
        for station in self._stations:
            self._set_station(station.bodies, now.stations.get(station.station_id, ()))

    def put(self, part: str, pose: Pose) -> None:
        """Put a part somewhere."""
        self.engine.bodies.place(self._parts.bodies[part], pose.position, pose.orientation)

    def part_body(self, part: str) -> int:
        """Return the body of a part."""
        return self._parts.bodies[part]

    def part_size(self, part: str) -> Vector:
        """Return the full extents of a part."""
        return self._parts.shape(part).size

    def surroundings(
        self, agent_id: AgentId, *, reach_m: float, without: str | None
    ) -> NearbyObstacles:
        """
        Return what is in reach of an arm.

        :param reach_m: obstacles farther from the arm's base are left out.
        :param without: the part in its grip, which is no obstacle.
        """
        base = np.array(self.engine.bodies.placement(self.arms[agent_id].body)[0])
        found, lows, highs = [], [], []
        for obstacle in self._obstacles(agent_id):
            if obstacle.name == without:
                continue
            low, high = map(np.array, self.engine.bodies.box(obstacle.body, obstacle.link))
            if np.linalg.norm(np.maximum(np.maximum(low - base, base - high), 0.0)) <= reach_m:
                found.append(obstacle)
                lows.append(low)
                highs.append(high)
        return NearbyObstacles(
            obstacles=tuple(found),
            low=np.array(lows).reshape(-1, 3),
            high=np.array(highs).reshape(-1, 3),
        )

    def gap_m(self, body: int, link: int, obstacle: Obstacle, within_m: float) -> float:
        """Return the distance to an obstacle, negative for a depth; ``inf`` if farther."""
        return self.engine.distances.between_m(body, obstacle.body, within_m, link, obstacle.link)

    def shaped_links(self, body: int) -> list[int]:
        """Return the links of a body that have a shape, the base (-1) first."""
        links = range(BASE, self.engine.joints.count(body))
        return [link for link in links if self.engine.shapes.has_solids(body, link)]

    def _obstacles(self, agent_id: AgentId) -> tuple[Obstacle, ...]:
        if agent_id not in self._found:
            self._found[agent_id] = tuple(self._find_obstacles(agent_id))
        return self._found[agent_id]

    def _find_obstacles(self, agent_id: AgentId) -> Iterator[Obstacle]:
        named = [(name, body) for body, name in self._scenery.names.items()]
        named += [(part, body) for part, body in self._parts.bodies.items()]
        named += self._stations.obstacles
        named += [(other, arm.body) for other, arm in self.arms.items() if other != agent_id]
        for name, body in named:
            for link in self.shaped_links(body):
                yield Obstacle(name=name, body=body, link=link)

    def _set_station(self, bodies: Sequence[int], joints: tuple[float, ...]) -> None:
        """Set the moving joints of a station, in the order in which it tells them."""
        for (body, joint), position in zip(
            self.engine.joints.moving(bodies), joints, strict=False
        ):
            self.engine.joints.put(body, joint, position)

    def _resize(self, part: str, size: Vector | None) -> None:
        if size is not None and size != self._parts.shape(part).size:
            self._parts.reshape(part, size)
            self._found.clear()  # the part is another body now
