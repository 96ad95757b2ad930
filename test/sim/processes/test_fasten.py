"""fasten against the physics: what it does, and every way in which it can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.world import ToolKind, ToolSpec
from cobot_alloc.sim.world.processes import ScrewSpec

if TYPE_CHECKING:
    from sim.processes.conftest import Work


pytestmark = pytest.mark.sim


def test_a_screw_is_driven_home(fastening: Callable[..., Work]) -> None:
    work = fastening()
    report = work.do()
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    engine, screw = work.cell._engine, work.station
    # The physics: 8 turns and the sixth of one that the torque takes, the head on the plate.
    assert screw.turned == pytest.approx(8.0 + 1 / 6, abs=0.05)
    assert engine.links.pose(screw.body, 1).position[2] == pytest.approx(0.75, abs=2e-4)
    assert screw.tightness_nm == pytest.approx(1.2, rel=0.12)
    assert work.tool.peak_nm == pytest.approx(1.2, rel=0.01)
    assert work.site.body.is_home()
    # The feed's 20 N on the head were felt.
    assert 15.0 < report.measurements.peak_contact_force_n < 35.0


@pytest.mark.parametrize('torque_nm', [0.3, 5.0])
def test_other_torques_are_reached_too(fastening: Callable[..., Work], torque_nm: float) -> None:
    work = fastening(torque_nm=torque_nm)
    assert work.do().failure is None
    assert work.station.tightness_nm == pytest.approx(torque_nm, rel=0.15)
    assert work.tool.peak_nm == pytest.approx(torque_nm, rel=0.02)


def test_it_goes_where_the_hole_really_is(fastening: Callable[..., Work]) -> None:
    """Moved and turned within what the location takes as there, with the hole off the middle."""
    work = fastening(position=(0.49, 0.08, 0.75))
    work.move_plate(0.008, -0.006, yaw=0.4)
    work.trial.step_for(0.1)
    x, y, _ = work.station.seat
    # 0.04 and 0.03 m off the plate's middle at first; now turned by 0.4 rad and moved.
    assert (x, y) == pytest.approx((0.458 + 0.02516, 0.044 + 0.04321), abs=2e-4)
    assert work.do().failure is None
    assert work.station.is_done


@pytest.mark.parametrize(
    ('step', 'fraction', 'by_m', 'code'),
    [
        ('align', 0.5, 0.005, 'not_aligned'),
        ('press', 0.3, 0.002, 'cross_threaded'),
        ('press', 0.3, 0.005, 'not_engaged'),
        ('turn', 0.0, 0.006, 'not_engaged'),
        ('align', 0.5, 0.05, 'part_misplaced'),
        ('turn', 0.0, 0.05, 'part_misplaced'),
    ],
)
def test_a_part_that_is_moved_meanwhile_is_noticed(
    fastening: Callable[..., Work],
    problem: Callable[[AttemptReport], tuple[str, str, str]],
    step: str,
    fraction: float,
    by_m: float,
    code: str,
) -> None:
    work = fastening()
    report = work.do_with(lambda: work.move_plate(by_m), step, fraction)
    assert problem(report) == ('failed', 'execution', code)
    assert not work.station.is_done
    assert work.site.body.is_home()
    assert work.tool.screw is None


def test_a_shift_within_the_tolerance_does_no_harm(fastening: Callable[..., Work]) -> None:
    work = fastening()
    assert work.do_with(lambda: work.move_plate(0.0008), 'align', 0.5).failure is None


@pytest.mark.parametrize('step', ['align', 'press', 'turn', 'retreat'])
def test_a_part_that_is_taken_away_is_never_done(
    fastening: Callable[..., Work],
    problem: Callable[[AttemptReport], tuple[str, str, str]],
    step: str,
) -> None:
    work = fastening()
    report = work.do_with(work.take_plate_away, step)
    assert present(report.failure).code == 'part_missing'
    assert report.status is AttemptStatus.FAILED


def test_what_stands_in_the_way_before_it_begins(
    fastening: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = fastening()
    before = work.trial.status().joint_positions
    assert problem(work.do(station='weld')) == ('failed', 'precondition', 'station_unknown')
    work.move_plate(0.03)
    assert problem(work.do()) == ('failed', 'precondition', 'part_misplaced')
    work.take_plate_away()
    assert problem(work.do()) == ('failed', 'precondition', 'part_missing')
    work.cell.move_part('plate', 'aside')
    work.station.work_by_hand()
    assert problem(work.do()) == ('failed', 'precondition', 'already_done')
    assert work.trial.status().joint_positions == pytest.approx(before, abs=1e-3)


def test_a_stripped_thread_reaches_no_torque(
    fastening: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = fastening()
    work.station.strip()
    report = work.do()
    assert problem(report) == ('failed', 'execution', 'torque_not_reached')
    assert work.station.turned > 9.0
    assert work.tool.peak_nm < 0.4
    work.station.work_by_hand()
    assert not work.station.is_done  # neither by hand


def test_a_crossed_thread_stays_crossed_until_there_is_another_screw(
    fastening: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = fastening()
    work.do_with(lambda: work.move_plate(0.002), 'press', 0.3)
    assert problem(work.do()) == ('failed', 'execution', 'cross_threaded')
    assert work.station.height_m > 0.005
    work.station.clear()
    assert work.do().failure is None


@pytest.mark.parametrize('turns', [7.0, 8.05])
def test_a_screw_that_is_backed_out_by_hand_is_not_done(
    fastening: Callable[..., Work],
    problem: Callable[[AttemptReport], tuple[str, str, str]],
    turns: float,
) -> None:
    work = fastening()
    report = work.do_with(lambda: work.station.turn_to(turns), 'return')
    code = 'not_seated' if turns < 8.0 else 'torque_not_reached'
    assert problem(report) == ('failed', 'postcondition', code)


def test_a_part_that_is_moved_after_it_was_fastened_is_not_done(
    fastening: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = fastening()
    report = work.do_with(lambda: work.move_plate(0.03), 'return')
    assert problem(report) == ('failed', 'postcondition', 'part_misplaced')


@pytest.mark.parametrize(
    'step', ['approach', 'align', 'settle', 'press', 'turn', 'retreat', 'return']
)
def test_it_can_be_cancelled_at_any_time(fastening: Callable[..., Work], step: str) -> None:
    work = fastening()
    report = work.cancel_at(step)
    work.must_have_left(report)
    assert work.tool.screw is None
    turns, *_ = work.station.describe().split(',')  # the head still moves a little
    assert f'{turns},' in present(report.failure).detail


def test_a_screw_left_half_way_is_driven_on(fastening: Callable[..., Work]) -> None:
    work = fastening()
    fence = work.begin()
    work.trial.step_until(lambda: work.station.turned > 3.0)
    work.cell.cancel(AgentId('panda'), Fence(fence))
    work.trial.finish(fence)
    assert 3.0 < work.station.turned < 5.0
    assert work.do().failure is None
    assert work.station.turned == pytest.approx(8.0 + 1 / 6, abs=0.05)


def test_the_spindle_stands_still_with_the_arm(
    fastening: Callable[..., Work], close: tuple[float, float], far_away: tuple[float, float]
) -> None:
    work = fastening()
    fence = work.begin()
    work.trial.step_until(lambda: work.station.turned > 2.0)
    work.cell.place_person('ada', close)
    work.trial.step_for(0.5)
    stopped_at = work.station.turned
    work.trial.step_for(2.0)
    assert work.station.turned == pytest.approx(stopped_at, abs=1e-3)
    assert stopped_at < 4.0
    work.cell.place_person('ada', far_away)
    work.trial.step_for(0.2)
    assert work.cell.resume(AgentId('panda'))
    assert work.trial.finish(fence).failure is None


def test_a_screw_may_lean(fastening: Callable[..., Work]) -> None:
    """Without a part: one that goes into the bench by 20 degrees off the vertical."""
    work = fastening(
        position=(0.40, -0.20, 0.70), direction=(0.342, 0.0, -0.94), on='bench', at=''
    )
    assert work.do().failure is None
    assert work.station.is_done
    assert work.station.axis == pytest.approx((0.342, 0.0, -0.94), abs=1e-3)


def test_an_arm_with_two_tools_takes_the_right_one(
    work_of: Callable[..., Work], screw: ScrewSpec
) -> None:
    tools = (
        ToolSpec(kind=ToolKind.SUCTION, lean=-0.5),
        ToolSpec(kind=ToolKind.SCREWDRIVER, lean=0.5),
    )
    work = work_of('fasten', 'screw', ToolKind.SCREWDRIVER, screws=(screw,), tools=tools)
    assert work.do().failure is None
    assert work.station.is_done


def test_two_worlds_side_by_side_stay_equal(fastening: Callable[..., Work]) -> None:
    works = [fastening(), fastening()]
    seen: list[list[Any]] = [[], []]
    for work in works:
        work.begin()
    for step in range(1300):
        for work, states in zip(works, seen, strict=True):
            work.cell.step()
            if step % 50 == 0:
                states.append((*work.station.joints(), *work.site.body.posture()))
    assert seen[0] == seen[1]
    assert len(set(seen[0])) > 15
    assert works[0].station.is_done


def test_an_arm_that_is_not_where_its_encoders_say_does_not_align(
    fastening: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = fastening()
    report = work.do_with(lambda: work.site.body.drift(0.01), 'approach')
    assert problem(report) == ('failed', 'execution', 'not_aligned')
    assert work.station.turned == 0.0


@pytest.mark.parametrize('torque_nm', [0.3, 1.2, 5.0])
def test_beside_a_person_it_takes_longer_and_the_torque_is_the_same(
    fastening: Callable[..., Work], near: tuple[float, float], torque_nm: float
) -> None:
    work = fastening(torque_nm=torque_nm)
    work.cell.place_person('ada', near)
    work.trial.step_for(0.3)
    report = work.trial.finish(work.begin(), 90.0)
    assert report.failure is None
    assert report.measurements.duration_s > 15.0
    assert work.station.tightness_nm == pytest.approx(torque_nm, rel=0.15)
