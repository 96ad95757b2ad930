"""Look for a way of one arm that can be gone, all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.arms.arm_body import Joints
from cobot_alloc.sim.motion.clearance import Clearance, Load
from cobot_alloc.sim.motion.detour import detour
from cobot_alloc.sim.motion.lines import after
from cobot_alloc.sim.motion.query import Blocked, Leg, Question, Way
from cobot_alloc.sim.motion.reach import Reach
from cobot_alloc.sim.motion.scene import PlanningScene
from cobot_alloc.sim.motion.timing import postures_along, run_along
from cobot_alloc.sim.motion.trajectory import Trajectory

_STEP_M = 0.02  # so far points of the arm may move between two checks, at most
_TWIST_RAD = 0.5  # ways whose twists differ by less are equally good
_ENOUGH = 12_000  # checks for one question
_ENOUGH_DETOUR = 4_000  # checks for one stretch of a way
_SOLVING = 3  # one solution of the kinematics is as much work as so many checks
_TELL_EVERY = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """A leg as a path: its postures, and how far the tool has come at each of a line."""

    leg: Leg
    nodes: NDArray[np.float64]
    tool_m: NDArray[np.float64] | None = None


Stretches: TypeAlias = list[Stretch]


class Search:
    """The search for an answer to one question, in a scene that is set for it."""

    def __init__(
        self,
        question: Question,
        scene: PlanningScene,
        clearance: Clearance,
        reach: Reach,
        *,
        seed: int,
        progress: Callable[[int], None],
    ) -> None:
        """Begin."""
        self._question, self._scene = question, scene
        self._clearance, self._reach = clearance, reach
        self._seed, self._progress = seed, progress
        self._before = clearance.checks, reach.solved
        self._told = 0
        self._why: Blocked | None = None
        self._way: Way = ()
        self._parts: list[Mapping[str, Pose]] = []

    @property
    def effort(self) -> int:
        """The work done so far, in checks."""
        checks, solved = self._before
        done = self._clearance.checks - checks
        return done + _SOLVING * (self._reach.solved - solved)

    def run(self) -> tuple[int, tuple[Trajectory, ...]] | Blocked:
        """Return the number of the way found with its trajectories, or why there is none."""
        start = np.array(self._question.start)
        for number in self._ranked():
            self._way = self._question.ways[number]
            self._parts = self._parts_before_each_leg(self._way)
            found = self._from(0, start)
            if found is not None:
                return number, tuple(self._timed(stretch) for stretch in found)
        assert self._why is not None, 'a way that was not found has a reason'
        return self._why

    def _timed(self, stretch: Stretch) -> Trajectory:
        leg = stretch.leg
        return run_along(
            stretch.nodes,
            self._reach.limits,
            speed=leg.speed,
            tool_m=stretch.tool_m,
            tool_mps=leg.speed_mps,
        )

    # The order of the ways

    def _ranked(self) -> list[int]:
        """Return the ways, the least twisted first; in their order where that is the same."""
        twists = [self._twist(way) for way in self._question.ways]
        return sorted(range(len(twists)), key=lambda number: (twists[number], number))

    def _twist(self, way: Way) -> float:
        """Return how far the joints have to leave the posture at home, in steps."""
        worst = 0.0
        for leg in way:
            if leg.to is not None and not leg.straight:
                near, found = self._reach.usual(leg.to, leg.tool)
                worst = max(worst, inf if found is None else np.max(np.abs(found - near)))
        return worst if worst == inf else round(worst / _TWIST_RAD)

    # Leg by leg

    def _from(self, number: int, here: Joints) -> Stretches | None:
        """Return the rest of the way from a leg on, or None."""
        if number == len(self._way):
            return []
        leg = self._way[number]
        if leg.straight:
            lines = self._lines(number, here)
            return None if lines is None else self._after(number, lines)
        for goal in self._goals(number, here):
            # The lines that follow are looked at first: a way round costs more.
            lines = self._lines(number + 1, goal)
            if lines is None:
                continue
            first = self._free(number, here, goal)
            if first is None:
                continue
            rest = self._after(number, [first, *lines])
            if rest is not None:
                return rest
            if self.effort > _ENOUGH:
                break
        return None

    def _after(self, number: int, found: Stretches) -> Stretches | None:
        if not found:
            return self._from(number, np.array(self._question.start))
        rest = self._from(number + len(found), found[-1].nodes[-1])
        return None if rest is None else [*found, *rest]

    def _lines(self, number: int, here: Joints) -> Stretches | None:
        """Return the straight legs from one on, up to the next that is free."""
        found: Stretches = []
        for index in range(number, len(self._way)):
            leg = self._way[index]
            if not leg.straight:
                break
            stretch = self._line(index, here)
            if stretch is None:
                return None
            found.append(stretch)
            here = stretch.nodes[-1]
        return found

    def _line(self, number: int, here: Joints) -> Stretch | None:
        leg = self._way[number]
        to = leg.to or self._reach.tool_pose(self._reach.home, leg.tool)
        line = self._reach.line(here, (*leg.via, to), leg.tool)
        if isinstance(line, Pose):
            self._fail(leg, line)
            return None
        nodes, tool_m = line
        self._take_up(number, here)
        hits = self._hits(postures_along(nodes, 4 * len(nodes)), stop=True)
        if hits:
            self._fail(leg, to, hits)
            return None
        return Stretch(leg=leg, nodes=nodes, tool_m=tool_m)

    def _goals(self, number: int, here: Joints) -> list[Joints]:
        leg = self._way[number]
        if leg.to is None:
            goals = [self._reach.home]
        else:
            goals = list(self._reach.postures(leg.to, leg.tool, here))
            if not goals:
                self._fail(leg, leg.to)
        clear = []
        self._take_up(number, here)
        for goal in goals:
            name = self._hit(goal)
            if name:
                self._fail(leg, leg.to, {name: 1})
            else:
                clear.append(goal)
        return clear

    def _free(self, number: int, here: Joints, goal: Joints) -> Stretch | None:
        """Go to a posture on a joint line if that is clear, else round what is there."""
        leg = self._way[number]
        self._take_up(number, here)
        hits = self._hits(np.array([here, goal]), stop=False)
        if not hits:
            return Stretch(leg=leg, nodes=np.array([here, goal]))
        enough = min(self.effort + _ENOUGH_DETOUR, _ENOUGH)
        nodes = detour(
            here,
            goal,
            self._reach.limits,
            arms_m=self._reach.arms_m,
            is_clear=lambda joints: not self._hit(joints),
            has_enough=lambda: self.effort > enough,
            seed=self._seed,
        )
        if nodes is not None and not self._hits(postures_along(nodes, 4 * len(nodes)), stop=True):
            return Stretch(leg=leg, nodes=nodes)
        self._fail(leg, leg.to, hits)
        return None

    # What is in the way

    def _take_up(self, number: int, here: Joints) -> None:
        """Set the scene for a leg."""
        leg = self._way[number]
        for part, pose in self._parts[number].items():
            self._scene.put(part, pose)
        at_start = here if number == 0 else None
        self._clearance.load(Load(grasp=leg.grasp, touching=leg.touching), at_start)

    def _hits(self, postures: NDArray[np.float64], *, stop: bool) -> dict[str, int]:
        """Return how often a path meets what; up to the first only if told to stop there."""
        hits: dict[str, int] = {}
        for a, b in pairwise(postures):
            for joints in self._reach.steps(a, b, _STEP_M):
                name = self._hit(joints)
                if name:
                    hits[name] = hits.get(name, 0) + 1
                    if stop:
                        return hits
        return hits

    def _hit(self, joints: Joints) -> str:
        name = self._clearance.hit(joints)
        if self.effort >= self._told + _TELL_EVERY:
            self._told = self.effort
            self._progress(self._told)
        return name

    def _fail(self, leg: Leg, to: Pose | None, hits: Mapping[str, int] | None = None) -> None:
        """Remember why a leg cannot be gone; what stands in the way is worth most."""
        if self._why is not None and (self._why.code == 'blocked' or not hits):
            return
        where = 'home' if to is None else 'to ({:.3f}, {:.3f}, {:.3f}) m'.format(*to.position)
        if hits:
            name = max(sorted(hits), key=lambda it: hits[it])
            detail = f'{leg.name}: {name} stands in the way {where}'
            self._why = Blocked(code='blocked', obstacle=name, detail=detail)
        else:
            assert to is not None, 'the posture at home needs no solution'
            far_m = self._reach.from_base_m(to.position)
            detail = f'{leg.name}: no posture leads {where}, {far_m:.2f} m from the base'
            self._why = Blocked(code='unreachable', obstacle='', detail=detail)

    def _parts_before_each_leg(self, way: Way) -> list[Mapping[str, Pose]]:
        """Return for each leg where the parts are that the way itself moves."""
        moved = {leg.grasp.part for leg in way if leg.grasp is not None}
        now = {part: self._question.now.parts[part] for part in moved}
        found: list[Mapping[str, Pose]] = []
        for leg in way:
            found.append(dict(now))
            if leg.grasp is not None:
                to = leg.to or self._reach.tool_pose(self._reach.home, leg.grasp.tool)
                now[leg.grasp.part] = after(to, leg.grasp.part_in_tool)
        return found
