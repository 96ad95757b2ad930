"""Cancelling: come to rest on the path, put the part back, go home, say where the part is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.world import LocationSpec, PartSpec
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim


def is_home(trial: Trial) -> bool:
    return trial.cell._arms[AgentId('panda')].site.body.is_home()


@pytest.mark.parametrize(
    'step', ['approach', 'lower', 'lift', 'carry', 'set down', 'retreat', 'return']
)
def test_the_part_ends_at_a_place_and_the_arm_at_home(trial: Trial, step: str) -> None:
    fence = trial.begin()
    trial.reach(step)
    trial.step_for(0.2)
    assert trial.cell.cancel(AgentId('panda'), Fence(fence))
    report = trial.finish(fence, limit_s=15.0)
    place = 'there' if step in ('retreat', 'return') else 'here'
    assert report.status is AttemptStatus.CANCELED
    assert present(report.failure).detail == f'block is at {place}'
    assert trial.distance('block', place) < 0.005
    assert is_home(trial)


def test_the_arm_stops_on_its_path_before_it_turns_back(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.step_for(0.5)
    trial.cell.cancel(AgentId('panda'), Fence(fence))
    trial.step_until(lambda: trial.status().speed_scale == 0.0, limit_s=0.3)
    assert trial.status().step in ('carry', 'plan')


def test_the_cell_can_work_on_after_a_cancellation(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.cancel(AgentId('panda'), Fence(fence))
    trial.finish(fence)
    assert trial.do().failure is None


def test_a_part_goes_to_its_target_where_its_source_is_taken(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.move_part('spare', 'here')
    trial.cell.cancel(AgentId('panda'), Fence(fence))
    assert present(trial.finish(fence).failure).detail == 'block is at there'
    assert trial.distance('block', 'there') < 0.005


def test_a_part_goes_to_the_nearest_free_place_where_both_are_taken(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    third = PartSpec(part_id='third', at='far')
    trial = trial_of(parts=(*small_world.parts, third)).ready()
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.move_part('spare', 'here')
    trial.cell.move_part('third', 'there')
    trial.cell.cancel(AgentId('panda'), Fence(fence))
    assert present(trial.finish(fence).failure).detail == 'block is at aside'


def test_a_held_arm_is_canceled_once_it_may_move(
    trial: Trial, close: tuple[float, float], far_away: tuple[float, float]
) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.place_person('ada', close)
    trial.step_for(0.5)
    stopped_at = trial.status().joint_positions
    assert trial.cell.cancel(AgentId('panda'), Fence(fence))
    trial.step_for(2.0)
    assert not trial.reports
    assert trial.status().joint_positions == pytest.approx(stopped_at, abs=2e-3)
    trial.cell.place_person('ada', far_away)
    trial.step_for(0.1)
    trial.cell.resume(AgentId('panda'))
    assert present(trial.finish(fence).failure).detail == 'block is at here'


def test_an_arm_that_stays_held_is_reported_all_the_same(
    trial: Trial, close: tuple[float, float], far_away: tuple[float, float]
) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.place_person('ada', close)
    trial.step_for(0.5)
    trial.cell.cancel(AgentId('panda'), Fence(fence))
    report = trial.finish(fence, limit_s=61.0)
    assert report.status is AttemptStatus.CANCELED
    assert 'block is still in the grip' in present(report.failure).detail
    trial.cell.place_person('ada', far_away)
    trial.step_for(0.1)
    trial.cell.resume(AgentId('panda'))
    trial.step_until(lambda: trial.status().task_id is None)
    assert trial.distance('block', 'here') < 0.005
    assert len(trial.reports) == 1


def test_a_task_that_has_not_begun_to_move_ends_where_it_is(
    trial_of: Callable[..., Trial],
) -> None:
    trial = trial_of()
    fence = trial.begin()
    trial.step_for(0.1)
    assert trial.cell.cancel(AgentId('panda'), Fence(fence))
    report = trial.finish(fence, limit_s=1.0)
    assert report.status is AttemptStatus.CANCELED
    assert present(report.failure).detail == 'block is at here'


def test_only_the_attempt_in_hand_can_be_canceled(trial: Trial) -> None:
    assert not trial.cell.cancel(AgentId('panda'), Fence(1))
    fence = trial.begin()
    assert not trial.cell.cancel(AgentId('panda'), Fence(fence + 1))
    trial.finish(fence)
    assert not trial.cell.cancel(AgentId('panda'), Fence(fence))


def test_a_part_without_any_place_stays_in_the_grip_until_there_is_one(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    shelf = [LocationSpec(name=f'shelf_{i}', position=(-3.0, 0.2 * i, 0.0)) for i in range(2)]
    boxes = [PartSpec(part_id=f'box_{i}', at=f'shelf_{i}') for i in range(2)]
    trial = trial_of(
        locations=(*small_world.locations, *shelf), parts=(*small_world.parts, *boxes)
    ).ready()
    fence = trial.begin()
    trial.reach('carry')
    for part, place in (('spare', 'here'), ('box_0', 'there'), ('box_1', 'aside')):
        trial.cell.move_part(part, place)
    trial.cell.cancel(AgentId('panda'), Fence(fence))
    report = trial.finish(fence, limit_s=5.0)
    assert present(report.failure).detail == 'block is still in the grip: no place for it'
    assert present(trial.do('spare', 'here', 'there').failure).code == 'gripper_occupied'
    trial.cell.move_part('box_1', 'shelf_1')
    assert present(trial.do('spare', 'here', 'there').failure).code == 'target_occupied'
    assert trial.distance('block', 'aside') < 0.005
