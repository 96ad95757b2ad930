"""What an arm does while a person is near: slow down, stop on its path, wait to be resumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import Any, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
import pytest

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.world import ScriptStep
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim

REST_RADPS = 0.01


def fastest(trial: Trial, agent: str = 'panda') -> float:
    return max(abs(speed) for speed in trial.status(AgentId(agent)).joint_velocities)


def test_nothing_moves_before_it_was_resumed(trial_of: Callable[..., Trial]) -> None:
    trial = trial_of()
    assert trial.status().mode is SafetyMode.UNKNOWN
    trial.cell.set_cell_mode(SafetyMode.NORMAL)
    before = trial.status().joint_positions
    trial.begin()
    trial.step_for(1.0)
    assert trial.status().held
    assert trial.status().mode is SafetyMode.STOPPED
    assert trial.status().joint_positions == pytest.approx(before, abs=1e-3)
    assert trial.cell.resume(AgentId('panda'))
    trial.step_for(1.0)
    assert fastest(trial) > 0.1


def test_nothing_moves_before_the_cell_has_a_mode(trial_of: Callable[..., Trial]) -> None:
    trial = trial_of()
    trial.step_for(0.1)
    assert not trial.cell.resume(AgentId('panda'))
    assert trial.status().mode is SafetyMode.UNKNOWN
    assert trial.status().cause == 'not resumed since the start'


def test_a_person_in_the_slow_zone_slows_the_arm_down(
    trial: Trial, near: tuple[float, float], far_away: tuple[float, float]
) -> None:
    trial.begin()
    trial.reach('carry')
    trial.cell.place_person('ada', near)
    trial.step_for(0.6)
    assert trial.status().mode is SafetyMode.REDUCED
    assert trial.status().speed_scale == pytest.approx(0.25)
    assert trial.status().cause == 'a person is in panda_reduced'
    assert 0.0 < fastest(trial) < 0.26 * 2.61 * 0.8
    trial.cell.place_person('ada', far_away)
    trial.step_for(0.6)
    assert trial.status().mode is SafetyMode.NORMAL  # no standstill, so nothing to resume
    assert trial.status().speed_scale == pytest.approx(1.0)


def test_a_person_in_the_stop_zone_stops_the_arm(trial: Trial, close: tuple[float, float]) -> None:
    trial.begin()
    trial.reach('carry')
    trial.step_for(0.5)
    assert fastest(trial) > 0.5
    trial.cell.place_person('ada', close)
    trial.step_for(0.35)  # one sighting and the ramp of 0.25 s
    assert fastest(trial) < REST_RADPS
    status = trial.status()
    assert (status.mode, status.held, status.zone_clear) == (SafetyMode.STOPPED, True, False)
    assert status.cause == 'a person is in panda_stopped'


def test_the_ramp_is_smooth(trial: Trial, close: tuple[float, float]) -> None:
    trial.begin()
    trial.reach('carry')
    trial.cell.place_person('ada', close)
    scales = [1.0]
    while scales[-1] > 0.0:
        trial.cell.step()
        scales.append(trial.status().speed_scale)
    # The steepest of a smooth ramp is 1.5 of its mean; the scale changes in every other step.
    assert max(-np.diff(scales)) < 1.6 / (0.25 * 120)
    assert len(scales) / 240 < 0.30


def test_a_held_arm_stays_where_it_is_until_it_is_resumed(
    trial: Trial, close: tuple[float, float], far_away: tuple[float, float]
) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.place_person('ada', close)
    trial.step_for(0.5)
    stopped_at = trial.status().joint_positions
    assert not trial.cell.resume(AgentId('panda'))
    trial.cell.place_person('ada', far_away)
    trial.step_for(2.0)
    assert trial.status().held
    assert trial.status().zone_clear
    assert trial.status().cause == 'waiting to be resumed'
    assert trial.status().joint_positions == pytest.approx(stopped_at, abs=2e-3)
    assert trial.cell.resume(AgentId('panda'))
    assert trial.finish(fence).status is AttemptStatus.SUCCEEDED
    assert trial.distance('block', 'there') < 0.002


def test_an_arm_resumed_in_the_slow_zone_goes_on_slowly(
    trial: Trial, near: tuple[float, float], close: tuple[float, float]
) -> None:
    trial.begin()
    trial.reach('carry')
    trial.cell.place_person('ada', close)
    trial.step_for(0.5)
    trial.cell.place_person('ada', near)
    trial.step_for(0.1)
    assert trial.cell.resume(AgentId('panda'))
    trial.step_for(0.6)
    assert trial.status().mode is SafetyMode.REDUCED
    assert trial.status().speed_scale == pytest.approx(0.25)


def test_stops_and_slow_stretches_leave_the_path_as_it_was(
    trial_of: Callable[..., Trial],
    near: tuple[float, float],
    close: tuple[float, float],
    far_away: tuple[float, float],
) -> None:
    def path(places: dict[Any, Any]) -> NDArray[Any]:
        trial = trial_of().ready()
        fence, seen, step = trial.begin(), [], 0
        while not trial.reports:
            if step in places:
                trial.cell.place_person('ada', places[step])
            trial.cell.step()
            trial.cell.resume(AgentId('panda'))
            seen.append(trial.status().joint_positions)
            trial.reports += trial.cell.take_reports()
            step += 1
        assert trial.finish(fence).failure is None
        return np.array(seen)

    free = path({})
    disturbed = path({200: near, 500: close, 700: far_away, 900: close, 1000: far_away})
    assert len(disturbed) > len(free) + 240
    # Every posture of the disturbed run is one of the free run, or in between two that were
    # measured there, but for the lag of the motors, which depends on the speed.
    taken = [free[0], *(there for here, there in pairwise(free) if (here != there).any())]
    dense = np.concatenate([np.linspace(here, there, 8) for here, there in pairwise(taken)])
    off = [np.abs(dense - joints).max(axis=1).min() for joints in disturbed[::10]]
    assert max(off) < 0.012


def test_sensing_that_falls_silent_holds_the_arm(trial: Trial) -> None:
    trial.begin()
    trial.reach('carry')
    trial.cell.sensing.freeze()
    trial.step_for(0.15)
    assert trial.status().mode is SafetyMode.NORMAL  # the last sighting is still young enough
    trial.step_for(0.4)
    assert trial.status().mode is SafetyMode.UNKNOWN
    assert trial.status().held
    assert not trial.status().zone_clear
    assert fastest(trial) < REST_RADPS
    assert not trial.cell.resume(AgentId('panda'))


def test_sensing_that_returns_does_not_set_the_arm_going(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.sensing.freeze()
    trial.step_for(1.0)
    trial.cell.sensing.restore()
    trial.step_for(1.0)
    assert trial.status().mode is SafetyMode.STOPPED
    assert fastest(trial) < REST_RADPS
    assert trial.cell.resume(AgentId('panda'))
    assert trial.finish(fence).status is AttemptStatus.SUCCEEDED


def test_positions_that_are_not_numbers_hold_the_arm_at_once(trial: Trial) -> None:
    trial.begin()
    trial.reach('carry')
    trial.cell.sensing.poison()
    trial.step_for(0.35)
    assert trial.status().mode is SafetyMode.UNKNOWN
    assert fastest(trial) < REST_RADPS


def test_zones_that_cannot_be_told_are_read_as_occupied(
    trial: Trial, near: tuple[float, float]
) -> None:
    trial.cell.place_person('ada', near)
    trial.step_for(0.1)
    readings = {it.zone_id: it for it in trial.cell.zone_readings()}
    assert not readings[ZoneId('panda_stopped')].occupied
    assert readings[ZoneId('panda_reduced')].occupied
    assert all(it.fresh for it in readings.values())
    trial.cell.sensing.freeze()
    trial.step_for(0.3)
    assert all(it.occupied and not it.fresh for it in trial.cell.zone_readings())


def test_a_pressed_stop_is_latched_and_its_reset_moves_nothing(trial: Trial) -> None:
    fence = trial.begin()
    trial.reach('carry')
    trial.cell.set_cell_mode(SafetyMode.LATCHED)
    trial.step_for(0.35)
    assert trial.status().mode is SafetyMode.LATCHED
    assert fastest(trial) < REST_RADPS
    assert not trial.cell.resume(AgentId('panda'))
    trial.cell.set_cell_mode(SafetyMode.NORMAL)
    trial.step_for(0.5)
    assert trial.status().mode is SafetyMode.STOPPED
    assert fastest(trial) < REST_RADPS
    assert trial.cell.resume(AgentId('panda'))
    assert trial.finish(fence).status is AttemptStatus.SUCCEEDED


@pytest.mark.parametrize('mode', [SafetyMode.STOPPED, SafetyMode.UNKNOWN])
def test_a_cell_that_is_not_moving_holds_every_arm(trial: Trial, mode: SafetyMode) -> None:
    trial.begin()
    trial.reach('carry')
    trial.cell.set_cell_mode(mode)
    trial.step_for(0.35)
    assert trial.status().mode is mode
    assert fastest(trial) < REST_RADPS
    assert not trial.cell.resume(AgentId('panda'))


def test_a_slow_cell_slows_every_arm(trial: Trial) -> None:
    trial.cell.set_cell_mode(SafetyMode.REDUCED)
    trial.step_for(0.5)
    assert trial.status().speed_scale == pytest.approx(0.25)


def test_a_person_walks_the_script_once(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    script = (ScriptStep(to=(-2.0, 0.0), stay_s=0.5), ScriptStep(to=(-2.0, 3.0)))
    ada = replace(
        small_world.people[0], start=(-3.0, 0.0), script=script, start_after_s=1.0, speed_mps=2.0
    )
    trial = trial_of(people=(ada,))
    seen = {}
    while trial.cell.now_s < 4.5:
        trial.cell.step()
        seen[round(trial.cell.now_s, 3)] = trial.cell.people()[0][1]
    assert seen[0.9] == (-3.0, 0.0, 0.0)
    assert seen[1.25] == pytest.approx((-2.5, 0.0, 0.0), abs=0.03)
    assert seen[1.9] == (-2.0, 0.0, 0.0)
    assert seen[3.0] == pytest.approx((-2.0, 2.0, 0.0), abs=0.06)
    assert seen[4.5] == (-2.0, 3.0, 0.0)


def test_a_person_may_walk_in_circles(trial_of: Callable[..., Trial], small_world: World) -> None:
    script = (ScriptStep(to=(-2.0, 0.0)), ScriptStep(to=(-3.0, 0.0)))
    ada = replace(
        small_world.people[0], start=(-3.0, 0.0), script=script, speed_mps=2.0, repeat=True
    )
    trial = trial_of(people=(ada,))
    places = []
    for _ in range(720):  # three rounds of a second each
        trial.cell.step()
        places.append(trial.cell.people()[0][1][0])
    steps = [there - here for here, there in pairwise(places) if there != here]
    assert sum(here > 0.0 > there for here, there in pairwise(steps)) == 3
    assert -2.1 < max(places) <= -2.0


def test_the_separation_is_the_gap_between_arm_and_person(trial: Trial) -> None:
    trial.cell.place_person('ada', (-1.25, 0.0))
    trial.step_for(0.1)
    # 1.25 m less the person's radius, and the elbow, which leans back by 0.2 m or so.
    assert 0.7 < trial.status().separation_m < 0.85
    trial.cell.place_person('ada', (-20.0, 0.0))
    trial.step_for(0.1)
    assert trial.status().separation_m == float('inf')


def test_the_least_separation_of_an_attempt_is_that_of_every_sighting(
    trial_of: Callable[..., Trial], small_world: World
) -> None:
    """Looks that are left out, or made in part, leave nothing out that an attempt has to note."""
    script = (ScriptStep(to=(-2.53, 0.0)), ScriptStep(to=(-4.37, 0.0)))
    ada = replace(small_world.people[0], start=(-4.5, 0.0), script=script, repeat=True)
    trial = trial_of(people=(ada,), zones=()).ready()
    cell, every = trial.cell, round(240 / small_world.sensing.rate_hz)
    arm = cell._arms[AgentId('panda')].site.body.body
    fence, least_m, near_m = trial.begin(), inf, 0.0
    while not trial.reports:
        for _ in range(every):
            cell.step()
        trial.reports += cell.take_reports()
        (person,) = cell._people.near_bodies()
        seen_m = cell._engine.distances.between_m(arm, person, 20.0)
        least_m, near_m = min(least_m, seen_m), max(near_m, seen_m)
    report = trial.finish(fence)
    assert near_m > least_m + 1.0
    assert report.measurements.min_separation_m == pytest.approx(least_m, abs=1e-3)
