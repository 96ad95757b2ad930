"""
Whether an arm, at some posture, keeps clear of everything that it may not touch.

Asked hundreds of times for one plan, so only what is near is measured: the boxes round links
and obstacles first, the shapes themselves where those are near to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.engine.transforms import compose
from cobot_alloc.sim.kinematics.chain import Joints
from cobot_alloc.sim.motion.arm_geometry import ArmGeometry, SELF_MARGIN_M
from cobot_alloc.sim.motion.planning_scene import Obstacle, PlanningScene
from cobot_alloc.sim.tools.grasp import Grasp

MARGIN_M = 0.010  #: to what may not be touched
_TOUCH_M = -0.006  # how deep what may be touched may seem to be entered: shapes are rough
_RELAX_M = 0.001  # what is too near at the start may not come nearer than by this
_PART = -2  # stands for the part in the grip among the links


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLoad:
    """
    What is special about a leg.

    :ivar grasp: what is in the grip.
    :ivar touching: names of what the tool, or the part in its grip, may touch.
    """

    grasp: Grasp | None = None
    touching: frozenset[str] = frozenset()


class Clearance:
    """
    The clearance of one arm from its surroundings.

    :ivar checks: how many postures were looked at, a measure of the work done.
    :ivar is_tool_hit: whether what was hit last was hit by the tool, or the part in its grip.
    :ivar links: the moving links that have a shape.
    """

    def __init__(self, scene: PlanningScene, agent_id: AgentId) -> None:
        """Find out how the arm is built; the scene's arms stand at home."""
        self._scene, self._engine = scene, scene.engine
        self.agent_id = agent_id
        self._arm = scene.arms[agent_id]
        self._body = self._arm.body
        self.build = ArmGeometry(scene, agent_id)
        self.links = self.build.moving
        self.checks, self.is_tool_hit = 0, False
        self.load(SegmentLoad())

    def load(self, load: SegmentLoad, start: Joints | None = None) -> None:
        """
        Take up a leg.

        :param start: where the arm is; what is too near already there may stay as near.
        """
        self._load = load
        self._relaxed: dict[tuple[int, Obstacle], float] = {}
        part = load.grasp.part if load.grasp is not None else None
        self._part_body = -1 if part is None else self._scene.part_body(part)
        self._movers = self.links if part is None else [*self.links, _PART]
        self._around = self._scene.surroundings(
            self.agent_id, reach_m=self.build.reach_m, without=part
        )
        pairs = self.build.pairs
        if part is not None:
            pairs = [*pairs, *((_PART, link) for link in self.build.without_tools)]
        self._pairs = [(a, self.build.obstacle(b)) for a, b in pairs]
        rows = [*self._movers, *self.build.still]  # in the order of _boxes
        self._pair_rows = np.array([[rows.index(a), rows.index(b)] for a, b in pairs]).T
        if start is not None:
            self._relax(start)

    def hit(self, joints: Sequence[float] | Joints) -> str:
        """Return the name of something that the arm comes too near to, or an empty string."""
        self.checks += 1
        self._pose(joints)
        boxes = self._boxes()
        return (
            self._first(self._near(boxes, 0.0), 0.0)[0]
            or (self._first(self._near_itself(boxes, 0.0), 0.0)[0])
        )

    def hit_around(self, joints: Sequence[float] | Joints, look_m: float) -> tuple[str, float]:
        """
        Return the name of what the arm comes too near to beside itself.

        :param look_m: how far to look beyond what is too near.
        :return: also by how much nothing is too near, at most ``look_m``: no point of the arm
            has to be looked at again before one has moved so far.
        """
        self.checks += 1
        self._pose(joints)
        return self._first(self._near(self._boxes(), look_m), look_m)

    def hit_itself(self, joints: Sequence[float] | Joints, look_m: float) -> tuple[str, float]:
        """Return the arm's name where it comes too near to itself; see ``hit_around``."""
        self.checks += 1
        self._pose(joints)
        return self._first(self._near_itself(self._boxes(), look_m), look_m)

    def poses(self, joints: Sequence[float] | Joints) -> NDArray[np.float64]:
        """
        Return where the moving links with a shape are at a posture, and the part if there is one.

        One row each: position, then orientation (x, y, z, w).
        """
        self._pose(joints)
        placements = self._engine.links.placements(self._body, self.links)
        rows = [(*position, *orientation) for position, orientation in placements]
        if self._load.grasp is not None:
            at = self._engine.bodies.placement(self._part_body)
            rows.append((*at[0], *at[1]))
        return np.array(rows)

    def _pose(self, joints: Sequence[float] | Joints) -> None:
        """Put the arm there, and the part in its grip."""
        self._engine.joints.put_all(self._body, self._arm.chain.joints, joints)
        grasp = self._load.grasp
        if grasp is not None:
            tool = self._engine.links.placement(self._body, self._arm.chain.tcp(grasp.tool))
            inner = grasp.part_in_tool
            part = compose(*tool, inner.position, inner.orientation)
            self._engine.bodies.place(self._part_body, *part)

    def _boxes(self) -> NDArray[np.float64]:
        """Return the boxes round what moves and what does not, (n, 2, 3): low, high corners."""
        box, body = self._engine.bodies.box, self._body
        boxes = [box(body, link) for link in self.links]
        if self._part_body >= 0:
            boxes.append(box(self._part_body))
        return np.array([*boxes, *(box(body, link) for link in self.build.still)])

    def _near(
        self, boxes: NDArray[np.float64], look_m: float
    ) -> Iterator[tuple[int, Obstacle, float]]:
        """Yield what may be near what, and how near it may come."""
        moving, around = boxes[: len(self._movers)], self._around
        low, high = moving[:, 0], moving[:, 1]
        gaps = np.maximum(around.low - high[:, None], low[:, None] - around.high)
        near = _length2(np.maximum(gaps, 0.0)) < (MARGIN_M + look_m) ** 2
        for mover, number in zip(*near.nonzero(), strict=True):
            link, obstacle = self._movers[mover], around.obstacles[number]
            yield link, obstacle, self._limit(link, obstacle)

    def _near_itself(
        self, boxes: NDArray[np.float64], look_m: float
    ) -> Iterator[tuple[int, Obstacle, float]]:
        """Yield what of the arm may be near what of it, and how near it may come."""
        (a, b), low, high = self._pair_rows, boxes[:, 0], boxes[:, 1]
        gaps = np.maximum(low[b] - high[a], low[a] - high[b])
        near = _length2(np.maximum(gaps, 0.0)) < (SELF_MARGIN_M + look_m) ** 2
        for pair in near.nonzero()[0]:
            link, own = self._pairs[pair]
            yield link, own, min(SELF_MARGIN_M, self._relaxed.get((link, own), SELF_MARGIN_M))

    def _first(
        self, near: Iterable[tuple[int, Obstacle, float]], look_m: float
    ) -> tuple[str, float]:
        """Measure what is near, up to the first that is too near."""
        free_m = look_m
        for link, obstacle, limit in near:
            gap = self._gap_m(link, obstacle, max(limit, 0.0) + look_m)
            if gap < limit:
                self.is_tool_hit = link == _PART or link in self.build.tools
                return obstacle.name, 0.0
            free_m = min(free_m, gap - limit)
        return '', free_m

    def _limit(self, link: int, obstacle: Obstacle) -> float:
        may_touch = obstacle.name in self._load.touching and (
            link == _PART or link in self.build.tools
        )
        limit = _TOUCH_M if may_touch else MARGIN_M
        return min(limit, self._relaxed.get((link, obstacle), limit)) if self._relaxed else limit

    def _gap_m(self, link: int, obstacle: Obstacle, within_m: float) -> float:
        if link == _PART:
            return self._scene.gap_m(self._part_body, BASE, obstacle, within_m)
        return self._scene.gap_m(self._body, link, obstacle, within_m)

    def _relax(self, start: Joints) -> None:
        self._pose(start)
        boxes = self._boxes()
        near = [*self._near(boxes, _RELAX_M), *self._near_itself(boxes, _RELAX_M)]
        for link, obstacle, limit in near:
            gap = self._gap_m(link, obstacle, max(limit, 0.0) + _RELAX_M)
            if gap < limit + _RELAX_M:
                self._relaxed[link, obstacle] = gap - _RELAX_M


def _length2(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum('...k,...k->...', gaps, gaps))
