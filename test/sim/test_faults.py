"""Faults act on the physics; the arm finds out by what it measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.faults.schedule import FaultSchedule
from cobot_alloc.sim.world import FaultKind, FaultSpec, LocationSpec, PartSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim

K = FaultKind
TASK = Task(
    task_id=TaskId('task'),
    order_id=OrderId('order'),
    skill='pick_place',
    part='block',
    source='here',
    target='there',
)


def code(report: AttemptReport) -> tuple[Phase, str] | None:
    return None if report.failure is None else (report.failure.phase, report.failure.code)


def test_a_part_is_pushed_aside_at_a_time(trial_of: Callable[..., Trial]) -> None:
    fault = FaultSpec(kind=K.PART_MISPLACED, part='block', offset=(0.0, 0.06, 0.0), at_s=0.5)
    trial = trial_of(faults=(fault,)).ready()
    trial.step_for(1.0)
    assert trial.distance('block', 'here') == pytest.approx(0.06, abs=0.005)
    assert code(trial.do()) == (Phase.PRECONDITION, 'part_misplaced')


def test_a_part_that_vanishes_on_the_way_to_it_is_not_gripped(
    trial_of: Callable[..., Trial],
) -> None:
    fault = FaultSpec(kind=K.PART_MISSING, part='block', skill='pick_place', during='approach')
    report = trial_of(faults=(fault,)).ready().do()
    assert code(report) == (Phase.EXECUTION, 'grip_failed')
    assert 'nowhere in the cell' in present(report.failure).detail


def test_two_parts_change_places(trial_of: Callable[..., Trial]) -> None:
    fault = FaultSpec(kind=K.PART_WRONG, part='block', other='spare')
    trial = trial_of(faults=(fault,)).ready()
    assert trial.distance('spare', 'here') < 0.002
    assert code(trial.do()) == (Phase.PRECONDITION, 'part_misplaced')


def test_joints_that_do_not_follow_are_noticed_and_the_arm_stays_where_it_is(
    trial_of: Callable[..., Trial],
) -> None:
    fault = FaultSpec(kind=K.ARM_STALLED, agent='panda', after_fraction=0.3, nth=1)
    trial = trial_of(faults=(fault,)).ready()
    report = trial.do()
    assert code(report) == (Phase.EXECUTION, 'not_following')
    stands = trial.status().joint_positions
    trial.step_for(1.0)
    assert trial.status().joint_positions == pytest.approx(stands, abs=1e-3)
    # Nothing helps but repair; whoever tries again is told again.
    assert code(trial.do()) == (Phase.EXECUTION, 'not_following')
    trial.cell.set_right('panda')
    assert trial.do().failure is None or trial.distance('block', 'here') > 0.002


def test_encoders_that_lie_show_in_where_the_part_comes_to_lie(
    trial_of: Callable[..., Trial],
) -> None:
    fault = FaultSpec(kind=K.ARM_DRIFT, agent='panda', at_s=0.0, drift_radps=0.012)
    trial = trial_of(faults=(fault,)).ready()
    report = trial.do()
    assert code(report) in {
        (Phase.POSTCONDITION, 'misplaced'),
        (Phase.EXECUTION, 'grip_failed'),
        (Phase.EXECUTION, 'part_dropped'),
    }


def test_a_lost_tool_ends_the_attempt_and_lies_where_it_fell(
    trial_of: Callable[..., Trial],
) -> None:
    fault = FaultSpec(kind=K.TOOL_LOST, agent='panda', during='carry', after_fraction=0.5, nth=1)
    trial = trial_of(faults=(fault,)).ready()
    report = trial.do()
    assert code(report) == (Phase.EXECUTION, 'tool_lost')
    assert report.status is AttemptStatus.FAILED
    assert trial.distance('block', 'there') > 0.02
    trial.cell.move_part('block', 'here')
    assert code(trial.do()) == (Phase.EXECUTION, 'tool_lost')
    trial.cell.set_right('panda')
    trial.cell.move_part('block', 'here')
    assert trial.do().failure is None


def test_a_silent_arm_stands_still_until_it_speaks_again(trial_of: Callable[..., Trial]) -> None:
    fault = FaultSpec(kind=K.ARM_SILENT, agent='panda', after_fraction=0.4, nth=1, lasts_s=2.0)
    trial = trial_of(faults=(fault,)).ready()
    fence = trial.begin()
    trial.step_until(lambda: trial.status().is_silent)
    trial.step_for(0.5)
    assert trial.status().speed_scale == 0.0
    trial.step_until(lambda: not trial.status().is_silent)
    assert trial.finish(fence).failure is None


@pytest.mark.parametrize('kind', [K.SENSING_DARK, K.SENSING_FROZEN])
def test_sensing_that_fails_stops_every_arm_and_comes_back(
    trial_of: Callable[..., Trial], kind: FaultKind
) -> None:
    trial = trial_of(faults=(FaultSpec(kind=kind, at_s=1.0, lasts_s=1.0),)).ready()
    trial.step_for(1.6)
    assert trial.status().mode.value == 'UNKNOWN'
    trial.step_for(1.0)
    assert trial.cell.resume(AgentId('panda'))


class _Arm:
    """Stands in for an arm that is somewhere on its way."""

    def __init__(self) -> None:
        self.fence = 0
        self.progress = 1.0
        self.site = self
        self.spec = self
        self.agent_id = 'panda'
        self.drive = self
        self.step = None
        self.fraction = 0.0


def happened(world: World, fault: FaultSpec, attempts: int) -> list[int]:
    """Return to which of so many attempts a fault happens."""
    numbers = []
    engine = FaultSchedule(
        replace(world, faults=(fault,)),
        {kind: lambda *_: numbers.append(arm.fence) for kind in FaultKind},
    )
    arm = _Arm()
    for number in range(1, attempts + 1):
        arm.fence = number
        engine.begin(arm, TASK, number)
        engine.advance(float(number))
        arm.fence = 0
        engine.advance(number + 0.5)
    return numbers


def test_the_nth_attempt_that_matches_is_the_one(small_world: World) -> None:
    fault = FaultSpec(kind=K.ARM_STALLED, agent='panda', place='there', nth=3)
    assert happened(small_world, fault, 6) == [3]
    elsewhere = replace(fault, place='aside')
    assert happened(small_world, elsewhere, 6) == []


def test_a_probability_is_a_share_of_the_attempts_and_the_same_every_time(
    small_world: World,
) -> None:
    fault = FaultSpec(kind=K.ARM_STALLED, agent='panda', probability=0.3)
    hit = happened(small_world, fault, 400)
    assert 80 < len(hit) < 160
    assert hit == happened(small_world, fault, 400)
    assert hit != happened(replace(small_world, seed=7), fault, 400)


def test_what_is_so_from_the_start_is_so_before_the_first_step(
    trial_of: Callable[..., Trial],
) -> None:
    trial = trial_of(
        locations=(LocationSpec(name='here', position=(0.40, 0.25, 0.70)),),
        parts=(PartSpec(part_id='block', at='here', size=(0.05, 0.05, 0.05), mass_kg=0.3),),
        faults=(FaultSpec(kind=K.PART_MISSING, part='block'),),
    )
    assert trial.cell.part_position('block')[0] > 50.0
