"""An arm weighs at its joints what it takes up, and sets down again what is too heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
import re
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.arms.scale import ERROR, ERROR_KG, Scale
from cobot_alloc.sim.world import FaultKind, FaultSpec, PartSpec, ToolKind, ToolSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim

LIMIT_KG = 3.0


@pytest.fixture
def lifting_of(trial_of: Callable[..., Trial], small_world: World) -> Callable[..., Trial]:
    """Return a function that makes a cell whose block weighs something else than is written."""

    def make(
        mass_kg: float,
        *,
        model: str = 'franka_panda',
        tool: ToolKind = ToolKind.SUCTION,
        limit_kg: float = LIMIT_KG,
        **more: Any,
    ) -> Trial:
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


def weighed_in(detail: str) -> float:
    """Return the mass that a failure tells."""
    return float(present(re.search(r' weighs (?:at least )?(\d+\.\d+) kg', detail))[1])


@pytest.mark.parametrize('model', ['franka_panda', 'kuka_iiwa'])
@pytest.mark.parametrize('tool', [ToolKind.SUCTION, ToolKind.TWO_FINGER])
@pytest.mark.parametrize('mass_kg', [0.1, 1.0, 5.0])
def test_it_weighs_as_well_as_it_says(
    lifting_of: Callable[..., Trial],
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    tool: ToolKind,
    mass_kg: float,
) -> None:
    """Moving, from a few millimetres over the bench on; and it costs no simulated time."""
    readings = []

    def is_above(scale: float, limit_kg: float) -> bool:
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
def test_what_is_too_heavy_is_set_down_where_it_was(
    lifting_of: Callable[..., Trial], tool: ToolKind
) -> None:
    trial = lifting_of(5.0, tool=tool)
    start = trial.cell.part_position('block')
    fence, highest = trial.begin(payload_kg=0.1), [0.0]
    trial.step_until(
        lambda: highest.append(trial.cell.part_position('block')[2]) or bool(trial.reports), 30.0
    )
    report = trial.finish(fence)
    assert (report.status, present(report.failure).phase, present(report.failure).code) == (
        AttemptStatus.FAILED,
        Phase.EXECUTION,
        'too_heavy',
    )
    assert weighed_in(present(report.failure).detail) == pytest.approx(
        5.0, rel=ERROR, abs=ERROR_KG
    )
    assert 'the arm lifts 3.00 kg; it is at here' in present(report.failure).detail
    assert max(highest) - start[2] < 0.06  # a few centimetres, and not all the way up
    assert trial.distance('block', 'here') < 0.005
    assert trial.cell._arms[AgentId('panda')].site.body.is_home()
    assert trial.cell._arms[AgentId('panda')].site.held is None


@pytest.mark.parametrize(('mass_kg', 'code'), [(2.95, None), (3.25, 'too_heavy')])
def test_near_the_limit_it_is_the_error_that_decides(
    lifting_of: Callable[..., Trial], mass_kg: float, code: str | None
) -> None:
    failure = lifting_of(mass_kg).do(payload_kg=0.1).failure
    assert (failure and failure.code) == code


def test_it_is_weighed_at_reduced_speed_as_well(
    lifting_of: Callable[..., Trial], small_world: World, near: tuple[float, float]
) -> None:
    people = (replace(small_world.people[0], start=near),)
    trial = lifting_of(5.0, people=people)
    report = trial.finish(trial.begin(payload_kg=0.1), limit_s=60.0)
    assert present(report.failure).code == 'too_heavy'
    assert weighed_in(present(report.failure).detail) == pytest.approx(
        5.0, rel=ERROR, abs=ERROR_KG
    )


def test_what_no_motor_can_lift_is_let_go_where_it_stands(
    lifting_of: Callable[..., Trial],
) -> None:
    """Nothing is said of its mass but what is known."""
    trial = lifting_of(40.0)
    report = trial.do(payload_kg=0.1)
    assert present(report.failure).code == 'too_heavy'
    assert 'block weighs at least ' in present(report.failure).detail
    assert LIMIT_KG < weighed_in(present(report.failure).detail) < 40.0
    assert trial.distance('block', 'here') < 0.05
    assert trial.cell._arms[AgentId('panda')].site.held is None


def test_every_skill_that_takes_a_part_up_weighs_it(lifting_of: Callable[..., Trial]) -> None:
    report = lifting_of(5.0).do(skill='hand_over', payload_kg=0.1)
    assert present(report.failure).code == 'too_heavy'


def test_what_is_known_to_be_too_heavy_is_not_even_tried(lifting_of: Callable[..., Trial]) -> None:
    known = PartSpec(part_id='block', at='here', size=(0.08, 0.08, 0.08), mass_kg=5.0)
    report = lifting_of(5.0, parts=(known,)).do(payload_kg=0.1)
    assert (present(report.failure).phase, present(report.failure).code) == (
        Phase.PRECONDITION,
        'too_heavy',
    )
    assert report.measurements.path_length_m < 0.01


def test_a_cancel_in_the_middle_of_the_lift_leaves_nothing_behind(
    lifting_of: Callable[..., Trial],
) -> None:
    trial = lifting_of(1.0)
    fence = trial.begin(payload_kg=0.1)
    trial.reach('lift')
    assert trial.cell.cancel(AgentId('panda'), Fence(fence))
    assert trial.finish(fence).status is AttemptStatus.CANCELED
    assert not trial.cell._arms[AgentId('panda')].site.body.is_sensing_force
    assert trial.do(payload_kg=0.1).failure is None
