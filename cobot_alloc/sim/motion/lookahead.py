"""What promises to be a good way, before anything is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.kinematics.poses import turned
from cobot_alloc.sim.motion.arm_reach import ArmReach
from cobot_alloc.sim.motion.requests import MotionPath, Segment

_AS_FAST_S = 0.5  # ways whose times differ by less are as good
_LEVEL_COSINE = 0.99  # of the lean of a tool that points down
_CARRY_COSINE = 0.7  # of the lean up to which a part is carried about level: 45 degrees


def fastest_first(paths: Sequence[MotionPath], start: Joints, reach: ArmReach) -> list[int]:
    """Return the numbers of the ways, in their order where they are about as fast."""
    times = [_estimate_s(path, start, reach) for path in paths]
    steps = [inf if time_s == inf else round(time_s / _AS_FAST_S) for time_s in times]
    return sorted(range(len(steps)), key=lambda number: (steps[number], number))


def first_goals(path: MotionPath, number: int, here: Joints, reach: ArmReach) -> Iterator[Joints]:
    """Yield postures for the end of a free leg that are like the present or the usual one."""
    segment = path[number]
    if segment.to is None:
        yield reach.home
        return
    later = next((it for it in path[number + 1 :] if not it.straight), None)
    then = None if later is None or later.to is None else reach.usual(later.to, later.tool)
    then = reach.home if then is None else then
    yield from sorted(
        reach.postures(segment.to, segment.tool, here),
        key=lambda goal: reach.time_s(here, goal) + reach.time_s(goal, then),
    )


def level(
    segment: Segment, ends: NDArray[np.float64], reach: ArmReach
) -> Callable[[Joints], bool]:
    """
    Return a question whether a posture carries a part about level.

    It is always answered with yes where the part is not level at both ends of the leg.
    """

    def is_level(joints: Joints, cosine: float = _CARRY_COSINE) -> bool:
        tool = reach.tool_pose(joints, segment.tool)
        return -turned(tool.orientation, (0.0, 0.0, 1.0))[2] >= cosine

    if segment.grasp is None or not all(is_level(joints, _LEVEL_COSINE) for joints in ends):
        return lambda joints: True
    return is_level


def _estimate_s(path: MotionPath, here: Joints, reach: ArmReach) -> float:
    """Return how long the free legs would take if nothing were in the way."""
    total_s = 0.0
    for number, segment in enumerate(path):
        if segment.straight:
            continue
        goal = next(first_goals(path, number, here, reach), None)
        if goal is None:
            return inf
        total_s += reach.time_s(here, goal)
        here = goal
    return total_s
