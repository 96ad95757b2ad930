"""Parts moved by a person's hands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cobot_alloc.domain.errors import BadInput, Refused
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.engine.transforms import from_euler
from cobot_alloc.sim.world import FaultKind, FaultSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim


def test_the_part_stands_upright_and_still(trial: Trial) -> None:
    engine, block = trial.cell._engine, trial.cell._parts.bodies['block']
    lying = from_euler(0.4, 0.3, 0.2)
    engine.bodies.place(block, (0.3, 0.0, 0.9), lying)
    engine.bodies.set_velocity(block, (1.0, 0.0, 0.0), (5.0, 0.0, 0.0))
    trial.cell.move_part('block', 'aside')
    trial.step_for(0.3)
    assert trial.distance('block', 'aside') < 0.002
    assert trial.cell._parts.tilt_deg('block') < 0.5
    assert trial.cell._parts.is_at_rest('block')


def test_a_sleeping_part_wakes_up_and_falls(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    floating = replace(small_world.locations[0], name='in the air', position=(0.4, 0.0, 1.2))
    trial = trial_of(locations=(*small_world.locations, floating))
    trial.step_for(3.0)  # long enough to fall asleep
    trial.cell.move_part('block', 'in the air')
    trial.step_for(1.0)
    assert trial.cell.part_position('block')[2] < 0.8


@pytest.mark.parametrize(
    ('part', 'location', 'code'),
    [
        ('ghost', 'there', 'part_unknown'),
        ('block', 'nowhere', 'location_unknown'),
        ('block', 'beyond', 'location_occupied'),
    ],
)
def test_what_cannot_be_done_is_refused(trial: Trial, part: str, location: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        trial.cell.move_part(part, location)
    assert refusal.value.code == code


def test_a_part_in_an_arm_s_grip_is_refused(trial: Trial) -> None:
    trial.begin()
    trial.reach('carry')
    with pytest.raises(Refused) as refusal:
        trial.cell.move_part('block', 'aside')
    assert refusal.value.code == 'part_held'


def test_a_part_that_slipped_is_free_again(trial_of: Callable[..., Trial]) -> None:
    slip = FaultSpec(kind=FaultKind.GRIP_SLIP, part='block')
    trial = trial_of(faults=(slip,)).ready()
    trial.do()
    trial.cell.move_part('block', 'here')
    assert trial.distance('block', 'here') < 0.002


def test_a_world_with_a_part_at_no_location_is_refused(small_world: World) -> None:
    lost = replace(small_world.parts[0], at='nowhere')
    with pytest.raises(BadInput, match="part 'block' is at 'nowhere': no such location"):
        SimulatedCell(replace(small_world, parts=(lost,)))


def test_a_world_with_an_unknown_urdf_is_refused(small_world: World) -> None:
    odd = replace(small_world.fixtures[0], urdf='sofa.urdf')
    with pytest.raises(BadInput, match=r"no URDF 'sofa\.urdf'; looked in"):
        SimulatedCell(replace(small_world, fixtures=(odd,)))
