"""
Find the fastest run along a path of joints that keeps every joint's limits.

The path is a cubic spline through given postures. toppra finds how fast each stretch of it can
be run; a mean over a short while then takes the steps out of the acceleration, so that the
jerk is limited too. Both only change when the arm is where, never where it goes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
import toppra
from toppra import algorithm, constraint

from cobot_alloc.sim.kinematics.chain import JointLimits
from cobot_alloc.sim.motion.trajectory import SAMPLE_S, Trajectory

Array = NDArray[np.float64]

_GRID_PER_NODE, _GRID_MIN, _GRID_MAX = 3, 40, 400
_RAMP_NODES = 6
_FINE_S = SAMPLE_S / 4
_DERATINGS = (0.97, 0.85, 0.7, 0.5, 0.3)  # of the limits: the mean may raise what a bend takes
_NOTHING_RAD = 1e-9  # a path shorter than this is none
_NOTHING_M = 1e-6
_OVER = 1.01  # by so much a limit may be exceeded
_TOOL_MPS2 = 2.0  # acceleration of the tool along a line of steady speed

toppra.setup_logging('ERROR')


class UntimeablePath(Exception):
    """A path cannot be run along, however slowly."""


def time_parameterized(
    nodes: Array,
    limits: JointLimits,
    *,
    speed: float = 1.0,
    tool_m: Array | None = None,
    tool_mps: float | None = None,
) -> Trajectory:
    """
    Return the fastest run through the postures, from rest to rest.

    :param nodes: (n, joints), n >= 2.
    :param speed: share of the joints' speeds and accelerations.
    :param tool_m: how far the tool has come at each node.
    :param tool_mps: the tool's speed along its way, at most.
    :raises NoRun: if there is none: a bend that no speed is slow enough for.
    """
    velocity, acceleration = limits.velocity * speed, limits.acceleration * speed
    at = _parameter(nodes, tool_m if tool_mps is not None else None)
    if at[-1] < _NOTHING_RAD:
        return Trajectory(nodes[[0, 0]], np.zeros((2, nodes.shape[1])), np.array([0.0, 1.0]))
    table = nodes
    if tool_m is not None and tool_mps is not None:
        # The tool's way runs along as one more joint, with a speed limit of its own.
        table = np.column_stack([nodes, tool_m])
        velocity = np.append(velocity, tool_mps)
        acceleration = np.append(acceleration, _TOOL_MPS2)
    path = toppra.SplineInterpolator(at, table)
    window_s = float(np.max(limits.acceleration / limits.jerk))
    for derating in _DERATINGS:
        slower = velocity * (derating / _DERATINGS[0]) ** 0.5
        along, pace = _smoothed(_law(path, slower, acceleration * derating), window_s)
        positions, slopes = path(along)[:, : nodes.shape[1]], path(along, 1)[:, : nodes.shape[1]]
        velocities = slopes * pace[:, None]
        change = np.abs(np.diff(velocities, axis=0)) / SAMPLE_S
        if np.all(change <= limits.acceleration * speed * _OVER):
            break
    positions[0], positions[-1] = nodes[0], nodes[-1]
    velocities[0] = velocities[-1] = 0.0
    shares = np.clip(along / at[-1], 0.0, 1.0)
    shares[-1] = 1.0
    return Trajectory(positions, velocities, shares)


def _parameter(nodes: Array, tool_m: Array | None) -> Array:
    """
    Return a parameter for each node: the length of the way through the joints so far.

    Or that of the tool's way, where that is to be run at a steady speed: a spline of one over
    the other would waver.
    """
    if tool_m is not None and np.min(np.diff(tool_m)) > _NOTHING_M:
        return tool_m
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])


def postures_along(nodes: Array, count: int, steady_m: Array | None = None) -> Array:
    """
    Return postures on the path through the nodes, evenly spread.

    :param steady_m: as ``tool_m`` of ``time_parameterized``, for a run with ``tool_mps``.
    """
    at = _parameter(nodes, steady_m)
    if at[-1] < _NOTHING_RAD:
        return nodes[:1]
    return np.asarray(toppra.SplineInterpolator(at, nodes)(np.linspace(0.0, at[-1], count)))


def _law(path: toppra.SplineInterpolator, velocity: Array, acceleration: Array) -> Array:
    """Return the places along the path in the fastest run, one each ``_FINE_S``."""
    end = float(path.path_interval[1])
    count = min(max(_GRID_PER_NODE * len(path.waypoints[0]), _GRID_MIN), _GRID_MAX)
    grid = _grid(count) * end
    limits = [
        constraint.JointVelocityConstraint(np.column_stack([-velocity, velocity])),
        constraint.JointAccelerationConstraint(np.column_stack([-acceleration, acceleration])),
    ]
    solver = algorithm.TOPPRA(limits, path, gridpoints=grid, solver_wrapper='seidel')
    change, pace, _ = solver.compute_parameterization(0.0, 0.0)
    if pace is None or not np.all(np.isfinite(pace)):
        raise UntimeablePath('toppra found no run along a path')
    steps = 2.0 * np.diff(grid) / np.maximum(pace[:-1] + pace[1:], 1e-9)
    times = np.concatenate([[0.0], np.cumsum(steps)])
    fine = np.arange(0.0, times[-1] + _FINE_S, _FINE_S)
    index = np.clip(np.searchsorted(times, fine, side='right') - 1, 0, len(times) - 2)
    since = np.minimum(fine, times[-1]) - times[index]
    along = grid[index] + pace[index] * since + 0.5 * change[index] * since**2
    return np.clip(np.maximum.accumulate(along), 0.0, end)


def _grid(count: int) -> Array:
    """Return points from 0 to 1, closer to each other at the ends, where ramps may be short."""
    ramp = 0.5 ** np.arange(_RAMP_NODES, 0, -1) / count
    return np.concatenate(
        [[0.0], ramp, np.linspace(0.0, 1.0, count + 1)[1:-1], 1.0 - ramp[::-1], [1.0]]
    )


def _smoothed(along: Array, window_s: float) -> tuple[Array, Array]:
    """Return the places along the path and the pace there, one each sample, without steps."""
    width = max(1, round(window_s / _FINE_S))
    padded = np.concatenate([np.zeros(width), along, np.full(2 * width + 4, along[-1])])
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    mean = (sums[width:] - sums[:-width]) / width
    pace = (padded[width:] - padded[:-width]) / (width * _FINE_S)
    # The run begins when the mean begins to move, and has ended where it has come to rest.
    last = int(np.argmax(mean >= along[-1] - 1e-12))
    count = -(-last // 4) * 4 + 1
    return mean[:count:4], pace[:count:4]
