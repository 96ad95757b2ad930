"""machine_tend against the physics: one part through a machine, and all that can prevent it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.stations.machine import is_finished, Machine
from cobot_alloc.sim.world import (
    FaultKind,
    FaultSpec,
    LocationSpec,
    MachineSpec,
    PartSpec,
    ToolKind,
    ToolSpec,
)
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim

BLOCK = PartSpec(
    part_id='block',
    at='here',
    size=(0.05, 0.05, 0.05),
    mass_kg=0.3,
    finished=(0.048, 0.046, 0.047),
)
MILL = MachineSpec(station_id='mill', position=(0.48, 0.0, 0.7), yaw=3.1415927, cycle_s=2.0)


@pytest.fixture
def mill_world(small_world: World) -> World:
    (arm,) = small_world.arms
    places = [place for place in small_world.locations if place.name in ('here', 'there')]
    places += [
        LocationSpec(name='aside', position=(0.10, 0.45, 0.70)),
        LocationSpec(name='beyond', position=(1.60, 0.00, 0.00)),
    ]
    return replace(
        small_world,
        arms=(replace(arm, skills=frozenset({'machine_tend'})),),
        locations=(
            replace(places[0], position=(0.30, 0.40, 0.70)),
            replace(places[1], position=(0.30, -0.40, 0.70)),
            *places[2:],
        ),
        machines=(MILL,),
        parts=(BLOCK, replace(BLOCK, part_id='spare', at='beyond')),
    )


@pytest.fixture
def tending(trial_of: Callable[..., Trial], mill_world: World) -> tuple[Trial, Any]:
    """Return a cell ready to work, and its machine."""
    trial = trial_of(mill_world).ready()
    return trial, machine_of(trial)


def machine_of(trial: Trial):
    return trial.cell._stations.find('mill', Machine)


def begin(trial: Trial, **more: Any) -> int:
    return trial.begin(skill='machine_tend', station='mill', **more)


def do(trial: Trial, **more: Any) -> AttemptReport:
    return trial.finish(begin(trial, **more), limit_s=90.0)


def problem(report: AttemptReport) -> tuple[Any, Any, Any]:
    return report.status, present(report.failure).phase, present(report.failure).code


def put(trial: Trial, part: str, underside: tuple[float, float, float]) -> None:
    """Move a part as a hand would, to where no location is."""
    trial.cell._parts.put(part, underside)


def size(trial: Trial, part: str = 'block') -> Vector:
    return trial.cell._parts.shape(part).size


def is_home(trial: Trial) -> bool:
    return trial.cell._arms[AgentId('panda')].site.body.is_home()


def test_a_part_goes_through_the_machine(tending: tuple[Trial, Any]) -> None:
    trial, mill = tending
    report = do(trial)
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    assert size(trial) == pytest.approx(BLOCK.finished, abs=0.0003)
    x, y, z = trial.cell.part_position('block')
    assert (x, y) == pytest.approx((0.30, -0.40), abs=0.004)
    assert z == pytest.approx(0.70 + size(trial)[2] / 2, abs=0.001)
    assert mill.contents() == []
    assert is_home(trial)
    assert report.measurements.peak_contact_force_n < 60.0


def test_while_the_machine_works_the_arm_claims_no_room(tending: tuple[Trial, Any]) -> None:
    """It stands at home, and another arm may go where it went."""
    trial, mill = tending
    traffic = trial.cell._arms[AgentId('panda')].site.traffic
    begin(trial)
    trial.reach('carry')
    assert 'panda' in traffic.under_way
    trial.step_until(lambda: mill.is_running, limit_s=60.0)
    assert is_home(trial)
    assert 'panda' not in traffic.under_way


def test_two_fingers_can_do_it_too(trial_of: Callable[..., Trial], mill_world: World) -> None:
    (arm,) = mill_world.arms
    tool = ToolSpec(kind=ToolKind.TWO_FINGER)
    trial = trial_of(mill_world, arms=(replace(arm, tools=(tool,)),)).ready()
    assert do(trial).failure is None
    assert is_finished(trial.cell._parts, 'block')


@pytest.mark.parametrize(
    ('task', 'code'),
    [
        ({'station': 'lathe'}, 'station_unknown'),
        ({'part': 'ghost'}, 'part_unknown'),
        ({'target': 'nowhere'}, 'location_unknown'),
        ({'source': 'aside'}, 'part_misplaced'),
        ({'payload_kg': 9.0}, 'too_heavy'),
    ],
)
def test_an_unmet_precondition_ends_it_before_the_first_motion(
    tending: tuple[Trial, Any], task: dict[str, Any], code: str
) -> None:
    trial, mill = tending
    given: dict[str, Any] = {'skill': 'machine_tend', 'station': 'mill', **task}
    report = trial.finish(trial.begin(**given))
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, code)
    assert mill.is_closed
    assert report.measurements.duration_s < 0.1


def test_a_part_without_a_finished_size_is_not_for_a_machine(
    trial_of: Callable[..., Trial], mill_world: World
) -> None:
    trial = trial_of(mill_world, parts=(replace(BLOCK, finished=None),)).ready()
    assert problem(do(trial)) == (
        AttemptStatus.FAILED,
        Phase.PRECONDITION,
        'not_for_a_machine',
    )


def test_a_part_that_the_jaws_cannot_take_is_refused(
    trial_of: Callable[..., Trial], mill_world: World
) -> None:
    wide = replace(BLOCK, size=(0.05, 0.095, 0.05), finished=(0.05, 0.09, 0.05))
    report = do(trial_of(mill_world, parts=(wide,)).ready())
    assert present(report.failure).code == 'too_wide'
    assert '95.0 mm wide' in present(report.failure).detail


def test_a_machine_with_another_part_in_it_is_busy(tending: tuple[Trial, Any]) -> None:
    trial, _ = tending
    put(trial, 'spare', (0.48, 0.0, 0.8005))
    trial.step_for(0.2)
    report = do(trial)
    assert present(report.failure).code == 'machine_busy'
    assert 'spare inside' in present(report.failure).detail


def test_a_part_that_is_finished_already_is_not_cut_again(tending: tuple[Trial, Any]) -> None:
    trial, _ = tending
    trial.cell._parts.reshape('block', present(BLOCK.finished))
    assert present(do(trial).failure).code == 'already_machined'


def test_an_occupied_target_is_found(tending: tuple[Trial, Any]) -> None:
    trial, _ = tending
    trial.cell.move_part('spare', 'there')
    assert present(do(trial).failure).code == 'target_occupied'


def test_a_door_that_sticks_is_reported_and_the_part_stays(tending: tuple[Trial, Any]) -> None:
    trial, mill = tending
    mill.jam()
    report = do(trial)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'door_stuck')
    assert '% open' in present(report.failure).detail
    assert trial.distance('block', 'here') < 0.002
    mill.clear()
    assert do(trial).failure is None


def test_a_door_that_sticks_with_the_part_inside_is_gone_on_with_after_it_was_cleared(
    tending: tuple[Trial, Any],
) -> None:
    trial, mill = tending
    fence = begin(trial)
    trial.reach('return')
    mill.jam()
    report = trial.finish(fence)
    assert present(report.failure).code == 'door_stuck'
    assert mill.contents() == ['block']
    mill.clear()
    report = do(trial)
    assert report.failure is None
    assert is_finished(trial.cell._parts, 'block')


def test_a_chuck_that_holds_on_is_reported_before_the_arm_pulls_at_the_part(
    tending: tuple[Trial, Any],
) -> None:
    trial, mill = tending
    fence = begin(trial)
    trial.reach('machine')
    mill.jam('jaws')
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'chuck_stuck')
    assert mill.clamped() == 'block'
    mill.clear()
    report = do(trial)  # the part is finished and only has to be taken out
    assert report.failure is None
    assert report.measurements.duration_s < 12.0


def test_without_power_nothing_is_begun(tending: tuple[Trial, Any]) -> None:
    trial, mill = tending
    mill.set_power(on=False)
    assert problem(do(trial)) == (
        AttemptStatus.FAILED,
        Phase.PRECONDITION,
        'machine_without_power',
    )
    assert trial.distance('block', 'here') < 0.002


def test_a_fault_of_the_world_file_jams_the_door(
    trial_of: Callable[..., Trial], mill_world: World
) -> None:
    jam = FaultSpec(kind=FaultKind.STATION_JAMMED, skill='machine_tend', nth=1)
    trial = trial_of(mill_world, faults=(jam,)).ready()
    assert present(do(trial).failure).code == 'door_stuck'
    trial.cell.set_right('mill')
    assert do(trial).failure is None


def test_a_fault_of_the_world_file_takes_the_power_away_for_a_while(
    trial_of: Callable[..., Trial], mill_world: World
) -> None:
    dip = FaultSpec(kind=FaultKind.POWER_DIP, station='mill', nth=1, during='lower', lasts_s=20.0)
    trial = trial_of(mill_world, faults=(dip,)).ready()
    report = do(trial)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'machine_without_power')
    trial.step_for(20.0)
    assert do(trial).failure is None


def test_a_power_dip_in_the_cycle_leaves_the_part_in_the_chuck(tending: tuple[Trial, Any]) -> None:
    trial, mill = tending
    fence = begin(trial)
    trial.reach('machine')
    trial.step_for(0.5)
    mill.set_power(on=False)
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'machine_without_power')
    assert 'into a cycle of 2.0 s' in present(report.failure).detail
    assert size(trial) == BLOCK.size
    mill.set_power(on=True)
    assert do(trial).failure is None


def test_a_part_taken_out_of_the_running_machine_is_missed(tending: tuple[Trial, Any]) -> None:
    trial, _ = tending
    fence = begin(trial)
    trial.reach('machine')
    trial.step_for(0.5)
    trial.cell.move_part('block', 'aside')
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'chuck_empty')
    assert 'at aside' in present(report.failure).detail


def test_another_part_put_into_the_chuck_is_not_taken_for_it(tending: tuple[Trial, Any]) -> None:
    trial, _ = tending
    fence = begin(trial)
    trial.reach('clamp')
    trial.cell.move_part('block', 'aside')
    put(trial, 'spare', (0.48, 0.0, 0.8005))
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'chuck_empty')
    assert 'with spare between them' in present(report.failure).detail
    assert size(trial, 'spare') == BLOCK.size


BEFORE = ['open the door', 'plan', 'approach', 'lower', 'carry', 'set down']
IN_CHUCK = ['retreat', 'clamp', 'close the door', 'machine', 'machine, then open the door']


def reach(trial: Trial, steps: str) -> None:
    """Step until the arm is at the last of several steps, one after the other."""
    for step in steps.split(', then '):
        trial.reach(step)
    trial.step_for(0.1)


@pytest.mark.parametrize('step', [*BEFORE[:4], *IN_CHUCK])
def test_a_part_moved_by_hand_never_ends_in_success(tending: tuple[Trial, Any], step: str) -> None:
    """Where it is not in the grip, it can be taken away at every step."""
    trial, _ = tending
    fence = begin(trial)
    reach(trial, step)
    trial.cell.move_part('block', 'aside')
    report = trial.finish(fence, limit_s=60.0)
    assert report.status is AttemptStatus.FAILED
    assert trial.distance('block', 'aside') < 0.02


def test_a_part_moved_when_it_was_done_is_misplaced(tending: tuple[Trial, Any]) -> None:
    trial, _ = tending
    fence = begin(trial)
    trial.step_until(lambda: is_finished(trial.cell._parts, 'block'), 60.0)
    trial.reach('return')
    trial.cell.move_part('block', 'aside')
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')


@pytest.mark.parametrize('step', [*BEFORE, *IN_CHUCK])
def test_it_can_be_canceled_at_any_time(tending: tuple[Trial, Any], step: str) -> None:
    trial, mill = tending
    fence = begin(trial)
    reach(trial, step)
    assert trial.cell.cancel(AgentId('panda'), Fence(fence))
    report = trial.finish(fence, limit_s=30.0)
    assert report.status is AttemptStatus.CANCELED
    assert (
        'mill: door' in present(report.failure).detail
        or 'of its cycle left' in present(report.failure).detail
    )
    assert is_home(trial)
    assert trial.cell._arms[AgentId('panda')].site.held is None
    if step in IN_CHUCK:
        assert mill.contents() == ['block']
    else:
        assert trial.distance('block', 'here') < 0.02


def test_a_canceled_task_can_be_done_afterwards(tending: tuple[Trial, Any]) -> None:
    trial, mill = tending
    fence = begin(trial)
    trial.reach('machine')
    trial.cell.cancel(AgentId('panda'), Fence(fence))
    trial.finish(fence)
    trial.step_until(lambda: not mill.is_running, 10.0)
    assert do(trial).failure is None
    assert is_finished(trial.cell._parts, 'block')


def test_the_same_bits_twice(trial_of: Callable[..., Trial], mill_world: World) -> None:
    figures = []
    for _ in range(2):
        trial = trial_of(mill_world).ready()
        report = do(trial)
        assert report.failure is None
        figures.append((trial.cell.snapshot(), report.measurements))
    assert figures[0] == figures[1]
