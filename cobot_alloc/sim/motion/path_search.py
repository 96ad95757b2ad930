"""Look for a way of one arm that can be gone, all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.kinematics.poses import after
from cobot_alloc.sim.motion.arm_reach import ArmReach
from cobot_alloc.sim.motion.clearance import Clearance, SegmentLoad
from cobot_alloc.sim.motion.lookahead import fastest_first, first_goals, level
from cobot_alloc.sim.motion.path_check import PathChecker
from cobot_alloc.sim.motion.planning_scene import PlanningScene
from cobot_alloc.sim.motion.requests import MotionPath, PlanFailure, PlanRequest, Segment
from cobot_alloc.sim.motion.rrt import rrt_connect
from cobot_alloc.sim.motion.timing import postures_along, time_parameterized, UntimeablePath
from cobot_alloc.sim.motion.trajectory import Trajectory

_LOOKS_AT_LEAN = 12  # along a joint line
_ENOUGH = 12_000  # checks for one question
_ENOUGH_DETOUR = 4_000  # checks for one stretch of a way


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedSegment:
    """A leg as a path: its postures, and how far the tool has come at each of a line."""

    segment: Segment
    nodes: NDArray[np.float64]
    tool_m: NDArray[np.float64] | None = None


PlannedSegments: TypeAlias = list[PlannedSegment]


class PathSearch:
    """The search for an answer to one question, in a scene that is set for it."""

    def __init__(
        self,
        request: PlanRequest,
        scene: PlanningScene,
        clearance: Clearance,
        reach: ArmReach,
        *,
        seed: int,
        progress: Callable[[int], None],
    ) -> None:
        """Begin."""
        self._request, self._scene = request, scene
        self._clearance, self._reach = clearance, reach
        self._seed = seed
        reach.begin()
        self._watch = PathChecker(clearance, reach, progress)
        self._why: PlanFailure | None = None
        self._path: MotionPath = ()
        self._is_hopeless = False  # whether no posture leads along the present way
        self._parts: list[Mapping[str, Pose]] = []

    @property
    def effort(self) -> int:
        """The work done so far, in checks."""
        return self._watch.effort

    def run(self) -> tuple[int, tuple[Trajectory, ...]] | PlanFailure:
        """Return the number of the way found with its trajectories, or why there is none."""
        start = np.array(self._request.start)
        for number in fastest_first(self._request.paths, start, self._reach):
            self._path = self._request.paths[number]
            self._parts = self._parts_before_each_leg(self._path)
            self._is_hopeless = False
            found = self._from(0, start)
            if found is not None:
                try:
                    return number, tuple(self._timed(stretch) for stretch in found)
                except UntimeablePath as problem:
                    self._why = PlanFailure(
                        code=FailureCode.BLOCKED, obstacle='', detail=str(problem)
                    )
            if self.effort > _ENOUGH:
                break
        none = PlanFailure(
            code=FailureCode.UNREACHABLE, obstacle='', detail='there is no way to choose from'
        )
        return self._why or none

    def _timed(self, stretch: PlannedSegment) -> Trajectory:
        segment = stretch.segment
        return time_parameterized(
            stretch.nodes,
            self._reach.limits,
            speed=segment.speed,
            tool_m=stretch.tool_m,
            tool_mps=segment.speed_mps,
        )

    # Leg by leg

    def _from(self, number: int, here: Joints) -> PlannedSegments | None:
        """Return the rest of the way from a leg on, or None."""
        if number == len(self._path):
            return []
        segment = self._path[number]
        if segment.straight:
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

    def _after(self, number: int, found: PlannedSegments) -> PlannedSegments | None:
        if not found:
            return self._from(number, np.array(self._request.start))
        rest = self._from(number + len(found), found[-1].nodes[-1])
        return None if rest is None else [*found, *rest]

    def _lines(self, number: int, here: Joints) -> PlannedSegments | None:
        """Return the straight legs from one on, up to the next that is free."""
        found: PlannedSegments = []
        for index in range(number, len(self._path)):
            segment = self._path[index]
            if not segment.straight:
                break
            stretch = self._line(index, here)
            if stretch is None:
                return None
            found.append(stretch)
            here = stretch.nodes[-1]
        return found

    def _line(self, number: int, here: Joints) -> PlannedSegment | None:
        segment = self._path[number]
        to = segment.to or self._reach.tool_pose(self._reach.home, segment.tool)
        line = self._reach.line(here, (*segment.via, to), segment.tool)
        if isinstance(line, Pose):
            self._fail(segment, line)
            return None
        nodes, tool_m = line
        self._take_up(number, here)
        steady_m = tool_m if segment.speed_mps is not None else None
        hits = self._watch.first_hit(nodes, steady_m)
        if hits:
            # Where it is the tool that hits something, no other posture of the arm helps.
            self._is_hopeless = (
                self._clearance.is_tool_hit and self._clearance.agent_id not in hits
            )
            self._fail(segment, to, hits)
            return None
        return PlannedSegment(segment=segment, nodes=nodes, tool_m=tool_m)

    def _goals(self, number: int, here: Joints) -> Iterator[Joints]:
        """Yield postures for the end of a free leg, one after the other, as they are needed."""
        segment, none = self._path[number], True
        for goal in self._all_goals(number, here):
            none = False
            self._take_up(number, here)
            name = self._watch.hit(goal)
            if name:
                self._fail(segment, segment.to, {name: 1})
            else:
                yield goal
        if none:
            self._fail(segment, segment.to)

    def _all_goals(self, number: int, here: Joints) -> Iterator[Joints]:
        segment, known = self._path[number], []
        for goal in first_goals(self._path, number, here, self._reach):
            known.append(goal)
            yield goal
        if segment.to is not None and known:
            yield from self._reach.fresh_postures(segment.to, segment.tool, known)

    def _free(self, number: int, here: Joints, goal: Joints) -> PlannedSegment | None:
        """Go to a posture on a joint line if that is clear, else round what is there."""
        segment = self._path[number]
        self._take_up(number, here)
        line = np.array([here, goal])
        hits = self._watch.hits(line)
        is_level = level(segment, line, self._reach)
        if not hits and all(is_level(joints) for joints in postures_along(line, _LOOKS_AT_LEAN)):
            return PlannedSegment(segment=segment, nodes=line)
        enough = min(self.effort + _ENOUGH_DETOUR, _ENOUGH)
        nodes = rrt_connect(
            here,
            goal,
            self._reach.limits,
            arms_m=self._reach.arms_m,
            is_clear=lambda joints: not self._watch.hit(joints) and is_level(joints),
            has_enough=lambda: self.effort > enough,
            seed=self._seed,
        )
        if nodes is not None and not self._watch.first_hit(nodes):
            return PlannedSegment(segment=segment, nodes=nodes)
        self._fail(segment, segment.to, hits or {'': 1})
        return None

    # What is in the way

    def _take_up(self, number: int, here: Joints) -> None:
        """Set the scene for a leg."""
        segment = self._path[number]
        for part, pose in self._parts[number].items():
            self._scene.put(part, pose)
        self._clearance.load(SegmentLoad(grasp=segment.grasp, touching=segment.touching), here)

    def _fail(
        self, segment: Segment, to: Pose | None, hits: Mapping[str, int] | None = None
    ) -> None:
        """Remember why a leg cannot be gone; what stands in the way is worth most."""
        if self._why is not None and (self._why.code == FailureCode.BLOCKED or not hits):
            return
        where = 'home' if to is None else 'to ({:.3f}, {:.3f}, {:.3f}) m'.format(*to.position)
        if hits:
            name = max(sorted(hits), key=lambda it: hits[it])
            detail = f'{segment.name}: {name} stands in the way {where}'
            if not name:
                detail = (
                    f'{segment.name}: no way was found {where} that keeps the part about level'
                )
            self._why = PlanFailure(code=FailureCode.BLOCKED, obstacle=name, detail=detail)
        else:
            assert to is not None, 'the posture at home needs no solution'
            far_m = self._reach.from_base_m(to.position)
            detail = f'{segment.name}: no posture leads {where}, {far_m:.2f} m from the base'
            self._why = PlanFailure(code=FailureCode.UNREACHABLE, obstacle='', detail=detail)

    def _parts_before_each_leg(self, path: MotionPath) -> list[Mapping[str, Pose]]:
        """Return for each leg where the parts are that the way itself moves."""
        moved = {segment.grasp.part for segment in path if segment.grasp is not None}
        now = {part: self._request.now.parts[part] for part in moved}
        found: list[Mapping[str, Pose]] = []
        for segment in path:
            found.append(dict(now))
            if segment.grasp is not None:
                to = segment.to or self._reach.tool_pose(self._reach.home, segment.grasp.tool)
                now[segment.grasp.part] = after(to, segment.grasp.part_in_tool)
        return found
