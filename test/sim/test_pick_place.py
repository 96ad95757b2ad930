"""pick_place against the physics: what it does, and every way in which it can fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.engine.transforms import from_euler
from cobot_alloc.sim.world import FaultKind, FaultSpec, PartSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim


def problem(report: AttemptReport) -> tuple[AttemptStatus, Phase | Any, str]:
    return report.status, present(report.failure).phase, present(report.failure).code


def test_it_brings_the_part_to_the_target(trial: Trial) -> None:
    report = trial.do()
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    assert trial.distance('block', 'there') < 0.002
    assert trial.status().step == ''
    assert trial.status().task_id is None


def test_it_measures_what_it_did(trial: Trial) -> None:
    started_s = trial.cell.now_s
    measured = trial.do().measurements
    assert measured.duration_s == pytest.approx(trial.cell.now_s - started_s, abs=0.02)
    assert 2.0 < measured.duration_s < 12.0
    # Lift, carry and lower by hand: 2 x 0.2 m up and down and at least 0.45 m across.
    assert 1.2 < measured.path_length_m < 4.0
    assert 10.0 < measured.energy_j < 200.0
    assert measured.peak_contact_force_n < 30.0
    assert measured.placement_error_m == pytest.approx(trial.distance('block', 'there'), abs=1e-4)
    assert 4.0 < present(measured.min_separation_m) < 6.0


def test_a_part_that_lies_askew_is_set_down_square(trial_of: Callable[..., Trial]) -> None:
    trial = trial_of().ready()
    trial.cell._engine.bodies.place(
        trial.cell._parts.bodies['block'],
        (0.41, 0.245, 0.725),
        from_euler(0.0, 0.0, 0.5),
    )
    assert trial.do().failure is None
    assert trial.distance('block', 'there') < 0.002
    _, _, z, w = trial.cell._parts.pose('block').orientation
    assert min(abs(z), abs(w), abs(abs(z) - abs(w))) < 0.01  # a multiple of 90 degrees


@pytest.mark.parametrize(
    ('task', 'code'),
    [
        ({'part': 'ghost'}, 'part_unknown'),
        ({'source': 'nowhere'}, 'location_unknown'),
        ({'target': 'nowhere'}, 'location_unknown'),
        ({'source': 'aside'}, 'part_misplaced'),
        ({'payload_kg': 3.5}, 'too_heavy'),
        ({'skill': 'weld'}, 'skill_unknown'),
        ({'skill': 'fasten'}, 'skill_unknown'),
    ],
)
def test_an_unmet_precondition_ends_it_before_the_first_motion(
    trial: Trial, task: dict[str, Any], code: str
) -> None:
    before = trial.status().joint_positions
    report = trial.do(**task)
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, code)
    assert report.measurements.duration_s < 0.1
    assert trial.status().joint_positions == pytest.approx(before, abs=1e-3)


def test_a_missing_part_is_found_missing(trial_of: Callable[..., Trial]) -> None:
    missing = FaultSpec(kind=FaultKind.PART_MISSING, part='block')
    report = trial_of(faults=(missing,)).ready().do()
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'part_missing')


def test_a_missing_part_can_be_brought_by_hand(trial_of: Callable[..., Trial]) -> None:
    missing = FaultSpec(kind=FaultKind.PART_MISSING, part='block')
    trial = trial_of(faults=(missing,)).ready()
    trial.do()
    trial.cell.move_part('block', 'here')
    assert trial.do().failure is None


def test_a_misplaced_part_is_reported_with_figures(trial: Trial) -> None:
    detail = present(trial.do(source='aside').failure).detail
    assert '0.206 m from aside (tolerance 0.020 m)' in detail
    assert 'at here' in detail


def test_a_part_on_its_side_is_misplaced(trial: Trial) -> None:
    quarter = from_euler(1.5708, 0.0, 0.0)
    trial.cell._engine.bodies.place(
        trial.cell._parts.bodies['block'], (0.40, 0.25, 0.725), quarter
    )
    assert present(trial.do().failure).code == 'part_misplaced'


def test_an_occupied_target_is_found(trial: Trial) -> None:
    trial.cell.move_part('spare', 'there')
    report = trial.do()
    assert problem(report) == (AttemptStatus.FAILED, Phase.PRECONDITION, 'target_occupied')
    assert 'spare' in present(report.failure).detail


def test_a_strong_arm_lifts_a_heavy_part(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    heavy = PartSpec(part_id='block', at='here', size=(0.1, 0.1, 0.1), mass_kg=7.0)
    kuka = replace(small_world.arms[0], model='kuka_iiwa', payload_kg=7.0)
    trial = trial_of(parts=(heavy,), arms=(kuka,)).ready()
    assert trial.do().failure is None
    assert trial.distance('block', 'there') < 0.005


def test_a_target_out_of_reach_is_a_planning_failure(trial: Trial) -> None:
    report = trial.do(target='far')
    assert problem(report) == (AttemptStatus.FAILED, Phase.PLANNING, 'unreachable')


def test_a_part_taken_away_on_the_way_is_not_gripped(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('lower')
    trial.cell.move_part('block', 'aside')
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'grip_failed')
    assert 'at aside' in present(report.failure).detail


def test_a_part_too_small_for_the_cup_is_not_gripped(trial_of: Callable[..., Trial]) -> None:
    tiny = PartSpec(part_id='block', at='here', size=(0.02, 0.02, 0.05), mass_kg=0.05)
    assert present(trial_of(parts=(tiny,)).ready().do().failure).code == 'grip_failed'


def test_a_part_that_slips_is_found_where_it_fell(trial_of: Callable[..., Trial]) -> None:
    slip = FaultSpec(kind=FaultKind.GRIP_SLIP, part='block', after_fraction=0.5, nth=1)
    trial = trial_of(faults=(slip,)).ready()
    report = trial.do()
    assert problem(report) == (AttemptStatus.FAILED, Phase.EXECUTION, 'part_dropped')
    assert 'on bench at' in present(report.failure).detail
    x, y, _ = trial.cell.part_position('block')
    assert f'({x:.2f}, {y:.2f}, ' in present(report.failure).detail
    assert trial.cell._arms[AgentId('panda')].site.body.is_home()


def test_only_the_carry_that_was_asked_for_slips(trial_of: Callable[..., Trial]) -> None:
    slip = FaultSpec(kind=FaultKind.GRIP_SLIP, part='block', nth=2)
    trial = trial_of(faults=(slip,)).ready()
    assert trial.do().failure is None
    assert present(trial.do(source='there', target='here').failure).code == 'part_dropped'
    trial.cell.move_part('block', 'here')
    assert trial.do().failure is None


def test_a_part_moved_after_its_release_is_misplaced(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('retreat')
    trial.cell.move_part('block', 'aside')
    report = trial.finish(fence)
    assert problem(report) == (AttemptStatus.FAILED, Phase.POSTCONDITION, 'misplaced')
    assert report.measurements.placement_error_m == pytest.approx(0.25, abs=0.01)


def test_a_busy_arm_refuses_a_second_task(trial: Trial) -> None:
    trial.begin()
    with pytest.raises(Refused) as refusal:
        trial.begin()
    assert refusal.value.code == 'busy'


def test_progress_only_grows(trial: Trial) -> None:
    trial.begin()
    seen = []
    trial.step_until(lambda: seen.append(trial.status().progress) or bool(trial.reports))
    assert seen[:-1] == sorted(seen[:-1])
    assert max(seen) > 0.95


def test_an_arm_given_by_its_urdf_alone_can_work(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    kuka = replace(small_world.arms[0], model='kuka_iiwa/model.urdf', payload_kg=7.0, speed=0.15)
    trial = trial_of(arms=(kuka,)).ready()
    assert trial.do().failure is None
