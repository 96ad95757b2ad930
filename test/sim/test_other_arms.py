"""Arms and grippers that the shipped cells do not have: no code is needed for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.world import ArmSpec, PartSpec, ToolKind, ToolSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim

FINGERS = (ToolSpec(kind=ToolKind.TWO_FINGER),)
#: A six-jointed arm that nothing in the package knows of, from PyBullet's data.
XARM = ArmSpec(
    agent_id=AgentId('panda'),
    model='xarm/xarm6_robot.urdf',
    base=(0.0, 0.0, 0.7),
    skills=frozenset({'pick_place'}),
    payload_kg=5.0,
    reach_m=0.7,
    home=(0.0, -0.6, -0.7, 0.0, 1.3, 0.0),
)


def test_an_arm_that_is_known_by_its_urdf_only_does_the_work(
    trial_of: Callable[..., Trial],
) -> None:
    trial = trial_of(arms=(XARM,)).ready()
    report = trial.do()
    assert report.failure is None
    assert trial.distance('block', 'there') < 0.002
    assert report.measurements.electrical_j is None  # nobody said what it draws


@pytest.mark.parametrize('model', ['franka_panda', 'kuka_iiwa', 'xarm/xarm6_robot.urdf'])
def test_fingers_hold_the_part_to_its_place(
    trial_of: Callable[..., Trial], small_world: World, model: str
) -> None:
    (arm,) = small_world.arms
    home = XARM.home if model == XARM.model else ()
    trial = trial_of(arms=(replace(arm, model=model, tools=FINGERS, home=home),)).ready()
    report = trial.do()
    assert report.failure is None
    assert trial.distance('block', 'there') < 0.003


def test_a_part_too_wide_for_the_fingers_is_not_begun(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    (arm,) = small_world.arms
    block, spare = small_world.parts
    wide = replace(block, size=(0.10, 0.09, 0.05))
    trial = trial_of(arms=(replace(arm, tools=FINGERS),), parts=(wide, spare)).ready()
    failure = trial.do().failure
    assert present(failure).code == 'no_grasp'
    assert 'block' in present(failure).detail


def test_a_low_part_is_gripped_without_touching_the_bench(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    (arm,) = small_world.arms
    low = PartSpec(part_id='block', at='here', size=(0.06, 0.04, 0.02), mass_kg=0.2)
    trial = trial_of(
        arms=(replace(arm, tools=FINGERS),), parts=(low, small_world.parts[1])
    ).ready()
    report = trial.do()
    assert report.failure is None
    assert report.measurements.peak_contact_force_n < 30.0


@pytest.mark.parametrize(
    ('changes', 'said'),
    [
        ({'home': (0.0, 0.0)}, 'got 2 angles, expected 6'),
        ({'flange': 'hand'}, "got flange 'hand', expected one of"),
        ({'model': 'no_such.urdf'}, 'no_such.urdf'),
    ],
)
def test_what_does_not_fit_the_urdf_is_refused(
    trial_of: Callable[..., Trial],
    changes: dict[str, tuple[float, float]] | dict[str, str],
    said: str,
) -> None:
    with pytest.raises(BadInput, match=said):
        trial_of(arms=(replace(XARM, **changes),))


def test_an_arm_says_which_tool_is_on_if_it_has_one_only(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    """With several on its flange it exchanges none, and says nothing."""
    (arm,) = small_world.arms
    said = {
        tools: trial_of(arms=(replace(arm, tools=tools),)).cell.arm_status(arm.agent_id).tool
        for tools in (FINGERS, (*FINGERS, ToolSpec(kind=ToolKind.SCREWDRIVER, lean=0.9)))
    }
    assert list(said.values()) == ['two_finger', '']
