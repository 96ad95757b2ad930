"""inspect against the physics: what it accepts and refuses, and what it cannot measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import re
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.engine.transforms import from_euler
from cobot_alloc.sim.world import (
    DefectKind,
    DefectSpec,
    FaultKind,
    FaultSpec,
    PartSpec,
    PocketSpec,
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
    size=(0.06, 0.05, 0.04),
    mass_kg=0.3,
    pocket=PocketSpec(side_m=0.02, depth_m=0.015),
)


@pytest.fixture
def gauge_world(small_world: World) -> World:
    (arm,) = small_world.arms
    tool = ToolSpec(kind=ToolKind.SCANNER)
    return replace(
        small_world,
        arms=(replace(arm, skills=frozenset({'inspect'}), tools=(tool,)),),
        parts=(BLOCK, replace(BLOCK, part_id='twin', at='aside')),
    )


@pytest.fixture
def gauging(trial_of: Callable[..., Trial], gauge_world: World) -> Trial:
    return trial_of(gauge_world).ready()


@pytest.fixture
def trial_with(trial_of: Callable[..., Trial], gauge_world: World) -> Callable[..., Trial]:
    """Return a function that makes a cell with another part in it."""

    def make(**changes: Any) -> Trial:
        return trial_of(gauge_world, parts=(replace(BLOCK, **changes),)).ready()

    return make


def begin(trial: Trial, **more: Any) -> int:
    return trial.begin(**{'skill': 'inspect', 'source': 'here', 'target': '', **more})


def do(trial: Trial, **more: Any) -> AttemptReport:
    return trial.finish(begin(trial, **more))


def problem(report: AttemptReport) -> tuple[Any, Any, Any]:
    return report.status, present(report.failure).phase, present(report.failure).code


def measured_mm(report: AttemptReport, feature: str) -> float:
    """Return the figure that a report gives for a feature."""
    return float(
        present(re.search(f'{feature} measures ([0-9.]+)', present(report.failure).detail))[1]
    )


REFUSED = (AttemptStatus.FAILED, Phase.POSTCONDITION, 'out_of_tolerance')


@pytest.mark.parametrize('source', ['here', ''])
def test_a_good_part_is_accepted(gauging: Trial, source: str) -> None:
    report = do(gauging, source=source)
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    assert gauging.cell._arms[AgentId('panda')].site.body.is_home()
    assert gauging.distance('block', 'here') < 0.001
    assert report.measurements.peak_contact_force_n == 0.0


def test_a_part_that_lies_askew_is_measured_all_the_same(gauging) -> None:
    engine = gauging.cell._engine
    engine.bodies.place(
        gauging.cell._parts.bodies['block'],
        (0.41, 0.245, 0.72),
        from_euler(0.0, 0.0, 0.5),
    )
    assert do(gauging).failure is None


def test_a_short_part_is_refused_with_the_figures(trial_with: Callable[..., Trial]) -> None:
    short = DefectSpec(kind=DefectKind.SHORT, size_m=0.0012)
    report = do(trial_with(defects=(short,)))
    assert problem(report) == REFUSED
    assert measured_mm(report, 'length') == pytest.approx(58.8, abs=0.1)
    assert 'it should be 60.000 +- 0.500 mm' in present(report.failure).detail
    assert 'means of 5 readings, k = 2' in present(report.failure).detail
    assert 'width' not in present(report.failure).detail


@pytest.mark.parametrize(
    ('defect', 'feature', 'true_mm'),
    [
        (DefectSpec(kind=DefectKind.BUMP, size_m=0.002), 'flatness', 2.0),
        (DefectSpec(kind=DefectKind.NARROW_POCKET, size_m=0.0012), 'pocket', 18.8),
    ],
)
def test_a_real_defect_is_found(
    trial_with: Callable[..., Trial], defect: DefectSpec, feature: str, true_mm: float
) -> None:
    report = do(trial_with(defects=(defect,)))
    assert problem(report) == REFUSED
    assert measured_mm(report, feature) == pytest.approx(true_mm, abs=0.15)
    assert present(report.failure).detail.count('measures') == 1


def test_an_error_within_the_tolerance_is_accepted(trial_with: Callable[..., Trial]) -> None:
    short = DefectSpec(kind=DefectKind.SHORT, size_m=0.0003)
    assert do(trial_with(defects=(short,))).failure is None


def test_the_tolerance_is_the_part_s_own(trial_with: Callable[..., Trial]) -> None:
    short = DefectSpec(kind=DefectKind.SHORT, size_m=0.0012)
    loose = trial_with(defects=(short,), tolerance_m=(0.002, 0.0005, 0.0005))
    assert do(loose).failure is None


def test_a_raw_part_is_compared_with_its_raw_size_and_a_finished_one_with_its_finished(
    trial_with: Callable[..., Trial],
) -> None:
    trial = trial_with(finished=(0.058, 0.05, 0.038))
    assert do(trial).failure is None
    trial.cell._parts.reshape('block', (0.058, 0.05, 0.038))
    trial.step_for(0.2)
    assert do(trial).failure is None
    trial.cell._parts.reshape('block', (0.0572, 0.05, 0.038))
    trial.step_for(0.2)
    report = do(trial)
    assert problem(report) == REFUSED
    assert 'it should be 58.000' in present(report.failure).detail


def test_a_bias_makes_it_refuse_what_is_good(
    trial_of: Callable[..., Trial], gauge_world: World
) -> None:
    """A gauge that reads too much is not noticed by repeating: a false alarm, with figures."""
    (arm,) = gauge_world.arms
    tool = ToolSpec(kind=ToolKind.SCANNER, bias_m=0.0008)
    report = do(trial_of(gauge_world, arms=(replace(arm, tools=(tool,)),)).ready())
    assert problem(report) == REFUSED
    assert measured_mm(report, 'length') == pytest.approx(60.8, abs=0.1)
    assert measured_mm(report, 'pocket') == pytest.approx(19.2, abs=0.1)


def test_a_scanner_that_scatters_too_much_cannot_tell(
    trial_of: Callable[..., Trial], gauge_world: World
) -> None:
    (arm,) = gauge_world.arms
    tool = ToolSpec(kind=ToolKind.SCANNER, noise_m=0.001)
    report = do(trial_of(gauge_world, arms=(replace(arm, tools=(tool,)),)).ready())
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'measurement_failed')


def test_in_the_dark_nothing_is_measured(gauging: Trial) -> None:
    gauging.cell._arms[AgentId('panda')].site.tools[ToolKind.SCANNER].set_dark(dark=True)
    report = do(gauging)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'measurement_failed')
    assert '5 of 5 readings did not find block' in present(report.failure).detail


def test_a_fault_of_the_world_file_makes_it_dark(
    trial_of: Callable[..., Trial], gauge_world: World
) -> None:
    dark = FaultSpec(kind=FaultKind.CAMERA_DARK, agent='panda', nth=1, during='measure')
    trial = trial_of(gauge_world, faults=(replace(dark, lasts_s=5.0),)).ready()
    assert present(do(trial).failure).code == 'measurement_failed'
    trial.step_for(5.0)
    assert do(trial).failure is None


@pytest.mark.parametrize(
    ('task', 'code'),
    [
        ({'part': 'ghost'}, 'part_unknown'),
        ({'source': 'nowhere'}, 'location_unknown'),
        ({'source': 'there'}, 'part_misplaced'),
    ],
)
def test_an_unmet_precondition_ends_it_before_the_first_motion(
    gauging: Trial, task: dict[str, str], code: str
) -> None:
    report = do(gauging, **task)
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, code)
    assert report.measurements.duration_s < 0.1


def test_a_part_at_no_location_is_misplaced(gauging: Trial) -> None:
    gauging.cell._parts.put('block', (0.3, -0.3, 0.7))
    gauging.step_for(0.1)
    assert present(do(gauging, source='').failure).code == 'part_misplaced'


@pytest.mark.parametrize('step', ['plan', 'approach', 'measure', 'return'])
@pytest.mark.parametrize('source', ['here', ''])
def test_a_part_moved_by_hand_never_ends_in_success(
    gauging: Trial, step: str, source: str
) -> None:
    fence = begin(gauging, source=source)
    gauging.reach(step)
    gauging.cell.move_part('block', 'there')
    report = gauging.finish(fence)
    assert report.status is AttemptStatus.FAILED
    assert present(report.failure).code in ('part_moved', 'part_misplaced', 'misplaced')
    assert 'at there' in present(report.failure).detail


def test_another_part_in_its_place_is_not_taken_for_it(gauging: Trial) -> None:
    fence = begin(gauging)
    gauging.reach('approach')
    gauging.cell.move_part('block', 'there')
    gauging.cell.move_part('twin', 'here')
    assert gauging.finish(fence).status is AttemptStatus.FAILED


@pytest.mark.parametrize('step', ['plan', 'approach', 'measure', 'return'])
def test_it_can_be_canceled_at_any_time(gauging: Trial, step: str) -> None:
    fence = begin(gauging)
    gauging.reach(step)
    assert gauging.cell.cancel(AgentId('panda'), Fence(fence))
    report = gauging.finish(fence, limit_s=20.0)
    assert report.status is AttemptStatus.CANCELED
    assert present(report.failure).detail == 'block is at here'
    assert gauging.cell._arms[AgentId('panda')].site.body.is_home()


def test_the_same_bits_twice(trial_of: Callable[..., Trial], gauge_world: World) -> None:
    figures = []
    for _ in range(2):
        spread = (0.0004, 0.0004, 0.0004)
        parts = (replace(BLOCK, spread_m=spread, tolerance_m=(0.0001, 0.0001, 0.0001)),)
        trial = trial_of(gauge_world, parts=parts).ready()
        report = do(trial)
        assert problem(report) == REFUSED
        figures.append((trial.cell.snapshot(), report))
    assert figures[0] == figures[1]
