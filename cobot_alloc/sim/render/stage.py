"""The bodies of a world with all that can be seen of them, posed like a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import dist

from cobot_alloc.application.shapes import Shape
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.chain import chain_of, load_arm
from cobot_alloc.sim.render.display import Display
from cobot_alloc.sim.render.figures import Figures
from cobot_alloc.sim.render.rods import Rods
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.stations import Stations
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import BareCapsule, CellSnapshot

_BEAD_RADIUS_M = 0.0025
_BEAD_COLOR = (0.10, 0.35, 0.80)
_SAME_SIZE_M = 1e-5
_OUT_OF_SIGHT: Vector = (0.0, 0.0, -100.0)

Joint = tuple[int, int]  #: a body and the number of one of its joints


class Stage:
    """
    A world that is looked at and never stepped.

    :ivar engine: its physics client, for the renderer.
    """

    def __init__(self, world: World) -> None:
        """
        Load everything with its looks.

        :raises BadInput: if the world names what there is not.
        """
        self.engine = Engine(has_looks=True)
        self._people: Mapping[str, tuple[BareCapsule, ...]] = {}
        try:
            self._build(world)
        except Exception:
            self.close()
            raise

    def pose(self, snapshot: CellSnapshot) -> None:
        """Put everything where it was at that instant."""
        for agent_id, angles in snapshot.arms.items():
            self._set(self._arms[agent_id], angles)
        for station_id, positions in snapshot.stations.items():
            self._set(self._station_joints[station_id], positions)
        for part, pose in snapshot.parts.items():
            self._resize(part, snapshot.sizes.get(part))
            self.engine.bodies.place(self._parts.bodies[part], pose.position, pose.orientation)
        self._stations.go_along()
        self._people = snapshot.people
        self._figures.pose(snapshot.people)
        self._beads.show(
            (start, end, _BEAD_RADIUS_M, _BEAD_COLOR)
            for points in snapshot.beads.values()
            for start, end in pairwise(points)
        )

    def shapes(self) -> Iterator[Shape]:
        """Yield everything but the zones as simple shapes, as it was last posed."""
        return self._display.shapes()

    def close(self) -> None:
        """Release the client."""
        self.engine.close()

    def _build(self, world: World) -> None:
        engine = self.engine
        fixtures = {}
        for fixture in world.fixtures:
            file = find_urdf(fixture.urdf)
            body = engine.bodies.load(file, fixture.position, yaw=fixture.yaw)
            fixtures[body] = fixture.fixture_id
        self._parts = Parts(engine, seed=world.seed)
        for spec in world.parts:
            self._parts.add(spec, _OUT_OF_SIGHT)
        self._stations = Stations(engine, world, self._parts)
        self._station_joints = {
            station.station_id: engine.joints.moving(station.bodies) for station in self._stations
        }
        self._arms: dict[str, list[Joint]] = {}
        arms: dict[str, int] = {}
        for arm in world.arms:
            arms[arm.agent_id] = body = load_arm(engine, arm)
            chain = chain_of(engine, body)
            self._arms[arm.agent_id] = [
                (body, joint) for joint in (*chain.joints, *chain.tool_joints.values())
            ]
        self._figures = Figures(engine)
        self._beads = Rods(engine)
        self._display = Display(
            engine,
            fixtures=fixtures,
            stations=self._stations,
            arms=arms,
            parts=self._parts,
            people=lambda: self._people,
        )

    def _set(self, joints: Iterable[Joint], positions: Iterable[float]) -> None:
        for (body, joint), position in zip(joints, positions, strict=True):
            self.engine.joints.put(body, joint, position)

    def _resize(self, part: str, size: Vector | None) -> None:
        """Give the part another size if it has changed since it was made."""
        if size is not None and dist(size, self._parts.shape(part).size) > _SAME_SIZE_M:
            self._parts.reshape(part, size)
