"""A small cell to try things in: one arm, a few parts, a person far away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import dist
from typing import Any

import pytest

from cobot_alloc.application.arm_ports import ArmStatus
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, OrderId, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.zone import Zone
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.world import (
    ArmSpec,
    FixtureSpec,
    LocationSpec,
    PartSpec,
    PersonSpec,
    World,
)

FAR_AWAY = (-6.0, 0.0)
CLOSE = (-0.9, 0.0)  # in the stop zone
NEAR = (-1.6, 0.0)  # in the slow zone

PANDA = ArmSpec(
    agent_id=AgentId('panda'),
    model='franka_panda',
    base=(0.0, 0.0, 0.7),
    skills=frozenset({'pick_place', 'weld'}),
    payload_kg=3.0,
    reach_m=0.8,
)


def _zone(mode: SafetyMode, radius_m: float) -> Zone:
    return Zone(
        zone_id=ZoneId(f'panda_{mode.value.lower()}'),
        agent_id=AgentId('panda'),
        mode=mode,
        volume=Cylinder(center=(0.0, 0.0, 0.0), radius_m=radius_m, height_m=2.0),
    )


WORLD = World(
    cell=CellId('trial'),
    arms=(PANDA,),
    fixtures=(FixtureSpec(fixture_id='bench', urdf='bench.urdf', position=(0.2, 0.0, 0.0)),),
    locations=(
        LocationSpec(name='here', position=(0.40, 0.25, 0.70)),
        LocationSpec(name='there', position=(0.45, -0.20, 0.70)),
        LocationSpec(name='aside', position=(0.45, 0.05, 0.70)),
        LocationSpec(name='far', position=(0.40, 0.90, 0.70)),
        LocationSpec(name='beyond', position=(1.60, 0.00, 0.00)),
    ),
    parts=(
        PartSpec(part_id='block', at='here', size=(0.05, 0.05, 0.05), mass_kg=0.3),
        PartSpec(part_id='spare', at='beyond', size=(0.05, 0.05, 0.05), mass_kg=0.3),
    ),
    people=(PersonSpec(person_id='ada', start=FAR_AWAY),),
    zones=(_zone(SafetyMode.STOPPED, 1.0), _zone(SafetyMode.REDUCED, 1.6)),
)


class Trial:
    """A cell together with what a test does to it again and again."""

    def __init__(self, world: World) -> None:
        self.cell = SimulatedCell(world)
        self.reports: list[AttemptReport] = []
        self._fence = 0

    def ready(self) -> Trial:
        """Bring the cell to its normal mode and resume every arm."""
        self.cell.set_cell_mode(SafetyMode.NORMAL)
        self.cell.step()
        assert all(self.cell.resume(agent_id) for agent_id in self.cell.arm_ids)
        return self

    def begin(
        self,
        part: str = 'block',
        source: str = 'here',
        target: str = 'there',
        *,
        agent: str = 'panda',
        **more: Any,
    ) -> int:
        """Begin a task and return its fence."""
        self._fence += 1
        more = {'skill': 'pick_place', 'payload_kg': 0.0, **more}
        self.cell.begin(
            AgentId(agent),
            Task(
                task_id=TaskId(f'task_{self._fence}'),
                order_id=OrderId('order'),
                part=part,
                source=source,
                target=target,
                **more,
            ),
            Fence(self._fence),
        )
        return self._fence

    def step_until(self, question: Callable[[], object], limit_s: float = 30.0) -> None:
        """Step until the question is answered with yes."""
        until_s = self.cell.now_s + limit_s
        while not question():
            assert self.cell.now_s < until_s, f'not so within {limit_s} simulated seconds'
            self.cell.step()
            self.reports += self.cell.take_reports()

    def step_for(self, duration_s: float) -> None:
        """Step for a time."""
        until_s = self.cell.now_s + duration_s
        self.step_until(lambda: self.cell.now_s >= until_s, duration_s + 1.0)

    def reach(self, step: str, *, agent: str = 'panda') -> None:
        """Step until the arm is at the named step of its skill."""
        self.step_until(lambda: self.status(AgentId(agent)).step == step)

    def finish(self, fence: int, limit_s: float = 40.0) -> AttemptReport:
        """Step until the attempt has been reported and return the report."""
        self.step_until(lambda: any(it.fence == fence for it in self.reports), limit_s)
        return next(it for it in self.reports if it.fence == fence)

    def do(self, *args: str, **more: Any) -> AttemptReport:
        """Begin a task and return its report."""
        return self.finish(self.begin(*args, **more))

    def status(self, agent: AgentId = PANDA.agent_id) -> ArmStatus:
        return self.cell.arm_status(agent)

    def distance(self, part: str, place: str) -> float:
        """Return how far the part's underside is from a location, as the physics has it."""
        half = next(it.size[2] / 2 for it in self.cell.world.parts if it.part_id == part)
        x, y, z = self.cell.part_position(part)
        location = self.cell.world.location(place)
        assert location is not None
        at = location.position
        return dist((x, y, z - half), at)


@pytest.fixture
def trial_of() -> Iterator[Callable[..., Trial]]:
    """Return a function that makes a cell, by default the small one with changes to it."""
    trials: list[Trial] = []

    def make(world: World | None = None, **changes: Any) -> Trial:
        trials.append(Trial(replace(world or WORLD, **changes)))
        return trials[-1]

    yield make
    for trial in trials:
        trial.cell.close()


@pytest.fixture(scope='session')
def small_world() -> World:
    return WORLD


@pytest.fixture
def trial(trial_of: Callable[..., Trial]) -> Trial:
    """Return the small cell, ready to work."""
    return trial_of().ready()


@pytest.fixture
def far_away() -> tuple[float, float]:
    return FAR_AWAY


@pytest.fixture
def near() -> tuple[float, float]:
    return NEAR


@pytest.fixture
def close() -> tuple[float, float]:
    return CLOSE
