"""Runs along paths of joints: the limits of the joints, from rest to rest, on the path."""

import pickle
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

from cobot_alloc.sim.kinematics.chain import JointLimits
from cobot_alloc.sim.motion.timing import time_parameterized
from cobot_alloc.sim.motion.trajectory import SAMPLE_S

EACH = np.ones(7)
LIMITS = JointLimits(
    lower=-2.9 * EACH,
    upper=2.9 * EACH,
    velocity=np.linspace(1.2, 2.1, 7),
    acceleration=10.0 * EACH,
    jerk=150.0 * EACH,
    effort=EACH,
)
ALONG = np.linspace(0.0, 1.0, 12)
STRAIGHT = np.array([0.0 * EACH, np.linspace(-1.5, 1.0, 7)])
CURVED = np.column_stack([0.6 * np.sin(2.0 * ALONG + joint) for joint in range(7)])
SHORT = np.array([0.0 * EACH, 0.002 * EACH])


@pytest.fixture(params=[STRAIGHT, CURVED, SHORT], ids=['straight', 'curved', 'short'])
def nodes(request: pytest.FixtureRequest) -> NDArray[np.float64]:
    return request.param


def test_a_run_keeps_every_joint_s_limits(nodes: NDArray[np.float64]) -> None:
    speeds = np.diff(time_parameterized(nodes, LIMITS).postures, axis=0) / SAMPLE_S
    bends = np.diff(speeds, axis=0, prepend=0.0 * speeds[:1], append=0.0 * speeds[:1]) / SAMPLE_S
    assert np.all(np.abs(speeds).max(axis=0) <= LIMITS.velocity * 1.01)
    assert np.all(np.abs(bends).max(axis=0) <= LIMITS.acceleration * 1.02)
    assert np.abs(np.diff(bends, axis=0)).max() / SAMPLE_S <= 2.5 * LIMITS.jerk[0]


def test_a_run_is_nearly_as_fast_as_the_limits_allow() -> None:
    run = time_parameterized(STRAIGHT, LIMITS)
    # The slowest joint: its way at full speed, and getting there and back to rest.
    least_s = np.max(1.5 / LIMITS.velocity[0] + LIMITS.velocity[0] / 10.0)
    assert least_s <= run.duration_s < least_s + 0.1


def test_a_run_starts_and_ends_at_rest_where_it_should(nodes: NDArray[np.float64]) -> None:
    run = time_parameterized(nodes, LIMITS)
    (start, speed), (end, last) = run.sample(0.0), run.sample(run.duration_s)
    assert (start, end) == (nodes[0].tolist(), nodes[-1].tolist())
    assert [*speed, *last] == [0.0] * 14
    assert run.sample(run.duration_s + 1.0) == (end, last)


def test_a_run_passes_the_nodes() -> None:
    run = time_parameterized(CURVED, LIMITS)
    for node in CURVED:
        assert np.abs(run.postures - node).max(axis=1).min() < 0.01


def test_between_two_samples_the_run_stays_on_its_path() -> None:
    run = time_parameterized(CURVED, LIMITS)
    for at in np.linspace(0.1, run.duration_s - 0.1, 50):
        ahead, behind = (run.sample(at + step)[0] for step in (SAMPLE_S, -SAMPLE_S))
        assert run.sample(at)[0] == pytest.approx(np.mean([ahead, behind], axis=0), abs=2e-4)


def test_the_velocity_of_a_run_is_the_slope_of_its_positions(nodes: NDArray[np.float64]) -> None:
    run = time_parameterized(nodes, LIMITS)
    for at in np.linspace(0.02, run.duration_s - 0.02, 9):
        ahead, behind = (np.array(run.sample(at + step)[0]) for step in (SAMPLE_S, -SAMPLE_S))
        slope = (ahead - behind) / (2 * SAMPLE_S)
        assert run.sample(at)[1] == pytest.approx(slope, abs=0.03)


def test_half_the_speed_takes_longer() -> None:
    whole, half = (
        time_parameterized(STRAIGHT, LIMITS),
        time_parameterized(STRAIGHT, LIMITS, speed=0.5),
    )
    assert half.duration_s == pytest.approx(2.0 * whole.duration_s, rel=0.1)
    assert np.array_equal(half.postures[-1], whole.postures[-1])


def test_a_tool_s_speed_is_steady_with_ramps_only_at_the_ends() -> None:
    tool_m = 0.4 * ALONG
    run = time_parameterized(CURVED, LIMITS, tool_m=tool_m, tool_mps=0.05)
    assert run.duration_s == pytest.approx(0.4 / 0.05, rel=0.03)
    shares = [run.fraction(float(at)) for at in np.arange(0.5, run.duration_s - 0.5, 0.1)]
    steps = np.diff(np.interp(shares, _shares(CURVED), tool_m))
    assert steps == pytest.approx(np.full(len(steps), 0.005), rel=0.1)


def test_a_run_of_no_length_takes_next_to_no_time() -> None:
    assert time_parameterized(np.zeros((2, 7)), LIMITS).duration_s < 0.1


def test_a_run_comes_out_of_another_process_as_it_went_in() -> None:
    run = time_parameterized(CURVED, LIMITS)
    again = pickle.loads(pickle.dumps(run))
    for at in (0.0, 0.3331, run.duration_s):
        assert again.sample(at) == run.sample(at)
        assert again.fraction(at) == run.fraction(at)


def test_the_fraction_only_grows(nodes: NDArray[np.float64]) -> None:
    run = time_parameterized(nodes, LIMITS)
    seen = [run.fraction(at) for at in np.linspace(0.0, run.duration_s, 200)]
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def _shares(nodes: NDArray[np.float64]) -> Any:
    done = np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))
    return np.concatenate([[0.0], done / done[-1]])
