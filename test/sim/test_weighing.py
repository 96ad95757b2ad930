"""An arm weighs at its joints what it takes up, and sets down again what is too heavy."""

from dataclasses import replace
import re

import pytest

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.sim.arms.scale import ERROR, ERROR_KG, Scale
from cobot_alloc.sim.world import FaultKind, FaultSpec, PartSpec, ToolKind, ToolSpec

pytestmark = pytest.mark.sim

LIMIT_KG = 3.0


@pytest.fixture
def lifting_of(trial_of, small_world):
    """Return a function that makes a cell whose block weighs something else than is written."""

    def make(mass_kg, *, model='franka_panda', tool=ToolKind.SUCTION, limit_kg=LIMIT_KG, **more):
        arm = replace(
            small_world.arms[0],
            model=model,
            payload_kg=limit_kg,
            tools=(ToolSpec(kind=tool),),
            skills=frozenset({'pick_place', 'hand_over'}),
        )
        heavy = FaultSpec(kind=FaultKind.PART_TOO_HEAVY, part='block', mass_kg=mass_kg)
        return trial_of(arms=(arm,), faults=(heavy,), **more).ready()

    return make


def weighed_in(detail):
    """Return the mass that a failure tells."""
    return float(re.search(r' weighs (?:at least )?(\d+\.\d+) kg', detail)[1])


@pytest.mark.parametrize('model', ['franka_panda', 'kuka_iiwa'])
@pytest.mark.parametrize('tool', [ToolKind.SUCTION, ToolKind.TWO_FINGER])
@pytest.mark.parametrize('mass_kg', [0.1, 1.0, 5.0])
def test_it_weighs_as_well_as_it_says(lifting_of, monkeypatch, model, tool, mass_kg):
    """Moving, from a few millimetres over the bench on; and it costs no simulated time."""
    readings = []

    def is_above(scale, limit_kg):
        if 0.003 < scale._body.tool_pose(tool).position[2] - scale._from_m < 0.03:
            readings.append(scale.mass_kg)
        return False

    monkeypatch.setattr(Scale, 'is_above', is_above)
    trial = lifting_of(mass_kg, model=model, tool=tool, limit_kg=20.0)
    assert trial.do(payload_kg=0.1).failure is None
    assert len(readings) > 3
    error_kg = ERROR * mass_kg + ERROR_KG
    assert mass_kg - error_kg < min(readings) <= max(readings) < mass_kg + error_kg


@pytest.mark.parametrize('tool', [ToolKind.SUCTION, ToolKind.TWO_FINGER])
def test_what_is_too_heavy_is_set_down_where_it_was(lifting_of, tool):
    trial = lifting_of(5.0, tool=tool)
    start = trial.cell.part_position('block')
    fence, highest = trial.begin(payload_kg=0.1), [0.0]
    trial.step_until(
        lambda: highest.append(trial.cell.part_position('block')[2]) or bool(trial.reports), 30.0
    )
    report = trial.finish(fence)
    assert (report.status, report.failure.phase, report.failure.code) == (
        AttemptStatus.FAILED,
        Phase.EXECUTION,
        'too_heavy',
    )
    assert weighed_in(report.failure.detail) == pytest.approx(5.0, rel=ERROR, abs=ERROR_KG)
    assert 'the arm lifts 3.00 kg; it is at here' in report.failure.detail
    assert max(highest) - start[2] < 0.06  # a few centimetres, and not all the way up
    assert trial.distance('block', 'here') < 0.005
    assert trial.cell._arms['panda'].site.body.is_home()
    assert trial.cell._arms['panda'].site.held is None


@pytest.mark.parametrize(('mass_kg', 'code'), [(2.95, None), (3.25, 'too_heavy')])
def test_near_the_limit_it_is_the_error_that_decides(lifting_of, mass_kg, code):
    failure = lifting_of(mass_kg).do(payload_kg=0.1).failure
    assert (failure and failure.code) == code


def test_it_is_weighed_at_reduced_speed_as_well(lifting_of, small_world, near):
    people = (replace(small_world.people[0], start=near),)
    trial = lifting_of(5.0, people=people)
    report = trial.finish(trial.begin(payload_kg=0.1), limit_s=60.0)
    assert report.failure.code == 'too_heavy'
    assert weighed_in(report.failure.detail) == pytest.approx(5.0, rel=ERROR, abs=ERROR_KG)


def test_what_no_motor_can_lift_is_let_go_where_it_stands(lifting_of):
    """Nothing is said of its mass but what is known."""
    trial = lifting_of(40.0)
    report = trial.do(payload_kg=0.1)
    assert report.failure.code == 'too_heavy'
    assert 'block weighs at least ' in report.failure.detail
    assert LIMIT_KG < weighed_in(report.failure.detail) < 40.0
    assert trial.distance('block', 'here') < 0.05
    assert trial.cell._arms['panda'].site.held is None


def test_every_skill_that_takes_a_part_up_weighs_it(lifting_of):
    report = lifting_of(5.0).do(skill='hand_over', payload_kg=0.1)
    assert report.failure.code == 'too_heavy'


def test_what_is_known_to_be_too_heavy_is_not_even_tried(lifting_of):
    known = PartSpec(part_id='block', at='here', size=(0.08, 0.08, 0.08), mass_kg=5.0)
    report = lifting_of(5.0, parts=(known,)).do(payload_kg=0.1)
    assert (report.failure.phase, report.failure.code) == (Phase.PRECONDITION, 'too_heavy')
    assert report.measurements.path_length_m < 0.01


def test_a_cancel_in_the_middle_of_the_lift_leaves_nothing_behind(lifting_of):
    trial = lifting_of(1.0)
    fence = trial.begin(payload_kg=0.1)
    trial.reach('lift')
    assert trial.cell.cancel('panda', fence)
    assert trial.finish(fence).status is AttemptStatus.CANCELED
    assert not trial.cell._arms['panda'].site.body.is_sensing_force
    assert trial.do(payload_kg=0.1).failure is None
