"""deburr against the physics: what it does, and every way in which it can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId

if TYPE_CHECKING:
    from sim.processes.conftest import Work


pytestmark = pytest.mark.sim

TIP_M = 0.005  # radius of the cutter


def log_force(work: Work, fence: int) -> list[Any]:
    """Step to the end of the attempt; return the forces on the tip while it cut."""
    forces = []

    def look() -> bool:
        if work.trial.status().step == 'cut':
            engine, tip = work.cell._engine, work.tool._tip
            contacts = engine.contacts.points(work.site.body.body, tip)
            forces.append(sum(it.force_n for it in contacts))
        return any(it.fence == fence for it in work.trial.reports)

    work.trial.step_until(look, 60.0)
    return forces


@pytest.mark.parametrize(
    'spec',
    [
        {},
        {'press': (0.0, 0.0, -1.0)},
        {'force_n': (17.0, 23.0), 'press': (0.0, 0.0, -1.0)},
        {'force_n': (1.5, 2.5), 'press': (0.0, 0.0, -1.0)},
        {
            'points': ((0.40, 0.0, 0.75), (0.50, 0.0, 0.75), (0.50, 0.09, 0.75)),
            'press': (0.0, 0.0, -1.0),
        },
    ],
)
def test_the_burr_comes_off_all_along(
    deburring: Callable[..., Work],
    spec: dict[str, Any],
) -> None:
    work = deburring(**spec)
    fence = work.begin()
    forces = log_force(work, fence)
    report = work.trial.reports[-1]
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    assert (work.station.burr_m, work.station.gouged_m) == (0.0, 0.0)
    low, high = work.station.spec.force_n
    # The forces of the physics themselves, not what the tool says of them.
    in_band = sum(low <= force <= high for force in forces) / len(forces)
    assert in_band > 0.95
    assert len(forces) > 400
    assert work.site.body.is_home()


@pytest.mark.parametrize('off_m', [-0.003, -0.001, 0.001, 0.003])
def test_the_arm_gives_way_to_an_edge_that_is_elsewhere(
    deburring: Callable[..., Work], off_m: float
) -> None:
    """Towards the tool and away from it, after the way was planned."""
    work = deburring()
    report = work.do_with(lambda: work.move_plate(y=off_m), 'lower', 0.5)
    assert report.failure is None
    assert work.station.burr_m == 0.0


def test_an_edge_too_far_away_keeps_its_burr(
    deburring: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = deburring()
    report = work.do_with(lambda: work.move_plate(y=0.015), 'lower', 0.5)
    assert problem(report) == ('failed', 'execution', 'no_contact')
    assert work.station.burr_m == pytest.approx(0.1)
    assert work.station.gouged_m == 0.0


def test_an_edge_too_near_is_gouged(
    deburring: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = deburring(press=(0.0, 0.0, -1.0), force_n=(2.0, 3.0))
    report = work.do_with(lambda: raise_plate(work, 0.011), 'lower', 0.5)
    assert problem(report) == ('failed', 'execution', 'force_out_of_band')
    assert work.station.most_n > 3.0
    assert work.station.gouged_m > 0.0
    # And it is no better when asked again: a notch does not go away.
    assert work.station.describe().endswith('mm gouged')


def raise_plate(work: Work, by_m: float) -> None:
    """Push something under the plate: it stands higher from now on."""
    engine, body = work.cell._engine, work.cell._parts.bodies['plate']
    shape = engine.shapes.box((0.05, 0.05, by_m / 2))
    engine.bodies.make(shape, position=(0.45, 0.05, 0.70 + by_m / 2))
    (x, y, z), orientation = engine.bodies.placement(body)
    engine.bodies.place(body, (x, y, z + by_m), orientation)


def test_a_part_that_slips_away_part_way_keeps_the_rest_of_its_burr(
    deburring: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = deburring()
    report = work.do_with(lambda: work.move_plate(y=0.015), 'cut', 0.5)
    assert report.status is AttemptStatus.FAILED
    assert present(report.failure).code in ('burr_left', 'force_out_of_band')
    assert 0.03 < work.station.burr_m < 0.07


def test_a_light_part_is_pushed_away_and_that_is_noticed(deburring: Callable[..., Work]) -> None:
    work = deburring()
    work.cell._parts.weigh('plate', 0.3)
    report = work.do()
    assert report.status is AttemptStatus.FAILED
    assert work.station.burr_m > 0.0


@pytest.mark.parametrize('step', ['lower', 'press', 'cut', 'return'])
def test_a_part_that_is_taken_away_is_never_done(
    deburring: Callable[..., Work], step: str
) -> None:
    work = deburring()
    report = work.do_with(work.take_plate_away, step)
    assert (report.status, present(report.failure).code) == (AttemptStatus.FAILED, 'part_missing')


def test_what_stands_in_the_way_before_it_begins(
    deburring: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = deburring()
    assert problem(work.do(station='seam')) == ('failed', 'precondition', 'station_unknown')
    work.move_plate(0.03)
    assert problem(work.do()) == ('failed', 'precondition', 'part_misplaced')
    work.cell.move_part('plate', 'aside')
    work.station.work_by_hand()
    assert problem(work.do()) == ('failed', 'precondition', 'already_done')


def test_a_part_that_is_moved_afterwards_is_not_done(
    deburring: Callable[..., Work], problem: Callable[[AttemptReport], tuple[str, str, str]]
) -> None:
    work = deburring()
    report = work.do_with(lambda: work.move_plate(0.03), 'return')
    assert problem(report) == ('failed', 'postcondition', 'part_misplaced')


def test_it_stops_on_its_path_and_goes_on(
    deburring: Callable[..., Work], close: tuple[float, float], far_away: tuple[float, float]
) -> None:
    work = deburring()
    fence = work.begin()
    work.reach('cut', 0.4)
    work.cell.place_person('ada', close)
    work.trial.step_for(0.5)
    left_m = work.station.burr_m
    assert 0.03 < left_m < 0.08
    work.trial.step_for(2.0)
    assert work.station.burr_m == pytest.approx(left_m, abs=0.0021)  # the cell that it is on
    work.cell.place_person('ada', far_away)
    work.trial.step_for(0.2)
    assert work.cell.resume(AgentId('panda'))
    assert work.trial.finish(fence).failure is None
    assert work.station.burr_m == 0.0


@pytest.mark.parametrize('step', ['approach', 'lower', 'press', 'cut', 'retreat', 'return'])
def test_it_can_be_cancelled_at_any_time(deburring: Callable[..., Work], step: str) -> None:
    work = deburring()
    report = work.cancel_at(step)
    work.must_have_left(report)
    assert work.station.describe() in present(report.failure).detail


def test_a_second_pass_takes_off_what_was_left(deburring: Callable[..., Work]) -> None:
    work = deburring()
    work.cancel_at('cut', 0.5)
    assert work.station.burr_m > 0.03
    assert work.do().failure is None
    assert work.station.burr_m == 0.0


def test_two_worlds_side_by_side_stay_equal(deburring: Callable[..., Work]) -> None:
    works = [deburring(), deburring()]
    seen: list[list[Any]] = [[], []]
    for work in works:
        work.begin()
    for _ in range(1200):
        for work, forces in zip(works, seen, strict=True):
            work.cell.step()
            forces.append(work.tool.force_n)
    assert seen[0] == seen[1]
    assert len(set(seen[0])) > 100
