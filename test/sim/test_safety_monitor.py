"""The safety mode of an arm, step by step and without physics."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cobot_alloc.domain.geometry import Cylinder, UprightCapsule
from cobot_alloc.domain.identifiers import AgentId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.zone import Sighting, Zone
from cobot_alloc.sim.arms.safety_monitor import SafetyMonitor
from cobot_alloc.sim.arms.speed_scaling import SpeedScaling

N, R, S, L, U = (
    SafetyMode.NORMAL,
    SafetyMode.REDUCED,
    SafetyMode.STOPPED,
    SafetyMode.LATCHED,
    SafetyMode.UNKNOWN,
)


def zone(mode: SafetyMode, radius_m: float) -> Zone:
    volume = Cylinder(center=(0.0, 0.0, 0.0), radius_m=radius_m, height_m=2.0)
    return Zone(zone_id=ZoneId(mode.value), agent_id=AgentId('arm'), mode=mode, volume=volume)


class Watch:
    """A guard with a clock and one person at a distance."""

    def __init__(self) -> None:
        self.monitor = SafetyMonitor(
            [zone(R, 2.0), zone(S, 1.0)], max_age_s=0.2, reduced_speed=0.3
        )
        self.now_s = 0.0

    def see(self, distance_m: float) -> SafetyMode:
        self.now_s += 0.1
        person = UprightCapsule(position=(distance_m, 0.0, 0.0), radius_m=0.25, height_m=1.8)
        self.monitor.observe(Sighting(at_s=self.now_s, people=(person,)), self.now_s)
        return self.monitor.mode


@pytest.fixture
def watch() -> Watch:
    watch = Watch()
    watch.monitor.set_cell_mode(N)
    watch.see(9.0)
    assert watch.monitor.resume()
    return watch


@pytest.mark.parametrize(
    ('distances_m', 'mode', 'speed'),
    [
        ([9.0], N, 1.0),
        ([2.0], R, 0.3),
        ([2.0, 9.0], N, 1.0),  # slowed is not stopped: no resume needed
        ([1.0], S, 0.0),
        ([1.0, 2.0], S, 0.0),
        ([1.0, 9.0], S, 0.0),
        ([float('nan')], U, 0.0),
        ([float('nan'), 9.0], S, 0.0),
    ],
)
def test_the_mode_follows_the_nearest_person(
    watch: Watch, distances_m: list[float], mode: SafetyMode, speed: float
) -> None:
    for distance_m in distances_m:
        watch.see(distance_m)
    assert (watch.monitor.mode, watch.monitor.speed) == (mode, speed)


def test_an_old_sighting_is_not_believed(watch: Watch) -> None:
    watch.monitor.observe(watch.monitor._sighting, watch.now_s + 0.19)
    assert watch.monitor.mode is N
    watch.monitor.observe(watch.monitor._sighting, watch.now_s + 0.21)
    assert watch.monitor.mode is U
    assert not watch.monitor.is_zone_clear


def test_a_sighting_from_the_future_is_not_believed(watch: Watch) -> None:
    watch.monitor.observe(Sighting(at_s=watch.now_s + 1.0, people=()), watch.now_s)
    assert watch.monitor.mode is U


def test_no_sighting_at_all_is_not_believed(watch: Watch) -> None:
    watch.monitor.observe(None, watch.now_s)
    assert watch.monitor.mode is U


@pytest.mark.parametrize('distance_m', [1.0, float('nan')])
def test_a_resume_is_refused_while_it_is_not_clear(watch: Watch, distance_m: float) -> None:
    watch.see(distance_m)
    assert not watch.monitor.resume()
    assert watch.monitor.speed == 0.0


def test_a_latched_arm_needs_a_reset_and_then_a_resume(watch: Watch) -> None:
    watch.monitor.set_cell_mode(L)
    assert (watch.monitor.mode, watch.monitor.cause) == (L, 'a stop was pressed')
    assert watch.see(9.0) is L
    assert not watch.monitor.resume()
    watch.monitor.set_cell_mode(N)
    assert watch.monitor.mode is S
    assert watch.see(9.0) is S
    assert watch.monitor.resume()
    assert watch.monitor.mode is N


@pytest.mark.parametrize('cell', [S, U, L])
def test_a_cell_that_stands_still_cannot_be_overruled(watch: Watch, cell: SafetyMode) -> None:
    watch.monitor.set_cell_mode(cell)
    assert watch.monitor.speed == 0.0
    assert not watch.monitor.resume()
    watch.monitor.set_cell_mode(N)
    assert watch.monitor.speed == 0.0


def test_a_resume_of_a_moving_arm_changes_nothing(watch: Watch) -> None:
    watch.see(2.0)
    assert watch.monitor.resume()
    assert watch.monitor.mode is R


def test_the_pace_never_jumps_and_stops_in_time() -> None:
    pace, scales = SpeedScaling(), [0.0]
    targets = [1.0] * 120 + [0.25] * 20 + [1.0] * 10 + [0.0] * 61
    for target in targets:
        pace.advance(target, 1 / 240)
        scales.append(pace.scale)
    assert max(abs(b - a) for a, b in pairwise(scales)) < 1.6 / 60
    assert scales[120] == 1.0
    assert scales[-1] == 0.0
