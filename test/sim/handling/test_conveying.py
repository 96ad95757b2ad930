"""Arms with belts and trays: deliver to what takes parts away, wait for what brings them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.stations.conveyor import Conveyor
from cobot_alloc.sim.stations.shuttle import Shuttle
from cobot_alloc.sim.world import ConveyorSpec, LocationSpec, PartSpec, ShuttleSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim

BELT = ConveyorSpec(station_id='belt', start=(0.52, -0.40, 0.75), end=(-0.10, -0.40, 0.75))
LOCK = ShuttleSpec(station_id='lock', load_at=(0.45, 0.75, 0.75), unload_at=(0.45, 0.40, 0.75))


@pytest.fixture
def line(trial_of: Callable[..., Trial], small_world: World) -> Trial:
    """Return a cell with a belt on one side of the arm and an airlock tray on the other."""
    places = {
        'here': (0.55, 0.0, 0.70),
        'aside': (0.10, 0.45, 0.70),
        'infeed': (0.46, -0.40, 0.75),
        'outfeed': (-0.073, -0.40, 0.75),
        'outer': (0.45, 0.75, 0.75),
        'inner': (0.45, 0.40, 0.75),
        'beyond': (1.60, 0.0, 0.0),
    }
    return trial_of(
        small_world,
        locations=tuple(LocationSpec(name=name, position=at) for name, at in places.items()),
        conveyors=(BELT,),
        shuttles=(LOCK,),
        parts=(
            PartSpec(part_id='block', at='here', size=(0.05, 0.05, 0.05), mass_kg=0.3),
            PartSpec(part_id='spare', at='beyond', size=(0.05, 0.05, 0.05), mass_kg=0.3),
        ),
    ).ready()


def belt_of(trial: Trial):
    return trial.cell._stations.find('belt', Conveyor)


def lock_of(trial: Trial):
    return trial.cell._stations.find('lock', Shuttle)


def problem(report: AttemptReport) -> tuple[AttemptStatus, Phase | Any, str]:
    return report.status, present(report.failure).phase, present(report.failure).code


def test_what_is_set_on_a_belt_is_delivered_although_it_is_carried_off(line: Trial) -> None:
    report = line.do('block', 'here', 'infeed')
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    assert report.measurements.placement_error_m is None  # it was gone before it could be seen
    assert present(belt_of(line)).bears('block')
    assert line.distance('block', 'infeed') > 0.05


def test_an_arm_waits_for_what_a_belt_brings(line: Trial) -> None:
    line.do('block', 'here', 'infeed')
    fence = line.begin('block', 'outfeed', 'here')
    line.reach('wait for belt')
    assert line.cell._arms[AgentId('panda')].site.body.is_home()
    assert line.finish(fence).failure is None
    assert line.distance('block', 'here') < 0.003


def test_the_belt_stands_while_the_arm_reaches_over_it(line: Trial) -> None:
    fence = line.begin('block', 'here', 'infeed')
    line.step_until(lambda: line.status().step == 'retreat')
    assert not present(belt_of(line)).is_running
    assert line.finish(fence).failure is None


def test_a_part_taken_off_the_belt_by_hand_is_not_delivered(line: Trial) -> None:
    fence = line.begin('block', 'here', 'infeed')
    line.reach('return')
    line.cell.move_part('block', 'aside')
    report = line.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')
    assert 'at aside' in present(report.failure).detail


@pytest.mark.parametrize('shift', [(-0.10, 0.0), (0.10, 0.0), (0.0, 0.03), (0.04, -0.03)])
@pytest.mark.parametrize('step', ['retreat', 'return'])
def test_a_part_moved_by_hand_along_the_belt_is_not_delivered(
    line: Trial, shift: tuple[float, float], step: str
) -> None:
    """On the same belt, upright, it rides on: but it is not the belt that brought it there."""
    fence = line.begin('block', 'here', 'infeed')
    line.reach(step)
    line.step_for(0.2)
    x, y, z = line.cell.part_position('block')
    line.cell._parts.put('block', (x + shift[0], y + shift[1], z - 0.025))
    report = line.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')


def test_a_part_lifted_and_put_elsewhere_on_the_belt_is_not_delivered(line: Trial) -> None:
    fence = line.begin('block', 'here', 'infeed')
    line.reach('return')
    line.step_for(0.3)
    x, y, z = line.cell.part_position('block')
    for above in (0.05, 0.10, 0.05, 0.0):
        line.cell._parts.put('block', (x - 0.10, y, z - 0.024 + above))
        line.step_for(0.1)
    report = line.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')


def test_a_part_moved_by_hand_just_before_the_report_is_not_delivered(line: Trial) -> None:
    """Whatever is true at the very moment of the report counts."""
    fence = line.begin('block', 'here', 'infeed')
    line.reach('return')
    arm = line.cell._arms[AgentId('panda')]
    line.step_until(lambda: arm.drive.fraction > 0.999)
    x, y, z = line.cell.part_position('block')
    line.cell._parts.put('block', (x + 0.05, y, z - 0.025))
    report = line.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')


@pytest.fixture
def outward(trial_of: Callable[..., Trial], line: Trial) -> Trial:
    """Return the cell with a tray that the arm loads, and that takes parts out."""
    outward = ShuttleSpec(station_id='lock', load_at=LOCK.unload_at, unload_at=LOCK.load_at)
    return trial_of(line.cell.world, shuttles=(outward,)).ready()


def send_tray_away(trial: Trial) -> None:
    """Let the tray go out with something, and take that off it there."""
    trial.cell.move_part('spare', 'inner')
    trial.step_until(lambda: present(lock_of(trial)).has_brought('spare'), 15.0)
    trial.cell.move_part('spare', 'beyond')


def test_an_arm_waits_until_the_tray_is_back(outward: Trial) -> None:
    send_tray_away(outward)
    fence = outward.begin('block', 'here', 'inner')
    outward.reach('wait for lock')
    assert outward.finish(fence).failure is None
    assert present(lock_of(outward)).bears('block')


def test_nothing_is_set_down_where_the_tray_does_not_come(outward: Trial) -> None:
    send_tray_away(outward)
    present(lock_of(outward)).jam()
    report = outward.finish(outward.begin('block', 'here', 'inner'), limit_s=70.0)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'not_arriving')
    assert 'lock has not come to inner in 60 s' in present(report.failure).detail
    assert outward.distance('block', 'here') < 0.001


@pytest.mark.parametrize(('aside_m', 'code'), [(0.0, None), (0.04, 'misplaced')])
def test_a_part_moved_by_hand_on_the_tray_is_not_delivered(
    outward: Trial, aside_m: float, code: str | None
) -> None:
    fence = outward.begin('block', 'here', 'inner')
    outward.reach('return')
    outward.step_for(0.2)
    x, y, z = outward.cell.part_position('block')
    outward.cell._parts.put('block', (x + aside_m, y, z - 0.025))
    failure = outward.finish(fence).failure
    assert (failure and failure.code) == code


def test_a_part_that_rides_to_the_stop_behind_others_is_delivered(line: Trial) -> None:
    """It slips, is braked and pushes against the next one: none of it is a hand."""
    line.cell.move_part('spare', 'infeed')
    belt = belt_of(line)
    line.step_until(lambda: present(belt).has_brought('spare'), 20.0)
    assert line.do('block', 'here', 'infeed').failure is None
    infeed = line.cell.world.location('infeed')
    x, _, _ = line.cell.part_position('block')
    line.cell._parts.put('spare', (1.6, 0.0, 0.0))  # then it rides on to the stop
    line.step_until(lambda: present(belt).has_brought('block'), 20.0)
    assert present(belt).carries_from(
        'block', present(infeed).position, present(infeed).tolerance_m
    )
    assert line.cell.part_position('block')[0] < x - 0.03


def test_a_part_taken_off_the_belt_while_the_arm_waits_is_missed(line: Trial) -> None:
    line.do('block', 'here', 'infeed')
    fence = line.begin('block', 'outfeed', 'here')
    line.reach('wait for belt')
    line.cell.move_part('block', 'aside')
    report = line.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'part_misplaced')


def test_a_belt_that_does_not_bring_the_part_is_reported(line: Trial) -> None:
    line.do('block', 'here', 'infeed')
    present(belt_of(line)).jam()
    fence = line.begin('block', 'outfeed', 'here')
    report = line.finish(fence, limit_s=70.0)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'not_arriving')
    assert (
        'm from outfeed and has not moved for 60 s; belt: standing'
        in present(report.failure).detail
    )
    present(belt_of(line)).clear()
    assert line.do('block', 'outfeed', 'here').failure is None


def test_an_arm_waits_until_there_is_room_on_the_belt(line: Trial) -> None:
    line.cell.move_part('spare', 'infeed')
    fence = line.begin('block', 'here', 'infeed')
    line.reach('wait for belt')
    assert line.finish(fence).failure is None
    assert present(belt_of(line)).load() == ['spare', 'block']


def test_a_part_comes_in_through_the_airlock_while_the_arm_waits(line: Trial) -> None:
    line.cell.move_part('block', 'outer')
    line.step_for(0.2)
    fence = line.begin('block', 'inner', 'here')
    line.reach('wait for lock')
    report = line.finish(fence)
    assert report.failure is None
    assert line.distance('block', 'here') < 0.003
    line.step_until(lambda: present(lock_of(line)).at_m < 0.003, 10.0)


def test_the_tray_stays_while_the_arm_takes_the_part_off(line: Trial) -> None:
    line.cell.move_part('block', 'outer')
    line.step_until(lambda: present(lock_of(line)).at_m > 0.349, 10.0)
    fence = line.begin('block', 'inner', 'here')
    line.reach('lift')
    line.step_for(0.3)
    assert present(lock_of(line)).at_m > 0.348
    assert line.finish(fence).failure is None


@pytest.mark.parametrize('step', ['wait for belt', 'approach', 'lift'])
def test_it_can_be_canceled_while_it_waits_and_afterwards(line: Trial, step: str) -> None:
    line.do('block', 'here', 'infeed')
    fence = line.begin('block', 'outfeed', 'here')
    line.reach(step)
    assert line.cell.cancel(AgentId('panda'), Fence(fence))
    report = line.finish(fence, limit_s=30.0)
    assert report.status is AttemptStatus.CANCELED
    assert line.cell._arms[AgentId('panda')].site.body.is_home()
    assert line.cell._arms[AgentId('panda')].site.held is None


def test_a_part_goes_round_and_round(line: Trial) -> None:
    """The same part, over belt and bench and back, without the belt ever losing it."""
    for _ in range(3):
        assert line.do('block', 'here', 'infeed').failure is None
        assert line.do('block', 'outfeed', 'here').failure is None
    assert line.distance('block', 'here') < 0.003


def test_the_same_bits_twice(
    trial_of: Callable[..., Trial], small_world: World, line: Trial
) -> None:
    figures = []
    for trial in (line, trial_of(line.cell.world).ready()):
        trial.do('block', 'here', 'infeed')
        trial.do('block', 'outfeed', 'here')
        figures.append((trial.cell.snapshot(), trial.reports))
    assert figures[0] == figures[1]
