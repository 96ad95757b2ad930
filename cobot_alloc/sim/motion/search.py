"""Look for a way of one arm that can be gone, all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.arms.arm_body import Joints
from cobot_alloc.sim.motion.clearance import Clearance, Load
from cobot_alloc.sim.motion.detour import detour
from cobot_alloc.sim.motion.lines import after
from cobot_alloc.sim.motion.prospects import fastest_first, first_goals, level
from cobot_alloc.sim.motion.query import Blocked, Leg, Question, Way
from cobot_alloc.sim.motion.reach import Reach
from cobot_alloc.sim.motion.scene import PlanningScene
from cobot_alloc.sim.motion.timing import NoRun, postures_along, run_along
from cobot_alloc.sim.motion.trajectory import Trajectory
from cobot_alloc.sim.motion.watch import Watch

_LOOKS_AT_LEAN = 12  # along a joint line
_ENOUGH = 12_000  # checks for one question
_ENOUGH_DETOUR = 4_000  # checks for one stretch of a way


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
        self._seed = seed
        reach.begin()
        self._watch = Watch(clearance, reach, progress)
        self._why: Blocked | None = None
        self._way: Way = ()
        self._is_hopeless = False  # whether no posture leads along the present way
        self._parts: list[Mapping[str, Pose]] = []

    @property
    def effort(self) -> int:
        """The work done so far, in checks."""
        return self._watch.effort

    def run(self) -> tuple[int, tuple[Trajectory, ...]] | Blocked:
        """Return the number of the way found with its trajectories, or why there is none."""
        start = np.array(self._question.start)
        for number in fastest_first(self._question.ways, start, self._reach):
            self._way = self._question.ways[number]
            self._parts = self._parts_before_each_leg(self._way)
            self._is_hopeless = False
            found = self._from(0, start)
            if found is not None:
                try:
                    return number, tuple(self._timed(stretch) for stretch in found)
                except NoRun as problem:
                    self._why = Blocked(code=FailureCode.BLOCKED, obstacle='', detail=str(problem))
            if self.effort > _ENOUGH:
                break
        none = Blocked(
            code=FailureCode.UNREACHABLE, obstacle='', detail='there is no way to choose from'
        )
        return self._why or none

    def _timed(self, stretch: Stretch) -> Trajectory:
        leg = stretch.leg
        return run_along(
            stretch.nodes,
            self._reach.limits,
            speed=leg.speed,
            tool_m=stretch.tool_m,
            tool_mps=leg.speed_mps,
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
        hits = self._watch.first_hit(nodes, steady_m)
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
            name = self._watch.hit(goal)
            if name:
                self._fail(leg, leg.to, {name: 1})
            else:
                yield goal
        if none:
            self._fail(leg, leg.to)

    def _all_goals(self, number: int, here: Joints) -> Iterator[Joints]:
        leg, known = self._way[number], []
        for goal in first_goals(self._way, number, here, self._reach):
            known.append(goal)
            yield goal
        if leg.to is not None and known:
            yield from self._reach.fresh_postures(leg.to, leg.tool, known)

    def _free(self, number: int, here: Joints, goal: Joints) -> Stretch | None:
        """Go to a posture on a joint line if that is clear, else round what is there."""
        leg = self._way[number]
        self._take_up(number, here)
        line = np.array([here, goal])
        hits = self._watch.hits(line)
        is_level = level(leg, line, self._reach)
        if not hits and all(is_level(joints) for joints in postures_along(line, _LOOKS_AT_LEAN)):
            return Stretch(leg=leg, nodes=line)
        enough = min(self.effort + _ENOUGH_DETOUR, _ENOUGH)
        nodes = detour(
            here,
            goal,
            self._reach.limits,
            arms_m=self._reach.arms_m,
            is_clear=lambda joints: not self._watch.hit(joints) and is_level(joints),
            has_enough=lambda: self.effort > enough,
            seed=self._seed,
        )
        if nodes is not None and not self._watch.first_hit(nodes):
            return Stretch(leg=leg, nodes=nodes)
        self._fail(leg, leg.to, hits or {'': 1})
        return None

    # What is in the way

    def _take_up(self, number: int, here: Joints) -> None:
        """Set the scene for a leg."""
        leg = self._way[number]
        for part, pose in self._parts[number].items():
            self._scene.put(part, pose)
        self._clearance.load(Load(grasp=leg.grasp, touching=leg.touching), here)

    def _fail(self, leg: Leg, to: Pose | None, hits: Mapping[str, int] | None = None) -> None:
        """Remember why a leg cannot be gone; what stands in the way is worth most."""
        if self._why is not None and (self._why.code == FailureCode.BLOCKED or not hits):
            return
        where = 'home' if to is None else 'to ({:.3f}, {:.3f}, {:.3f}) m'.format(*to.position)
        if hits:
            name = max(sorted(hits), key=lambda it: hits[it])
            detail = f'{leg.name}: {name} stands in the way {where}'
            if not name:
                detail = f'{leg.name}: no way was found {where} that keeps the part about level'
            self._why = Blocked(code=FailureCode.BLOCKED, obstacle=name, detail=detail)
        else:
            assert to is not None, 'the posture at home needs no solution'
            far_m = self._reach.from_base_m(to.position)
            detail = f'{leg.name}: no posture leads {where}, {far_m:.2f} m from the base'
            self._why = Blocked(code=FailureCode.UNREACHABLE, obstacle='', detail=detail)

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
