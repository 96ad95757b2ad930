"""Look for a way of one arm that can be gone, all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil, inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.arms.arm_body import Joints
from cobot_alloc.sim.motion.clearance import Clearance, Load
from cobot_alloc.sim.motion.detour import detour
from cobot_alloc.sim.motion.lines import after, turned
from cobot_alloc.sim.motion.query import Blocked, Leg, Question, Way
from cobot_alloc.sim.motion.reach import Reach
from cobot_alloc.sim.motion.scene import PlanningScene
from cobot_alloc.sim.motion.timing import postures_along, run_along
from cobot_alloc.sim.motion.trajectory import Trajectory

_STEP_M = 0.02  # so far points of the arm may move between two checks, at most
_OWN_STEP_M = 0.03  # likewise, against itself: links move less past each other
_LEVEL_COSINE = 0.99  # of the lean of a tool that points down
_CARRY_COSINE = 0.7  # of the lean up to which a part is carried about level: 45 degrees
_LOOKS_AT_LEAN = 12  # along a joint line
_LOOK_M = 0.10  # how far to look for what is near
_AS_FAST_S = 0.5  # ways whose times differ by less are as good
_ENOUGH = 12_000  # checks for one question
_ENOUGH_DETOUR = 4_000  # checks for one stretch of a way
_SOLVING = 4  # one solution of the kinematics is as much work as so many checks
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
        reach.begin()
        self._before = clearance.checks, reach.solved
        self._told = 0
        self._why: Blocked | None = None
        self._way: Way = ()
        self._is_hopeless = False  # whether no posture leads along the present way
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
            self._is_hopeless = False
            found = self._from(0, start)
            if found is not None:
                return number, tuple(self._timed(stretch) for stretch in found)
            if self.effort > _ENOUGH:
                break
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
        """Return the ways, the fastest first; in their order where they are about as fast."""
        start = np.array(self._question.start)
        times = [self._estimate_s(way, start) for way in self._question.ways]
        steps = [inf if time_s == inf else round(time_s / _AS_FAST_S) for time_s in times]
        return sorted(range(len(steps)), key=lambda number: (steps[number], number))

    def _estimate_s(self, way: Way, here: Joints) -> float:
        """Return how long the free legs would take if nothing were in the way."""
        total_s = 0.0
        for number, leg in enumerate(way):
            if leg.straight:
                continue
            goal = next(self._first_goals(way, number, here), None)
            if goal is None:
                return inf
            total_s += self._reach.time_s(here, goal)
            here = goal
        return total_s

    def _first_goals(self, way: Way, number: int, here: Joints) -> Iterator[Joints]:
        """Yield postures for the end of a free leg that are like the present or the usual one."""
        leg, reach = way[number], self._reach
        if leg.to is None:
            yield reach.home
            return
        later = next((it for it in way[number + 1 :] if not it.straight), None)
        then = None if later is None or later.to is None else reach.usual(later.to, later.tool)
        then = reach.home if then is None else then
        yield from sorted(
            reach.postures(leg.to, leg.tool, here),
            key=lambda goal: reach.time_s(here, goal) + reach.time_s(goal, then),
        )

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
                if self._is_hopeless:
                    break
                continue
            first = self._free(number, here, goal)
            if first is None:
                continue
            rest = self._after(number, [first, *lines])
            if rest is not None:
                return rest
            if self._is_hopeless or self.effort > _ENOUGH:
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
        steady_m = tool_m if leg.speed_mps is not None else None
        hits = self._hits(self._finely(nodes, steady_m), stop=True)
        if hits:
            # Where it is the tool that hits something, no other posture of the arm helps.
            self._is_hopeless = (
                self._clearance.is_tool_hit and self._clearance.agent_id not in hits
            )
            self._fail(leg, to, hits)
            return None
        return Stretch(leg=leg, nodes=nodes, tool_m=tool_m)

    def _goals(self, number: int, here: Joints) -> Iterator[Joints]:
        """Yield postures for the end of a free leg, one after the other, as they are needed."""
        leg, none = self._way[number], True
        for goal in self._all_goals(number, here):
            none = False
            self._take_up(number, here)
            name = self._hit(goal)
            if name:
                self._fail(leg, leg.to, {name: 1})
            else:
                yield goal
        if none:
            self._fail(leg, leg.to)

    def _all_goals(self, number: int, here: Joints) -> Iterator[Joints]:
        leg, known = self._way[number], []
        for goal in self._first_goals(self._way, number, here):
            known.append(goal)
            yield goal
        if leg.to is not None and known:
            yield from self._reach.fresh_postures(leg.to, leg.tool, known)

    def _free(self, number: int, here: Joints, goal: Joints) -> Stretch | None:
        """Go to a posture on a joint line if that is clear, else round what is there."""
        leg = self._way[number]
        self._take_up(number, here)
        line = np.array([here, goal])
        hits = self._hits(self._finely(line), stop=False)
        is_level = self._level(leg, line)
        if not hits and all(is_level(joints) for joints in postures_along(line, _LOOKS_AT_LEAN)):
            return Stretch(leg=leg, nodes=line)
        enough = min(self.effort + _ENOUGH_DETOUR, _ENOUGH)
        nodes = detour(
            here,
            goal,
            self._reach.limits,
            arms_m=self._reach.arms_m,
            is_clear=lambda joints: not self._hit(joints) and is_level(joints),
            has_enough=lambda: self.effort > enough,
            seed=self._seed,
        )
        if nodes is not None and not self._hits(self._finely(nodes), stop=True):
            return Stretch(leg=leg, nodes=nodes)
        self._fail(leg, leg.to, hits or {'': 1})
        return None

    def _level(self, leg: Leg, ends: NDArray[np.float64]) -> Callable[[Joints], bool]:
        """Return whether a part that is taken up and set down level is carried about level."""

        def is_level(joints: Joints, cosine: float = _CARRY_COSINE) -> bool:
            tool = self._reach.tool_pose(joints, leg.tool)
            return -turned(tool.orientation, (0.0, 0.0, 1.0))[2] >= cosine

        if leg.grasp is None or not all(is_level(joints, _LEVEL_COSINE) for joints in ends):
            return lambda joints: True
        return is_level

    # What is in the way

    def _take_up(self, number: int, here: Joints) -> None:
        """Set the scene for a leg."""
        leg = self._way[number]
        for part, pose in self._parts[number].items():
            self._scene.put(part, pose)
        self._clearance.load(Load(grasp=leg.grasp, touching=leg.touching), here)

    def _finely(
        self, nodes: NDArray[np.float64], steady_m: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return postures on the path through the nodes, closer than two looks at it."""
        total_m = self._reach.progress_m(nodes)[-1]
        return postures_along(nodes, ceil(2.0 * total_m / _STEP_M) + 2 * len(nodes), steady_m)

    def _hits(self, postures: NDArray[np.float64], *, stop: bool) -> dict[str, int]:
        """Return how often a path meets what; up to the first only if told to stop there."""
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
        postures: NDArray[np.float64],
        done_m: NDArray[np.float64],
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

    def _hit(self, joints: Joints) -> str:
        self._tell()
        return self._clearance.hit(joints)

    def _tell(self) -> None:
        if self.effort >= self._told + _TELL_EVERY:
            self._told = self.effort
            self._progress(self._told)

    def _fail(self, leg: Leg, to: Pose | None, hits: Mapping[str, int] | None = None) -> None:
        """Remember why a leg cannot be gone; what stands in the way is worth most."""
        if self._why is not None and (self._why.code == 'blocked' or not hits):
            return
        where = 'home' if to is None else 'to ({:.3f}, {:.3f}, {:.3f}) m'.format(*to.position)
        if hits:
            name = max(sorted(hits), key=lambda it: hits[it])
            detail = f'{leg.name}: {name} stands in the way {where}'
            if not name:
                detail = f'{leg.name}: no way was found {where} that keeps the part about level'
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
