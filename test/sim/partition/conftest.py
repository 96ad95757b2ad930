"""Lines of arms, each at a bench of its own, joined by belts: one partition each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import dist, pi
from typing import Any

import pytest

from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, OrderId, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.zone import Zone
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell
from cobot_alloc.sim.world import (
    ArmSpec,
    ConveyorSpec,
    FixtureSpec,
    LocationSpec,
    PartSpec,
    World,
)

PITCH_M = 3.0


def line_world(arms: int, *, parts: int = 2, pitch_m: float = PITCH_M) -> World:
    """Return a world of so many arms in a row; its parts lie at the bench of the first."""
    numbers = range(arms)
    spots = {f'bench_{k}': (pitch_m * k, -0.10, 0.70) for k in numbers}
    spots |= {f'behind_{k}': (pitch_m * k, 0.0, 0.70) for k in numbers}
    spots |= {f'beside_{k}': (pitch_m * k + 0.09, 0.0, 0.70) for k in numbers}
    for k in numbers[:-1]:
        spots[f'in_{k}'] = (pitch_m * k + 0.32, -0.10, 0.72)
        spots[f'out_{k}'] = (pitch_m * (k + 1) - 0.325, -0.10, 0.72)
    return World(
        cell=CellId('line'),
        seed=3,
        arms=tuple(
            ArmSpec(
                agent_id=AgentId(f'arm_{k}'),
                model='franka_panda',
                base=(pitch_m * k, 0.54, 0.70),
                yaw=-pi / 2,
                skills=frozenset({'pick_place'}),
                payload_kg=3.0,
                reach_m=0.8,
            )
            for k in numbers
        ),
        fixtures=tuple(
            FixtureSpec(
                fixture_id=f'table_{k}', urdf='small_table.urdf', position=(pitch_m * k, -0.1, 0.0)
            )
            for k in numbers
        ),
        conveyors=tuple(
            ConveyorSpec(
                station_id=f'belt_{k}',
                start=(pitch_m * k + 0.25, -0.10, 0.72),
                end=(pitch_m * (k + 1) - 0.30, -0.10, 0.72),
                speed_mps=0.5,
            )
            for k in numbers[:-1]
        ),
        locations=tuple(LocationSpec(name=name, position=at) for name, at in spots.items()),
        parts=tuple(
            PartSpec(part_id=f'part_{n}', at=at, size=(0.05, 0.05, 0.05), mass_kg=0.3)
            for n, at in zip(range(parts), ('bench_0', 'behind_0', 'beside_0'), strict=False)
        ),
        zones=tuple(
            Zone(
                zone_id=ZoneId(f'stop_{k}'),
                agent_id=AgentId(f'arm_{k}'),
                mode=SafetyMode.STOPPED,
                volume=Cylinder(center=(pitch_m * k, 0.54, 0.0), radius_m=1.2, height_m=2.0),
            )
            for k in numbers
        ),
    )


class Line:
    """A cell of partitions together with what a test does to it again and again."""

    def __init__(self, world: World, processes: int) -> None:
        self.cell = PartitionedCell(world, processes=processes, has_planners=False)
        self.reports: list[Any] = []
        self._fence = 0

    def ready(self) -> Line:
        """Bring the cell to its normal mode and resume every arm."""
        self.cell.set_cell_mode(SafetyMode.NORMAL)
        self.step_for(0.05)
        assert all(self.cell.resume(agent_id) for agent_id in self.cell.arm_ids)
        return self

    def begin(
        self, agent: AgentId, part: str, source: str, target: str, skill: str = 'pick_place'
    ) -> int:
        """Begin a task and return its fence."""
        self._fence += 1
        task = Task(
            task_id=TaskId(f'task_{self._fence}'),
            order_id=OrderId('order'),
            skill=skill,
            part=part,
            source=source,
            target=target,
        )
        self.cell.begin(agent, task, Fence(self._fence))
        return self._fence

    def step_until(self, question: Callable[[], object], limit_s: float = 30.0) -> None:
        """Step until the question is answered with yes."""
        until_s = self.cell.now_s + limit_s
        while not question():
            assert self.cell.now_s < until_s, f'not so within {limit_s} simulated seconds'
            for _ in range(8):
                self.cell.step()
            self.reports += self.cell.take_reports()

    def step_for(self, duration_s: float) -> None:
        """Step for a time."""
        until_s = self.cell.now_s + duration_s
        self.step_until(lambda: self.cell.now_s >= until_s, duration_s + 1.0)

    def finish(self, fence: int, limit_s: float = 40.0) -> AttemptReport:
        """Step until the attempt has been reported and return the report."""
        self.step_until(lambda: any(it.fence == fence for it in self.reports), limit_s)
        return next(it for it in self.reports if it.fence == fence)

    def step_of(self, agent: AgentId) -> str:
        return self.cell.arm_status(agent).step

    def off_m(self, part: str, place: str) -> float:
        """Return how far a part's underside is from a location, as the physics has it."""
        x, y, z = self.cell.part_position(part)
        location = self.cell.world.location(place)
        assert location is not None
        return dist((x, y, z - 0.025), location.position)


@pytest.fixture
def line_of() -> Iterator[Callable[..., Line]]:
    """Return a function that makes a line, by default of two arms in one process beside."""
    lines: list[Line] = []

    def make(arms: int = 2, *, processes: int = 1, parts: int = 2, **changes: Any) -> Line:
        lines.append(Line(replace(line_world(arms, parts=parts), **changes), processes))
        return lines[-1]

    yield make
    for line in lines:
        line.cell.close()


@pytest.fixture(scope='session')
def world_of() -> Callable[..., World]:
    """Return the function that makes the world of a line."""
    return line_world
