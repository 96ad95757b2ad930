"""An arm hands a part to a person: at rest, and let go only when it is pulled at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TYPE_CHECKING

import pybullet
import pytest
from support.present import present

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Phase
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.skills import hand_over
from cobot_alloc.sim.world import Character, LocationSpec, ToolKind, ToolSpec
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.people import PersonSpec

if TYPE_CHECKING:
    from sim.people.conftest import Scene


pytestmark = pytest.mark.sim

HAND = LocationSpec(name='hand', position=(0.45, -0.45, 0.95))


@pytest.fixture
def handing_of(scene_of: Callable[..., Scene], small_world: World) -> Callable[..., Scene]:
    """Return a function that makes a scene whose arm can hand over at ``hand``, in the air."""

    def make(
        *people: PersonSpec,
        model: str = 'franka_panda',
        tool: ToolKind = ToolKind.SUCTION,
        at: Vector = HAND.position,
        **changes: Any,
    ) -> Scene:
        arm = replace(
            small_world.arms[0],
            model=model,
            payload_kg=5.0,
            skills=frozenset({'pick_place', 'hand_over'}),
            tools=(ToolSpec(kind=tool),),
        )
        locations = (*small_world.locations, replace(HAND, position=at))
        return scene_of(*people, arms=(arm,), locations=locations, **changes)

    return make


@pytest.fixture
def handing(handing_of: Callable[..., Scene]) -> Scene:
    """Return a scene with somebody helpful, who takes what is held out."""
    return handing_of()


@pytest.fixture
def alone(handing_of: Callable[..., Scene], someone: Callable[..., PersonSpec]) -> Scene:
    """Return a scene with nobody who takes anything."""
    return handing_of(someone(character=Character.INDIFFERENT))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer parts for a short time only."""
    monkeypatch.setattr(hand_over, 'OFFER_S', 3.0)


def offer(scene: Scene) -> int:
    """Bring the block to where it is held out and return the attempt."""
    fence = scene.trial.begin('block', 'here', 'hand', skill='hand_over')
    scene.until(lambda: scene.trial.status().step == 'hold out')
    scene.trial.step_for(0.3)
    return fence


def pull(scene: Scene, force: tuple[float, float, float], duration_s: float) -> None:
    """Let a force act on the block for a time."""
    engine, block = scene.cell._engine, scene.cell._parts.bodies['block']
    for _ in range(round(duration_s * 240)):
        at = scene.cell.part_position('block')
        pybullet.applyExternalForce(
            block, -1, force, at, pybullet.WORLD_FRAME, physicsClientId=engine.client
        )
        scene.step()


def end(scene: Scene, fence: int, limit_s: float = 60.0) -> AttemptReport:
    """Let the arm go on whenever it may, and return the report."""

    def is_reported() -> bool:
        scene.cell.resume(AgentId('panda'))
        return any(it.fence == fence for it in scene.trial.reports)

    scene.until(is_reported, limit_s)
    return next(it for it in scene.trial.reports if it.fence == fence)


@pytest.mark.parametrize(
    ('model', 'tool'),
    [
        ('franka_panda', ToolKind.SUCTION),
        ('franka_panda', ToolKind.TWO_FINGER),
        ('kuka_iiwa', ToolKind.SUCTION),
    ],
)
def test_a_part_goes_from_the_arm_to_the_hand(
    handing_of: Callable[..., Scene], model: str, tool: ToolKind
) -> None:
    scene = handing_of(model=model, tool=tool)
    fence = offer(scene)
    in_zone_s = 0.0
    while scene.person().chore is not None or scene.person().hand.part is None:
        scene.step()
        in_zone_s = in_zone_s + 1 / 240 if scene.is_in_stop_zone() else 0.0
        if in_zone_s > 0.4:
            assert scene.fastest() < 0.05
        assert scene.cell.now_s < 60.0
    assert scene.cell._arms[AgentId('panda')].site.held is None
    assert scene.trial.status().held  # the person is there: it let go, and did not move
    put = scene.ask('put', part='block', location='aside')
    report = end(scene, fence)
    assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
    assert scene.until_reported(put).is_done
    assert scene.trial.distance('block', 'aside') < 0.002


@pytest.mark.parametrize('at', [(0.55, 0.0, 0.95), (0.35, 0.4, 0.9), (0.5, -0.25, 1.0)])
def test_a_part_is_drawn_out_from_between_fingers_wherever_they_are_held(
    handing_of: Callable[..., Scene], at: tuple[float, float, float]
) -> None:
    """Whichever way the hand pulls, along the fingers or against one of them."""
    scene = handing_of(tool=ToolKind.TWO_FINGER, at=at)
    report = end(scene, offer(scene))
    assert report.failure is None
    assert scene.person().hand.part == 'block'


def test_what_nobody_takes_is_put_back(alone: Scene, short: None) -> None:
    report = end(alone, offer(alone))
    assert (present(report.failure).phase, present(report.failure).code) == (
        Phase.EXECUTION,
        'not_taken',
    )
    assert 'at here' in present(report.failure).detail
    assert alone.trial.distance('block', 'here') < 0.005
    assert alone.cell._arms[AgentId('panda')].site.body.is_home()


@pytest.mark.parametrize('force', [(60.0, 0.0, 0.0), (0.0, -60.0, 0.0), (0.0, 0.0, -60.0)])
def test_a_bump_is_no_pull(alone: Scene, force: tuple[float, float, float]) -> None:
    offer(alone)
    for _ in range(4):
        pull(alone, force, 0.1)
        alone.trial.step_for(0.3)
    assert alone.trial.status().step == 'hold out'
    assert alone.trial.distance('block', 'hand') < 0.005


def test_a_touch_is_no_pull(alone: Scene) -> None:
    offer(alone)
    pull(alone, (3.0, 0.0, 0.0), 2.0)
    assert alone.trial.status().step == 'hold out'


@pytest.mark.parametrize('force', [(12.0, 0.0, 0.0), (0.0, -12.0, 0.0), (0.0, 0.0, 12.0)])
def test_a_pull_that_lasts_is_felt_and_what_falls_then_was_not_handed_over(
    alone: Scene, force: tuple[float, float, float]
) -> None:
    """Nobody is there: it is the force that opens the grip, and the fall that is a failure."""
    fence = offer(alone)
    pull(alone, force, 0.5)
    assert alone.cell._arms[AgentId('panda')].site.held is None
    report = end(alone, fence)
    assert (report.status, present(report.failure).code) == (AttemptStatus.FAILED, 'part_dropped')


def test_what_is_laid_somewhere_before_the_arm_is_home_was_not_handed_over(handing: Scene) -> None:
    fence = handing.trial.begin('block', 'here', 'hand', skill='hand_over')
    taken = handing.ask('take', part='block', location='hand')  # asked for before it is there
    assert handing.until_reported(taken).is_done
    handing.person().hand.let_go()
    handing.move('block', (0.6, 0.1, 0.725))
    report = end(handing, fence)
    assert (report.status, present(report.failure).code) == (AttemptStatus.FAILED, 'part_dropped')
    assert 'on bench' in present(report.failure).detail


def test_a_cancelled_hand_over_puts_the_part_back(alone: Scene) -> None:
    fence = offer(alone)
    assert alone.cell.cancel(AgentId('panda'), Fence(fence))
    report = end(alone, fence)
    assert report.status is AttemptStatus.CANCELED
    assert alone.trial.distance('block', 'here') < 0.005


def test_an_arm_that_never_comes_is_an_answer(
    handing: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('cobot_alloc.sim.people.receiving._OFFER_S', 2.0)
    report = handing.do('take', part='block', location='hand')
    assert (report.is_done, report.code) == (False, 'not_offered')


def test_an_arm_that_only_carries_a_part_by_is_not_pulled_at(handing: Scene) -> None:
    """A helpful person takes what is held out, and waits while it is on its way."""
    handing.trial.begin('block', 'here', 'there')
    handing.trial.reach('carry')
    handing.ask('take', part='block', location='hand')
    handing.trial.step_for(3.0)
    assert handing.person().at == handing.person().spec.start


def test_it_goes_the_same_way_twice(handing_of: Callable[..., Scene]) -> None:
    def played() -> tuple[Floor, Vector, tuple[float, float, float], float]:
        scene = handing_of()
        end(scene, offer(scene))
        person = scene.person()
        return person.at, person.hand_at, scene.cell.part_position('block'), scene.cell.now_s

    assert played() == played()
