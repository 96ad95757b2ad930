"""dispense against the physics: what it does, and every way in which it can fail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId

if TYPE_CHECKING:
    from sim.processes.conftest import Work


pytestmark = pytest.mark.sim


def test_a_bead_is_laid_along_the_seam(dispensing: Callable[..., Work]) -> None:
    work = dispensing()
    report = work.do()
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    seam = work.station
    assert seam.coverage == 1.0
    assert seam.speed_error < 0.06  # slower only at the ends and round the corner
    assert 0.0035 < seam.thickest_m < 0.005
    (line,) = seam.beads
    # On the plate, from one end of the seam to the other, along 160 mm.
    assert all(point[2] == pytest.approx(0.75, abs=5e-4) for point in line)
    assert dist(line[0], (0.41, 0.01, 0.75)) < 0.002
    assert dist(line[-1], (0.49, 0.09, 0.75)) < 0.002
    length_m = sum(dist(a, b) for a, b in pairwise(line))
    assert length_m == pytest.approx(0.16, abs=0.004)
    assert report.measurements.peak_contact_force_n == 0.0  # nothing was touched


def test_it_goes_where_the_seam_really_is(dispensing: Callable[..., Work]) -> None:
    work = dispensing()
    work.move_plate(0.008, -0.006, yaw=0.3)
    work.trial.step_for(0.1)
    assert work.do().failure is None
    assert work.station.coverage == 1.0


def test_a_bead_goes_along_with_its_part(dispensing: Callable[..., Work]) -> None:
    work = dispensing()
    work.do()
    (before,) = work.station.beads
    work.cell.move_part('plate', 'there')
    (after,) = work.station.beads
    assert after[0] == pytest.approx((before[0][0], before[0][1] - 0.25, before[0][2]), abs=1e-3)
    assert work.station.coverage == 1.0


def test_a_nozzle_that_clogs_leaves_a_gap_which_the_next_try_closes(
    dispensing: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = dispensing()
    report = work.do_with(lambda: work.tool.set_clogged(clogged=True), 'lay', 0.5)
    assert problem(report) == ('failed', 'postcondition', 'bead_gap')
    ((start_m, end_m),) = work.station.gaps
    assert 0.05 < start_m < 0.11
    assert end_m == pytest.approx(0.16)
    assert f'from {start_m * 1e3:.0f} to 160 mm' in present(report.failure).detail
    first = work.station.beads[0]
    work.tool.set_clogged(clogged=False)
    assert work.do().failure is None
    assert work.station.coverage == 1.0
    assert not work.station.is_too_thick
    # What was there was left alone.
    for old, now in zip(first[:-1], work.station.beads[0], strict=False):
        assert now == pytest.approx(old, abs=1e-5)


@pytest.mark.parametrize(('by_m', 'code'), [(0.001, None), (0.005, 'bead_gap')])
def test_a_part_that_is_moved_under_the_nozzle(
    dispensing: Callable[..., Work],
    problem: Callable[[AttemptReport], tuple[str, str, str]],
    by_m: float,
    code: str | None,
) -> None:
    work = dispensing()
    report = work.do_with(lambda: work.move_plate(by_m, -by_m), 'lay', 0.5)
    if code is None:
        assert report.failure is None
    else:
        assert problem(report) == ('failed', 'postcondition', code)
        assert 0.3 < work.station.coverage < 0.7


@pytest.mark.parametrize('step', ['lower', 'lay', 'return'])
def test_a_part_that_is_taken_away_is_never_done(
    dispensing: Callable[..., Work],
    problem: Callable[[AttemptReport], tuple[str, str, str]],
    step: str,
) -> None:
    work = dispensing()
    report = work.do_with(work.take_plate_away, step)
    assert problem(report) == ('failed', 'postcondition', 'part_missing')


def test_without_its_part_the_bead_falls_on_the_bench(dispensing: Callable[..., Work]) -> None:
    work = dispensing()
    work.do_with(lambda: work.cell.move_part('plate', 'there'), 'lower')
    assert work.station.coverage == 0.0
    points = [point for line in work.station.beads for point in line]
    assert points
    assert all(point[2] == pytest.approx(0.70, abs=5e-4) for point in points)


def test_a_bead_that_is_wiped_off_or_carried_away_is_not_done(
    dispensing: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = dispensing()
    report = work.do_with(work.station.clear, 'return')
    assert problem(report) == ('failed', 'postcondition', 'bead_gap')
    report = work.do_with(lambda: work.move_plate(0.03), 'return')
    assert problem(report) == ('failed', 'postcondition', 'part_misplaced')


def test_what_stands_in_the_way_before_it_begins(
    dispensing: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = dispensing()
    assert problem(work.do(station='screw')) == ('failed', 'precondition', 'station_unknown')
    work.move_plate(0.03)
    assert problem(work.do()) == ('failed', 'precondition', 'part_misplaced')
    work.cell.move_part('plate', 'aside')
    work.station.work_by_hand()
    assert problem(work.do()) == ('failed', 'precondition', 'already_done')


def test_nothing_piles_up_while_the_arm_stands(
    dispensing: Callable[..., Work], close: tuple[float, float], far_away: tuple[float, float]
) -> None:
    work = dispensing()
    fence = work.begin()
    work.reach('lay', 0.4)
    work.cell.place_person('ada', close)
    work.trial.step_for(0.5)
    covered = work.station.coverage
    volume = sum(piece.volume_m3 for piece in work.station._pieces)
    work.trial.step_for(5.0)
    assert work.station.coverage == covered
    assert sum(piece.volume_m3 for piece in work.station._pieces) == pytest.approx(
        volume, rel=1e-3
    )
    work.cell.place_person('ada', far_away)
    work.trial.step_for(0.2)
    assert work.cell.resume(AgentId('panda'))
    assert work.trial.finish(fence).failure is None
    assert not work.station.is_too_thick


def test_beside_a_person_the_bead_is_the_same_only_slower(
    dispensing: Callable[..., Work], near: tuple[float, float]
) -> None:
    work = dispensing()
    quick = work.do().measurements.duration_s
    work.station.clear()
    work.cell.place_person('ada', near)
    work.trial.step_for(0.5)
    report = work.do()
    assert report.failure is None
    assert report.measurements.duration_s > 2.0 * quick
    assert work.station.thickest_m < 0.005


def test_a_speed_that_the_arm_does_not_keep_is_reported(
    dispensing: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    """A line that bends so often that the arm never comes up to the speed."""
    points = tuple((0.41 + 0.004 * i, 0.05 + 0.004 * (i % 2), 0.75) for i in range(20))
    work = dispensing(points=points, speed_mps=0.2, width_m=0.006)
    report = work.do()
    assert problem(report) == ('failed', 'postcondition', 'speed_error')
    assert work.station.speed_error > 0.15


@pytest.mark.parametrize('step', ['approach', 'lower', 'settle', 'lay', 'retreat', 'return'])
def test_it_can_be_cancelled_at_any_time(dispensing: Callable[..., Work], step: str) -> None:
    work = dispensing()
    report = work.cancel_at(step)
    work.must_have_left(report)
    assert work.station.describe() in present(report.failure).detail
    assert work.do().failure is None or work.station.coverage == 1.0


def test_two_worlds_side_by_side_stay_equal(dispensing: Callable[..., Work]) -> None:
    works = [dispensing(), dispensing()]
    for work in works:
        work.begin()
    for _ in range(1200):
        for work in works:
            work.cell.step()
    assert works[0].station.beads == works[1].station.beads
    assert works[0].station.coverage > 0.5


def test_an_arm_that_is_not_where_its_encoders_say_leaves_a_gap(
    dispensing: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = dispensing()
    report = work.do_with(lambda: work.site.body.drift(0.01), 'lay')
    assert problem(report) == ('failed', 'postcondition', 'bead_gap')
    assert 0.0 < work.station.coverage < 0.9
