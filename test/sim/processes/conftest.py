"""A plate on a bench to be worked at, and one arm with the tool for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TYPE_CHECKING

import pytest

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.engine.transforms import compose, from_euler
from cobot_alloc.sim.world import (
    EdgeSpec,
    PartSpec,
    PersonSpec,
    ScrewSpec,
    SeamSpec,
    ToolKind,
    ToolSpec,
)
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


PLATE = PartSpec(part_id='plate', at='aside', size=(0.12, 0.12, 0.05), mass_kg=3.0)
SCREW = ScrewSpec(station_id='screw', position=(0.45, 0.05, 0.75), on='plate', at='aside')
SEAM = SeamSpec(
    station_id='seam',
    points=((0.41, 0.01, 0.75), (0.49, 0.01, 0.75), (0.49, 0.09, 0.75)),
    on='plate',
    at='aside',
)
EDGE = EdgeSpec(
    station_id='edge',
    points=((0.40, -0.01, 0.75), (0.50, -0.01, 0.75)),
    press=(0.0, 1.0, -1.0),
    on='plate',
    at='aside',
)


class Work:
    """A trial whose arm works at one station."""

    def __init__(self, trial: Trial, skill: str, station: str, tool: ToolKind) -> None:
        self.trial, self.skill = trial, skill
        self.cell = trial.cell
        self.arm = self.cell._arms[AgentId('panda')]
        self.site = self.arm.site
        self.tool: Any = self.site.tools[tool]
        self.station: Any = self.site.stations.find(station, object)

    def begin(self, station: str | None = None) -> int:
        name = station or self.station.station_id
        return self.trial.begin('plate', '', '', skill=self.skill, station=name)

    def do(self, **more: Any) -> AttemptReport:
        return self.trial.finish(self.begin(**more))

    def move_plate(self, x: float = 0.0, y: float = 0.0, yaw: float = 0.0) -> None:
        """Push the plate as a hand would that nobody has seen."""
        engine, body = self.cell._engine, self.cell._parts.bodies['plate']
        position, orientation = engine.bodies.placement(body)
        turn = from_euler(0.0, 0.0, yaw)
        there = compose((x, y, 0.0), (0.0, 0.0, 0.0, 1.0), position, turn)
        engine.bodies.place(body, there[0], there[1] if yaw else orientation)

    def take_plate_away(self) -> None:
        self.cell._parts.put('plate', (50.0, 50.0, 0.0))

    def reach(self, step: str, fraction: float = 0.0) -> None:
        """Step until the arm is so far in the named step."""
        self.trial.step_until(
            lambda: self.trial.status().step == step and self.arm.drive.fraction >= fraction
        )

    def do_with(
        self, what: Callable[[], object], step: str, fraction: float = 0.0
    ) -> AttemptReport:
        """Begin, let something happen at a step, and return the report."""
        fence = self.begin()
        self.reach(step, fraction)
        what()
        return self.trial.finish(fence)

    def cancel_at(self, step: str, fraction: float = 0.0) -> AttemptReport:
        """Begin, cancel at a step, and return the report."""
        return self.do_with(
            lambda: self.cell.cancel(AgentId('panda'), Fence(self.trial._fence)), step, fraction
        )

    def must_have_left(self, report: AttemptReport) -> None:
        """Check that a cancelled attempt has left the arm at home and idle."""
        assert report.status is AttemptStatus.CANCELED
        assert report.failure is not None
        assert report.failure.code == 'canceled'
        assert self.site.body.is_home()
        assert self.trial.status().task_id is None


@pytest.fixture
def work_of(trial_of: Callable[..., Trial], small_world: World) -> Callable[..., Work]:
    """Return a function that makes a cell for one skill."""

    def make(skill: str, station: str, tool: ToolKind, **world: Any) -> Work:
        tools = world.pop('tools', (ToolSpec(kind=tool),))
        arm = replace(small_world.arms[0], tools=tools, skills=frozenset({skill}))
        arm = replace(arm, **world.pop('arm', {}))
        parts = (PLATE, small_world.parts[1])
        trial = trial_of(replace(small_world, parts=parts), arms=(arm,), **world).ready()
        return Work(trial, skill, station, tool)

    return make


@pytest.fixture
def screw() -> ScrewSpec:
    return SCREW


@pytest.fixture
def fastening(work_of: Callable[..., Work]) -> Callable[..., Work]:
    """Return a function that makes a cell with a screw, described by what is other than usual."""

    def make(people: tuple[PersonSpec, ...] | None = None, **spec: Any) -> Work:
        more = {} if people is None else {'people': people}
        screw = replace(SCREW, **spec)
        return work_of('fasten', 'screw', ToolKind.SCREWDRIVER, screws=(screw,), **more)

    return make


@pytest.fixture
def dispensing(work_of: Callable[..., Work]) -> Callable[..., Work]:
    def make(people: tuple[PersonSpec, ...] | None = None, **spec: Any) -> Work:
        more = {} if people is None else {'people': people}
        seam = replace(SEAM, **spec)
        return work_of('dispense', 'seam', ToolKind.NOZZLE, seams=(seam,), **more)

    return make


@pytest.fixture
def deburring(work_of: Callable[..., Work]) -> Callable[..., Work]:
    def make(people: tuple[PersonSpec, ...] | None = None, **spec: Any) -> Work:
        more = {} if people is None else {'people': people}
        edge = replace(EDGE, **spec)
        return work_of('deburr', 'edge', ToolKind.DEBURRER, edges=(edge,), **more)

    return make


@pytest.fixture
def problem() -> Callable[[AttemptReport], tuple[str, str, str]]:
    """Return a function that gives status, phase and code of a report."""

    def of(report: AttemptReport) -> tuple[str, str, str]:
        assert report.failure is not None
        return report.status.value, report.failure.phase.value, report.failure.code

    return of
