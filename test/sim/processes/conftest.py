"""A plate on a bench to be worked at, and one arm with the tool for it."""

from dataclasses import replace

import pytest

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.sim.engine.transforms import compose, from_euler
from cobot_alloc.sim.world import (
    EdgeSpec,
    PartSpec,
    ScrewSpec,
    SeamSpec,
    ToolKind,
    ToolSpec,
)

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

    def __init__(self, trial, skill, station, tool):
        self.trial, self.skill = trial, skill
        self.cell = trial.cell
        self.arm = self.cell._arms['panda']
        self.site = self.arm.site
        self.tool = self.site.tools[tool]
        self.station = self.site.stations.find(station, object)

    def begin(self, station=None):
        name = station or self.station.station_id
        return self.trial.begin('plate', '', '', skill=self.skill, station=name)

    def do(self, **more):
        return self.trial.finish(self.begin(**more))

    def move_plate(self, x=0.0, y=0.0, yaw=0.0):
        """Push the plate as a hand would that nobody has seen."""
        engine, body = self.cell._engine, self.cell._parts.bodies['plate']
        position, orientation = engine.bodies.placement(body)
        turn = from_euler(0.0, 0.0, yaw)
        there = compose((x, y, 0.0), (0.0, 0.0, 0.0, 1.0), position, turn)
        engine.bodies.place(body, there[0], there[1] if yaw else orientation)

    def take_plate_away(self):
        self.cell._parts.put('plate', (50.0, 50.0, 0.0))

    def reach(self, step, fraction=0.0):
        """Step until the arm is so far in the named step."""
        self.trial.step_until(
            lambda: self.trial.status().step == step and self.arm.drive.fraction >= fraction
        )

    def do_with(self, what, step, fraction=0.0):
        """Begin, let something happen at a step, and return the report."""
        fence = self.begin()
        self.reach(step, fraction)
        what()
        return self.trial.finish(fence)

    def cancel_at(self, step, fraction=0.0):
        """Begin, cancel at a step, and return the report."""
        return self.do_with(lambda: self.cell.cancel('panda', self.trial._fence), step, fraction)

    def must_have_left(self, report):
        """Check that a cancelled attempt has left the arm at home and idle."""
        assert report.status is AttemptStatus.CANCELED
        assert report.failure.code == 'canceled'
        assert self.site.body.is_home()
        assert self.trial.status().task_id is None


@pytest.fixture
def work_of(trial_of, small_world):
    """Return a function that makes a cell for one skill."""

    def make(skill, station, tool, **world):
        tools = world.pop('tools', (ToolSpec(kind=tool),))
        arm = replace(small_world.arms[0], tools=tools, skills=frozenset({skill}))
        arm = replace(arm, **world.pop('arm', {}))
        parts = (PLATE, small_world.parts[1])
        trial = trial_of(replace(small_world, parts=parts), arms=(arm,), **world).ready()
        return Work(trial, skill, station, tool)

    return make


@pytest.fixture
def screw():
    return SCREW


@pytest.fixture
def fastening(work_of):
    """Return a function that makes a cell with a screw, described by what is other than usual."""

    def make(people=None, **spec):
        more = {} if people is None else {'people': people}
        screw = replace(SCREW, **spec)
        return work_of('fasten', 'screw', ToolKind.SCREWDRIVER, screws=(screw,), **more)

    return make


@pytest.fixture
def dispensing(work_of):
    def make(people=None, **spec):
        more = {} if people is None else {'people': people}
        seam = replace(SEAM, **spec)
        return work_of('dispense', 'seam', ToolKind.NOZZLE, seams=(seam,), **more)

    return make


@pytest.fixture
def deburring(work_of):
    def make(people=None, **spec):
        more = {} if people is None else {'people': people}
        edge = replace(EDGE, **spec)
        return work_of('deburr', 'edge', ToolKind.DEBURRER, edges=(edge,), **more)

    return make


@pytest.fixture
def problem():
    """Return a function that gives status, phase and code of a report."""

    def of(report):
        return report.status.value, report.failure.phase.value, report.failure.code

    return of
