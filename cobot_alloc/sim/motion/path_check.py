"""Look along paths of one arm for what they meet, and count the work."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.motion.arm_reach import ArmReach
from cobot_alloc.sim.motion.clearance import Clearance
from cobot_alloc.sim.motion.timing import postures_along

_STEP_M = 0.02  # so far points of the arm may move between two looks, at most
_OWN_STEP_M = 0.03  # likewise, against itself: links move less past each other
_LOOK_M = 0.10  # how far to look for what is near
_SOLVING = 4  # one solution of the kinematics is as much work as so many looks
_TELL_EVERY = 200

Array = NDArray[np.float64]


class PathChecker:
    """Watches one arm while an answer is looked for."""

    def __init__(
        self, clearance: Clearance, reach: ArmReach, progress: Callable[[int], None]
    ) -> None:
        """
        Begin to count.

        :param progress: told now and then how much work was done so far.
        """
        self._clearance, self._reach, self._progress = clearance, reach, progress
        self._before = clearance.checks, reach.solved
        self._told = 0

    @property
    def effort(self) -> int:
        """The work done so far, in looks at one posture."""
        checks, solved = self._before
        done = self._clearance.checks - checks
        return done + _SOLVING * (self._reach.solved - solved)

    def hit(self, joints: Joints) -> str:
        """Return the name of something that the arm comes too near to, or an empty string."""
        self._tell()
        return self._clearance.hit(joints)

    def hits(self, nodes: Array) -> dict[str, int]:
        """Return how often the path through some nodes meets what."""
        return self._hits(self._finely(nodes, None), stop=False)

    def first_hit(self, nodes: Array, steady_m: Array | None = None) -> dict[str, int]:
        """
        Return the first thing that the path through some nodes meets.

        :param steady_m: see ``timing.postures_along``.
        """
        return self._hits(self._finely(nodes, steady_m), stop=True)

    def _finely(self, nodes: Array, steady_m: Array | None) -> Array:
        """Return postures on the path through the nodes, closer than two looks at it."""
        total_m = self._reach.progress_m(nodes)[-1]
        return postures_along(nodes, ceil(2.0 * total_m / _STEP_M) + 2 * len(nodes), steady_m)

    def _hits(self, postures: Array, *, stop: bool) -> dict[str, int]:
        around, itself = self._clearance.hit_around, self._clearance.hit_itself
        done_m = self._reach.progress_m(postures)
        hits = self._walk(postures, done_m, around, _STEP_M, stop=stop)
        if hits and stop:
            return hits
        # However far the first joint turns, the arm stays as near to itself as it was.
        done_m = self._reach.progress_m(postures, 1)
        return hits | self._walk(postures, done_m, itself, _OWN_STEP_M, stop=stop)

    def _walk(
        self,
        postures: Array,
        done_m: Array,
        look: Callable[[Joints, float], tuple[str, float]],
        step_m: float,
        *,
        stop: bool,
    ) -> dict[str, int]:
        """Look along a path; where nothing is near, the next time only when something could be."""
        hits: dict[str, int] = {}
        index, last = 0, len(postures) - 1
        while True:
            name, free_m = look(postures[index], _LOOK_M)
            self._tell()
            if name:
                hits[name] = hits.get(name, 0) + 1
            if index == last or (name and stop):
                return hits
            next_m = done_m[index] + max(free_m, step_m)
            index = max(index + 1, int(np.searchsorted(done_m, next_m, side='right')) - 1)

    def _tell(self) -> None:
        if self.effort >= self._told + _TELL_EVERY:
            self._told = self.effort
            self._progress(self._told)
