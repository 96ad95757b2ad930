"""
Plan ways of the arms of one world: every answer is checked densely before it is given.

The answer depends on the question alone, to the last bit: draws are seeded, and the effort is
limited by counting checks, never by a clock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace

import numpy as np

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.solver import ArmKinematics
from cobot_alloc.sim.motion.arm_reach import ArmReach
from cobot_alloc.sim.motion.clearance import Clearance, SegmentLoad
from cobot_alloc.sim.motion.path_search import PathSearch
from cobot_alloc.sim.motion.planning_scene import PlanningScene
from cobot_alloc.sim.motion.quantization import RequestKeys
from cobot_alloc.sim.motion.requests import PlanFailure, PlannedPath, PlanRequest
from cobot_alloc.sim.motion.swept_volume import Cells, Points, points_in_box, points_in_link, swept
from cobot_alloc.sim.motion.trajectory import Trajectory
from cobot_alloc.sim.world import World

_REMEMBERED = 500  # answers
_ROOM_STEP_M = 0.04  # between two postures of a way that are taken for its room


class MotionPlanner:
    """Plans in a scene of its own; one question at a time."""

    def __init__(self, world: World) -> None:
        """Build the scene."""
        self._shapes, self._bare = Engine(), Engine()
        try:
            self._scene = PlanningScene(self._shapes, world)
            self._reaches = {
                spec.agent_id: ArmReach(
                    spec,
                    self._scene.arms[spec.agent_id],
                    ArmKinematics(
                        self._bare,
                        spec,
                        lower=self._scene.arms[spec.agent_id].limits.lower,
                        upper=self._scene.arms[spec.agent_id].limits.upper,
                        seed=world.seed,
                    ),
                )
                for spec in world.arms
            }
            self._clearances = {agent: Clearance(self._scene, agent) for agent in self._reaches}
            self._clouds = {agent: self._fill(agent) for agent in self._reaches}
        except Exception:
            self.close()
            raise
        self._seed = world.seed
        self._nearness = RequestKeys(
            world,
            {agent: clearance.build.farthest_m() for agent, clearance in self._clearances.items()},
        )
        self._memory: OrderedDict[Hashable, PlannedPath | PlanFailure] = OrderedDict()

    def answer(
        self, request: PlanRequest, progress: Callable[[int], None] = lambda effort: None
    ) -> PlannedPath | PlanFailure:
        """
        Plan a way.

        :param progress: told now and then how much work was done so far.
        """
        key = self._nearness.key(request)
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key]
        answer = self._memory[key] = self._worked_out(request, progress)
        if len(self._memory) > _REMEMBERED:
            self._memory.popitem(last=False)
        return answer

    def _worked_out(
        self, request: PlanRequest, progress: Callable[[int], None]
    ) -> PlannedPath | PlanFailure:
        self._scene.set(request.now, at_home=request.at_home, absent=request.absent)
        clearance = self._clearances[request.agent_id]
        search = PathSearch(
            request,
            self._scene,
            clearance,
            self._reaches[request.agent_id],
            seed=self._seed,
            progress=progress,
        )
        found = search.run()
        if isinstance(found, PlanFailure):
            return replace(found, effort=search.effort)
        path, trajectories = found
        room = self._room(request, path, trajectories)
        return PlannedPath(path=path, trajectories=trajectories, room=room, effort=search.effort)

    def close(self) -> None:
        """Release the scene."""
        self._shapes.close()
        self._bare.close()

    def _fill(self, agent_id: AgentId) -> list[Points]:
        body = self._scene.arms[agent_id].body
        links = self._clearances[agent_id].links
        return [points_in_link(self._shapes, body, link) for link in links]

    def _room(
        self, request: PlanRequest, path: int, trajectories: tuple[Trajectory, ...]
    ) -> Cells:
        """Return what the way takes up, the arm's place at its start included."""
        agent_id = request.agent_id
        clearance, reach = self._clearances[agent_id], self._reaches[agent_id]
        rooms = []
        for segment, trajectory in zip(request.paths[path], trajectories, strict=True):
            clearance.load(SegmentLoad(grasp=segment.grasp))
            postures = reach.thinned(trajectory.postures, _ROOM_STEP_M)
            poses = np.array([clearance.poses(posture) for posture in postures])
            clouds = self._clouds[agent_id]
            if segment.grasp is not None:
                clouds = [*clouds, points_in_box(self._scene.part_size(segment.grasp.part))]
            rooms.append(swept(clouds, list(poses.transpose(1, 0, 2))))
        return np.unique(np.concatenate(rooms))
