"""Paths and the runs along them: limits of the joints, lines, arcs."""

from math import atan2, dist, hypot

import numpy as np
import pytest

from cobot_alloc.sim.motion.trajectory import line, Trajectory
from cobot_alloc.sim.tools.pointing import tool_down

pytestmark = pytest.mark.sim


@pytest.fixture
def site(trial):
    return trial.cell._arms['panda'].site


@pytest.fixture
def above(site):
    """Return the joints of a posture above the table, to start from."""
    joints = site.planner.posture(tool_down((0.4, 0.3, 1.0), 0.0), site.body.home)
    assert joints is not None
    return joints


def samples(trajectory, dt=1 / 240):
    times = np.arange(0.0, trajectory.duration_s + dt, dt)
    return np.array([trajectory.sample(float(at))[0] for at in times])


def test_a_run_keeps_every_joint_s_limits(site, above):
    for run in (
        site.planner.swing(site.body.home, above),
        site.planner.straight(above, (0.4, 0.3, 0.8), 0.0),
        site.planner.arc(above, (0.45, -0.3, 1.0), 0.5),
    ):
        joints, dt = samples(run), 1 / 240
        speeds = np.diff(joints, axis=0) / dt
        assert np.all(np.abs(speeds).max(axis=0) <= site.body.limits.velocity * 1.01)
        bends = np.abs(np.diff(speeds, axis=0) / dt).max(axis=0)
        assert np.all(bends <= site.body.limits.acceleration * 1.02)
        assert np.all(joints >= site.body.limits.lower)
        assert np.all(joints <= site.body.limits.upper)


def test_a_run_starts_and_ends_at_rest_where_it_should(site, above):
    run = site.planner.swing(site.body.home, above)
    (start, speed), (end, last) = run.sample(0.0), run.sample(run.duration_s)
    assert start == pytest.approx(site.body.home)
    assert end == pytest.approx(above)
    assert speed == pytest.approx(np.zeros(7), abs=1e-6)
    assert last == pytest.approx(np.zeros(7), abs=1e-6)


def test_the_velocity_of_a_run_is_the_slope_of_its_positions(site, above):
    run = site.planner.arc(above, (0.45, -0.3, 1.0), 0.5)
    for at in np.linspace(0.1, run.duration_s - 0.1, 7):
        ahead, behind = run.sample(at + 1e-4)[0], run.sample(at - 1e-4)[0]
        assert run.sample(at)[1] == pytest.approx((ahead - behind) / 2e-4, abs=1e-3)


def test_a_line_is_straight(site, above):
    run = site.planner.straight(above, (0.4, 0.3, 0.8), 0.0)
    tools = [site.planner.tool_pose(joints).position for joints in samples(run)[::10]]
    assert all(dist(tool[:2], (0.4, 0.3)) < 5e-4 for tool in tools)


def test_an_arc_keeps_its_height_and_draws_in(site, above):
    run = site.planner.arc(above, (0.4, -0.3, 1.0), 0.0)
    tools = [site.planner.tool_pose(joints).position for joints in samples(run)[::10]]
    assert all(abs(tool[2] - 1.0) < 2e-3 for tool in tools)
    middle = min(tools, key=lambda tool: abs(atan2(tool[1], tool[0])))
    assert hypot(*middle[:2]) < hypot(0.4, 0.3) - 0.05
    assert tools[-1] == pytest.approx((0.4, -0.3, 1.0), abs=1e-3)


def test_what_is_out_of_reach_has_no_path(site, above):
    assert site.planner.straight(above, (0.4, 1.2, 1.0), 0.0) is None
    assert site.planner.arc(above, (0.9, -0.9, 1.0), 0.0) is None
    assert site.planner.posture(tool_down((2.0, 0.0, 1.0), 0.0), site.body.home) is None


def test_the_same_question_gets_the_same_answer(site):
    pose = tool_down((0.35, -0.35, 0.9), 1.0)
    first = site.planner.posture(pose, site.body.home)
    site.planner.posture(tool_down((0.5, 0.1, 0.8), 0.3), site.body.home)
    assert np.array_equal(first, site.planner.posture(pose, site.body.home))


def test_a_run_of_no_length_takes_next_to_no_time(site):
    run = Trajectory(line(site.body.home, site.body.home), site.body.limits)
    assert run.duration_s < 0.1
