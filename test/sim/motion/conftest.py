"""Walls to plan round, and a planner to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.motion.motion_planner import MotionPlanner
from cobot_alloc.sim.motion.requests import MotionPath, PlanFailure, PlannedPath, PlanRequest
from cobot_alloc.sim.world import FixtureSpec, PartSpec, ToolKind
from cobot_alloc.sim.world.cell import World

BOX = """<robot name="box"><link name="box"><inertial><mass value="0"/>
<inertia ixx="0" iyy="0" izz="0" ixy="0" ixz="0" iyz="0"/></inertial>
<collision><geometry><box size="{} {} {}"/></geometry></collision></link></robot>"""


class Asker:
    """A cell at rest, and the planner of its world."""

    def __init__(self, world: World) -> None:
        self.cell = SimulatedCell(world)
        self.planner = MotionPlanner(world)
        self.site = self.cell._arms[AgentId('panda')].site

    def __call__(self, *paths: MotionPath, agent: str = 'panda') -> PlannedPath | PlanFailure:
        body = self.cell._arms[AgentId(agent)].site.body
        return self.planner.answer(
            PlanRequest(
                agent_id=AgentId(agent),
                paths=paths,
                start=tuple(body.home),
                now=self.cell.snapshot(),
            )
        )


@pytest.fixture
def wall(tmp_path: Path) -> Callable[..., FixtureSpec]:
    """Return a function that makes a fixture of a size, standing somewhere."""

    def make(name: str, size: Vector, middle: Vector) -> FixtureSpec:
        file = tmp_path / f'{name}.urdf'
        file.write_text(BOX.format(*size), encoding='utf-8')
        return FixtureSpec(fixture_id=name, urdf=str(file), position=middle)

    return make


@pytest.fixture
def with_fixtures(small_world: World) -> Callable[..., World]:
    """Return a function that adds fixtures to the small world."""
    return lambda *more: replace(small_world, fixtures=(*small_world.fixtures, *more))


@pytest.fixture
def asker() -> Iterator[Callable[[World], Asker]]:
    """Return a function that makes a world's planner and asks it as from a cell at rest."""
    opened: list[Asker] = []

    def make(world: World) -> Asker:
        opened.append(Asker(world))
        return opened[-1]

    yield make
    for it in opened:
        it.cell.close()
        it.planner.close()


@pytest.fixture
def post() -> PartSpec:
    """Return a part that stands high between the places of the small world."""
    return PartSpec(part_id='post', at='aside', size=(0.05, 0.05, 0.45), mass_kg=1.0)


def tcp(planner: MotionPlanner, joints: Joints, agent: str = 'panda') -> Pose:
    """Return where the cup is at some joints of an arm."""
    return planner._reaches[AgentId(agent)].tool_pose(joints, ToolKind.SUCTION)


@pytest.fixture
def cup_at() -> Callable[..., Pose]:
    return tcp


@pytest.fixture
def pose_at() -> Callable[..., Pose]:
    """Return a function that makes a pose of a tool that points down."""
    return lambda x, y, z: Pose(position=(x, y, z), orientation=(1.0, 0.0, 0.0, 0.0))
