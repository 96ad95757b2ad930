"""Find a way round what is there, through the space of the joints, with OMPL's RRT-Connect."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from ompl import base, geometric, util

from cobot_alloc.sim.kinematics.chain import JointLimits, Joints

_RANGE_M = 0.5  # of one branch of the trees, as far as the arm's farthest point may move
_STEP_M = 0.025  # between two postures that are looked at
_SHORTCUTS = 60
_SMOOTHINGS = 4

util.setLogLevel(util.LOG_NONE)


def rrt_connect(
    start: Joints,
    goal: Joints,
    limits: JointLimits,
    *,
    arms_m: Joints,
    is_clear: Callable[[Joints], bool],
    has_enough: Callable[[], bool],
    seed: int,
) -> NDArray[np.float64] | None:
    """
    Return postures from start to goal, one row each, or None if none were found.

    The answer depends on nothing but the question.

    :param arms_m: how far a turn of each joint by one radian can move a point of the arm: the
        joints are weighed by it.
    :param has_enough: asked again and again; once true it is given up.
    """
    util.RNG.setSeed(seed + 1)  # 0 would be a seed of the day
    space = base.RealVectorStateSpace(len(start))
    bounds = base.RealVectorBounds(len(start))
    for index, arm_m in enumerate(arms_m):
        bounds.setLow(index, float(limits.lower[index] * arm_m))
        bounds.setHigh(index, float(limits.upper[index] * arm_m))
    space.setBounds(bounds)
    setup = geometric.SimpleSetup(space)
    count = range(len(start))
    setup.setStateValidityChecker(
        lambda state: is_clear(np.array([state[i] for i in count]) / arms_m)
    )
    information = setup.getSpaceInformation()
    information.setStateValidityCheckingResolution(_STEP_M / space.getMaximumExtent())
    ends = [space.allocState() for _ in range(2)]
    for state, joints in zip(ends, (start, goal), strict=True):
        for index in count:
            state[index] = float(
                np.clip(joints[index] * arms_m[index], bounds.low[index], bounds.high[index])
            )
    setup.setStartAndGoalStates(*ends)
    planner = geometric.RRTConnect(information)
    planner.setRange(_RANGE_M)
    setup.setPlanner(planner)
    if not setup.solve(base.PlannerTerminationCondition(has_enough)):
        return None
    if not setup.haveExactSolutionPath():
        return None
    path = setup.getSolutionPath()
    simplifier = geometric.PathSimplifier(information)
    simplifier.partialShortcutPath(path, _SHORTCUTS, _SHORTCUTS)
    simplifier.smoothBSpline(path, _SMOOTHINGS)
    found = [[path.getState(n)[i] for i in count] for n in range(path.getStateCount())]
    nodes = np.array(found) / arms_m
    nodes[0], nodes[-1] = start, goal
    return nodes
