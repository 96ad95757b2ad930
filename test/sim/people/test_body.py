"""The body of a person: how it bends, how fast it moves, what of it is seen and measured."""

from __future__ import annotations

from collections.abc import Callable
from math import dist, hypot
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.present import present

from cobot_alloc.sim.people.figure import Figure, LEFT, RIGHT
from cobot_alloc.sim.world import ScriptStep
from cobot_alloc.sim.world.people import PersonSpec

if TYPE_CHECKING:
    from sim.people.conftest import Scene, Speeds


pytestmark = pytest.mark.sim

FIGURE = Figure(height_m=1.75, radius_m=0.25)
HEIGHTS = np.arange(0.05, 1.9, 0.2)
TARGETS = [(x, y, z) for x in (0.3, 0.5, 0.7) for y in (-0.3, -0.1, 0.1) for z in HEIGHTS]
# One tick of people is 1/60 s, of the physics 1/240 s.
STEPS = 8  # from one sighting to the next


@pytest.mark.parametrize('hand', TARGETS)
def test_a_hand_gets_where_it_is_sent_with_arms_of_their_length(
    hand: tuple[float, float, float],
) -> None:
    bend = FIGURE.bend_for(hand)
    if bend is None:
        assert hand[2] > 1.6  # only overhead is out of reach so near
        return
    upper, fore = FIGURE.arm(bend, RIGHT, hand)
    assert fore.end == hand
    assert upper.end == fore.start
    assert dist(upper.start, upper.end) == pytest.approx(0.186 * 1.75, abs=1e-6)
    assert dist(fore.start, fore.end) == pytest.approx(0.200 * 1.75, abs=1e-6)


def test_nobody_bends_farther_than_they_must() -> None:
    assert FIGURE.bend_for((0.4, -0.1, 1.2)) == 0.0
    high, low = FIGURE.bend_for((0.6, -0.1, 0.7)), FIGURE.bend_for((0.6, -0.1, 0.1))
    assert 0.0 < present(high) < present(low) <= 1.0


@pytest.mark.parametrize('hand', [(1.6, 0.0, 1.0), (0.4, 0.0, 2.4)])
def test_a_hand_does_not_get_everywhere(hand: tuple[float, float, float]) -> None:
    assert FIGURE.bend_for(hand) is None


def test_hanging_arms_are_within_the_upright_capsule() -> None:
    for side in (LEFT, RIGHT):
        for limb in FIGURE.arm(0.0, side, FIGURE.hanging(0.0, side)):
            for x, y, z in (limb.start, limb.end):
                assert hypot(x, y) + limb.radius_m <= 0.25 + 1e-9
                assert 0.25 < z < 1.5


def test_walking_and_reaching_have_their_speeds(scene: Scene, speeds_of: type[Speeds]) -> None:
    ticket, speeds = scene.ask('put', part='block', location='there'), speeds_of(scene.person())
    while ticket not in scene.reports:
        for _ in range(STEPS):
            scene.step()
        speeds.look(STEPS / 240)
    assert 1.55 < speeds.walk_mps < 1.601
    assert 1.8 < speeds.hand_mps < 2.001


def test_slow_people_are_slow(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec], speeds_of: type[Speeds]
) -> None:
    scene = scene_of(someone(speed_mps=0.8, reach_mps=0.5, start=(-1.2, 0.9)))
    ticket, speeds = scene.ask('put', part='block', location='there'), speeds_of(scene.person())
    while ticket not in scene.reports:
        for _ in range(STEPS):
            scene.step()
        speeds.look(STEPS / 240)
        assert scene.cell.now_s < 60.0
    assert speeds.walk_mps < 0.801
    assert speeds.hand_mps < 0.8 + 0.4  # hanging arms go along with the walk and the turn


def test_a_hand_in_the_stop_zone_stops_the_arm(scene: Scene) -> None:
    """The feet stay outside: what stops the arm is the hand alone."""
    scene.ask('put', part='block', location='aside')
    scene.trial.begin('spare', 'beyond', 'far')  # anything, for the arm not to be idle
    reached = []
    while scene.person().hand.part is None:
        scene.step()
        x, y = scene.person().at
        assert hypot(x, y) > 1.0 + 0.25
        if scene.trial.status().mode.value == 'STOPPED':
            reached.append(scene.person().hand_at)
    assert min(hypot(x, y) for x, y, _ in reached) < 1.0
    assert scene.trial.status().cause == 'a person is in panda_stopped'


def test_the_separation_is_that_of_the_hand(scene: Scene) -> None:
    scene.ask('put', part='block', location='aside')
    scene.until(lambda: scene.person().hand.part == 'block')
    scene.trial.step_for(0.1)
    to_feet_m = hypot(*scene.person().at) - 0.25
    assert scene.trial.status().separation_m < 0.5 < to_feet_m - 0.3


def test_people_walk_round_what_stands_there(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    """From one side of the bench to the other, never through it."""
    script = tuple(ScriptStep(to=(0.2, y), stay_s=0.1) for y in (1.2, -1.2, 1.2))
    scene = scene_of(someone(script=script, start=(-1.0, 1.2)))
    seen = []
    scene.until(lambda: scene.person().at == (0.2, -1.2))
    scene.until(lambda: seen.append(scene.person().at) or scene.person().at == (0.2, 1.2))
    # The bench is 1.0 m by 1.5 m around (0.2, 0.0).
    gaps = [hypot(max(abs(x - 0.2) - 0.5, 0.0), max(abs(y) - 0.75, 0.0)) for x, y in seen]
    assert min(gaps) > 0.25
    assert max(abs(x - 0.2) for x, _ in seen) > 0.7


def test_whoever_cannot_stand_where_the_script_says_stands_next_to_it(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    scene = scene_of(someone(script=(ScriptStep(to=(0.2, 0.0)),), start=(-2.0, 0.5)))
    scene.trial.step_for(5.0)
    x, y = scene.person().at
    assert hypot(max(abs(x - 0.2) - 0.5, 0.0), max(abs(y) - 0.75, 0.0)) > 0.25
    assert dist((x, y), (0.2, 0.0)) < 1.0
