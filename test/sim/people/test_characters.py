"""Characters: whoever follows a script, and whoever gets in the way of everything."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from math import hypot
from typing import Any, TYPE_CHECKING

import pytest

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.planning_scene import PlanningScene
from cobot_alloc.sim.people.floor_plan import Floor
from cobot_alloc.sim.world import Character, ScriptStep
from cobot_alloc.sim.world.people import PersonSpec

if TYPE_CHECKING:
    from sim.people.conftest import Scene


pytestmark = pytest.mark.sim

SEEDS = range(4, 8)
SHIFT_S = 45.0
STOPPED_WITHIN_S = 0.25 + 1 / 30 + 0.05  # the ramp, a sighting, and the lag of the motors
REST_RADPS = 0.05


class Nuisance:
    """A shift of an arm that carries a block to and fro, with an antagonist about."""

    def __init__(self, scene: PlanningScene) -> None:
        self.scene = scene
        self.done = self.failed = self.stops = 0
        self.false_words: list[Any] = []
        self.fastest_beside = 0.0
        self._in_zone_s = 0.0
        self._fence = None
        self._target = ''

    def play(self, duration_s: float) -> None:
        until_s = self.scene.cell.now_s + duration_s
        while self.scene.cell.now_s < until_s:
            self.scene.step()
            self._watch()
            self.scene.cell.resume(AgentId('panda'))
            self._work()

    def _watch(self) -> None:
        scene = self.scene
        if scene.is_in_stop_zone():
            self.stops += self._in_zone_s == 0.0
            self._in_zone_s += 1 / 240
        else:
            self._in_zone_s = 0.0
        if self._in_zone_s > STOPPED_WITHIN_S:
            self.fastest_beside = max(self.fastest_beside, scene.fastest())

    def _put_back(self) -> None:
        """Have the block where it can be taken from, unless somebody holds it."""
        with suppress(Refused):
            self.scene.cell.move_part('block', 'here')

    def _work(self) -> None:
        trial = self.scene.trial
        report = next((it for it in trial.reports if it.fence == self._fence), None)
        if self._fence is not None and report is None:
            return
        if report is not None and report.status is AttemptStatus.SUCCEEDED:
            self.done += 1
            off_m = trial.distance('block', self._target)
            if off_m > 0.02:
                self.false_words.append((self.scene.cell.now_s, off_m))
        elif report is not None:
            self.failed += 1
        if report is not None and report.failure is not None:
            self._put_back()
        source = 'here' if trial.distance('block', 'here') < 0.02 else 'there'
        self._target = 'there' if source == 'here' else 'here'
        self._fence = trial.begin('block', source, self._target)


@pytest.mark.parametrize('seed', SEEDS)
def test_an_antagonist_sets_no_arm_moving_and_makes_no_report_untrue(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec], seed: int
) -> None:
    eve = someone(character=Character.ANTAGONISTIC, start=(-2.0, 0.6))
    shift = Nuisance(scene_of(eve, seed=seed))
    shift.play(SHIFT_S)
    assert shift.fastest_beside < REST_RADPS
    assert shift.false_words == []
    assert shift.stops > 0  # she was there
    assert shift.done + shift.failed > 0


def test_an_antagonist_misplaces_parts(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    eve = someone(character=Character.ANTAGONISTIC)
    scene = scene_of(eve, seed=1)
    carried = set()
    for _ in range(240 * 60):
        scene.step()
        carried.add(scene.person().hand.part)
    assert carried > {None}
    off_m = [scene.trial.distance('block', 'here'), scene.trial.distance('spare', 'beyond')]
    assert max(off_m) > 0.03


def test_an_antagonist_is_the_same_with_the_same_seed_and_another_with_another(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    eve = someone(character=Character.ANTAGONISTIC)

    def played(seed: int) -> tuple[list[tuple[Floor, Vector]], list[tuple[float, float, float]]]:
        scene = scene_of(eve, seed=seed)
        places = []
        for _ in range(240 * 25):
            scene.step()
            places.append((scene.person().at, scene.person().hand_at))
        return places, [scene.cell.part_position(it) for it in ('block', 'spare')]

    assert played(1) == played(1)
    assert played(1) != played(2)


def test_the_indifferent_walk_on_as_they_would(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    script = (ScriptStep(to=(-1.5, 1.0), stay_s=1.0), ScriptStep(to=(-3.0, 1.0), stay_s=0.5))
    bob = someone(character=Character.INDIFFERENT, script=script, repeat=True)
    scene = scene_of(bob)
    seen = set()
    scene.until(lambda: seen.add(scene.person().at) or {(-1.5, 1.0), (-3.0, 1.0)} <= seen)
    scene.until(lambda: hypot(scene.person().at[0] + 1.5, scene.person().at[1] - 1.0) < 0.1)


def test_helpful_people_go_round_stop_zones_and_others_do_not(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    """From one side of the arm to the other: the straight way leads past its bench."""

    def nearest(character: Character) -> tuple[float, int]:
        ada = someone(character=character, start=(-1.1, 2.0), script=())
        scene = scene_of(ada)
        plan = scene.people._context.plan
        helpful = character is Character.HELPFUL
        points = plan.route((-1.1, 2.0), (-1.1, -2.0), shuns_zones=helpful)
        return min(hypot(x, y) for x, y in points), len(points)

    assert nearest(Character.INDIFFERENT) == (pytest.approx(hypot(1.1, 2.0)), 1)
    assert nearest(Character.HELPFUL)[1] > 1
