"""
Whether an arm, at some posture, keeps clear of everything that it may not touch.

Asked hundreds of times for one plan, so only what is near is measured: balls round the links
against the boxes round the obstacles first, the shapes themselves after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.arms.arm_body import Joints
from cobot_alloc.sim.arms.arm_urdf import TOOL_PREFIX
from cobot_alloc.sim.motion.query import Grasp
from cobot_alloc.sim.motion.scene import Obstacle, PlanningScene

MARGIN_M = 0.010  #: to what may not be touched
_SELF_MARGIN_M = 0.003  # between links of the same arm
_TOUCH_M = -0.006  # how deep what may be touched may seem to be entered: shapes are rough
_RELAX_M = 0.001  # what is too near at the start may not come nearer than by this
_PART = -2  # stands for the part in the grip among the links


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
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
    """

    def __init__(self, scene: PlanningScene, agent_id: AgentId) -> None:
        """Find out how the arm is built; the scene's arms stand at home."""
        self._scene, self._bullet = scene, scene.bullet
        self.agent_id = agent_id
        self._arm = scene.arms[agent_id]
        self._body = self._arm.body
        self._all_links = list(range(self._bullet.getNumJoints(self._body)))
        self._links = [link for link in scene.shaped_links(self._body) if self._moves(link)]
        names = {link: name for name, link in self._arm.chain.links.items()}
        self._tool_links = {link for link in self._links if names[link].startswith(TOOL_PREFIX)}
        self._radii = {link: self._radius(link) for link in self._links}
        self._pairs = self._own_pairs()
        self.reach_m = self._reach()
        self.checks = 0
        self._reset(Load(), None)

    def _moves(self, link: int) -> bool:
        """Tell whether any joint carries the link; some arms have a base that is a link too."""
        while link >= 0:
            info = self._bullet.getJointInfo(self._body, link)
            if info[2] != self._bullet.JOINT_FIXED:
                return True
            link = info[16]
        return False

    def load(self, load: Load, start: Joints | None = None) -> None:
        """
        Take up a leg.

        :param start: where the arm is; what is too near already there may stay as near.
        """
        self._reset(load, start)

    def hit(self, joints: Sequence[float] | Joints) -> str:
        """Return the name of something that the arm comes too near to, or an empty string."""
        self.checks += 1
        middles = self._pose(joints)
        for link, obstacle in self._near(middles):
            limit = self._limit(link, obstacle)
            if self._gap_m(link, obstacle, max(limit, 0.0)) < limit:
                return obstacle.name
        return self._own_hit(middles)

    def poses(self, joints: Sequence[float] | Joints) -> NDArray[np.float64]:
        """
        Return where the moving links with a shape are at a posture, and the part if there is one.

        One row each: position, then orientation (x, y, z, w).
        """
        self._pose(joints)
        rows = [(*self._states[link][4], *self._states[link][5]) for link in self._links]
        if self._load.grasp is not None:
            body = self._scene.part_body(self._load.grasp.part)
            position, orientation = self._bullet.getBasePositionAndOrientation(body)
            rows.append((*position, *orientation))
        return np.array(rows)

    @property
    def links(self) -> Sequence[int]:
        """The moving links that have a shape."""
        return self._links

    def _reset(self, load: Load, start: Joints | None) -> None:
        self._load = load
        self._relaxed: dict[tuple[int, Obstacle], float] = {}
        self._own_relaxed: dict[tuple[int, int], float] = {}
        self._movers = [*self._links]
        part = load.grasp.part if load.grasp is not None else None
        radii = [self._radii[link] for link in self._links]
        self._part_body = -1
        if part is not None:
            self._movers.append(_PART)
            self._part_body = self._scene.part_body(part)
            radii.append(hypot(*self._scene.part_size(part)) / 2)
        self._radius_of = np.array(radii)
        self._around = self._scene.surroundings(
            self.agent_id, reach_m=self.reach_m + 0.5, without=part
        )
        self._balls2 = ((self._radius_of + MARGIN_M) ** 2)[:, None]
        self._pairs_now = self._pairs if part is None else [*self._pairs, *self._part_pairs()]
        self._pair_index = np.array(
            [(self._movers.index(a), self._index_of(b)) for a, b in self._pairs_now]
        ).reshape(-1, 2)
        if start is not None:
            self._relax(start)

    def _index_of(self, link: int) -> int:
        return self._movers.index(link) if link in self._movers else -1

    def _relax(self, start: Joints) -> None:
        for link, obstacle in list(self._near(self._pose(start))):
            limit = self._limit(link, obstacle)
            gap = self._gap_m(link, obstacle, max(limit, 0.0))
            if gap < limit + _RELAX_M:
                self._relaxed[link, obstacle] = gap - _RELAX_M
        for a, b in self._pairs_now:
            gap = self._own_gap_m(a, b)
            if gap < _SELF_MARGIN_M:
                self._own_relaxed[a, b] = gap - _RELAX_M

    def _limit(self, link: int, obstacle: Obstacle) -> float:
        may_touch = obstacle.name in self._load.touching and (
            link == _PART or link in self._tool_links
        )
        limit = _TOUCH_M if may_touch else MARGIN_M
        return min(limit, self._relaxed.get((link, obstacle), limit)) if self._relaxed else limit

    def _near(self, middles: NDArray[np.float64]) -> Iterator[tuple[int, Obstacle]]:
        """Yield the links and obstacles that may be within the margin."""
        around = self._around
        gaps = np.maximum(
            np.maximum(around.low - middles[:, None], middles[:, None] - around.high), 0.0
        )
        near = np.einsum('ijk,ijk->ij', gaps, gaps) < self._balls2
        for mover, number in zip(*np.nonzero(near), strict=True):
            yield self._movers[mover], around.obstacles[number]

    def _pose(self, joints: Sequence[float] | Joints) -> NDArray[np.float64]:
        """Put the arm there and return the middles of the balls round links and part."""
        self._bullet.resetJointStatesMultiDof(
            self._body, self._arm.chain.joints, [[q] for q in joints]
        )
        self._states = self._bullet.getLinkStates(self._body, self._all_links)
        middles = [self._states[link][0] for link in self._links]
        grasp = self._load.grasp
        if grasp is not None:
            tool = self._states[self._arm.chain.tcp(grasp.tool)]
            position, orientation = self._bullet.multiplyTransforms(
                tool[4], tool[5], grasp.part_in_tool.position, grasp.part_in_tool.orientation
            )
            self._bullet.resetBasePositionAndOrientation(self._part_body, position, orientation)
            middles.append(position)
        return np.array(middles)

    def _gap_m(self, link: int, obstacle: Obstacle, within_m: float) -> float:
        if link == _PART:
            return self._scene.gap_m(self._part_body, -1, obstacle, within_m)
        return self._scene.gap_m(self._body, link, obstacle, within_m)

    # The arm against itself

    def _own_hit(self, middles: NDArray[np.float64]) -> str:
        if not len(self._pairs_now):
            return ''
        a, b = self._pair_index[:, 0], self._pair_index[:, 1]
        others = np.where(b[:, None] >= 0, middles[b], self._base_middle)
        reach = self._radius_of[a] + np.where(b >= 0, self._radius_of[b], self._base_radius)
        apart = middles[a] - others
        near = np.einsum('ij,ij->i', apart, apart) < (reach + _SELF_MARGIN_M) ** 2
        for number in np.nonzero(near)[0]:
            pair = self._pairs_now[number]
            limit = min(_SELF_MARGIN_M, self._own_relaxed.get(pair, _SELF_MARGIN_M))
            if self._own_gap_m(*pair) < limit:
                return self.agent_id
        return ''

    def _own_gap_m(self, a: int, b: int) -> float:
        body, link = (self._part_body, -1) if a == _PART else (self._body, a)
        own = Obstacle(name=self.agent_id, body=self._body, link=b)
        return self._scene.gap_m(body, link, own, _SELF_MARGIN_M)

    def _own_pairs(self) -> list[tuple[int, int]]:
        """Return the pairs of links that can meet: not neighbours, and apart at home."""
        group = self._groups()
        base = [-1] if -1 in self._scene.shaped_links(self._body) else []
        self._base_middle, self._base_radius = self._ball(-1) if base else (np.zeros(3), 0.0)
        pairs = [
            (a, b)
            for a in self._links
            for b in [*base, *self._links]
            if b < a and abs(group[a] - group[b]) > 1
        ]
        self._part_body = -1
        return [pair for pair in pairs if self._own_gap_m(*pair) >= _SELF_MARGIN_M]

    def _part_pairs(self) -> list[tuple[int, int]]:
        base = [-1] if self._base_radius else []
        return [(_PART, link) for link in [*base, *self._links] if link not in self._tool_links]

    def _groups(self) -> dict[int, int]:
        """Return how many moving joints are between the base and each link."""
        group = {-1: 0}
        for link in self._all_links:
            info = self._bullet.getJointInfo(self._body, link)
            group[link] = group[info[16]] + int(link in self._arm.chain.joints)
        return group

    def _ball(self, link: int) -> tuple[NDArray[np.float64], float]:
        low, high = map(np.array, self._bullet.getAABB(self._body, link))
        return (low + high) / 2, float(np.linalg.norm(high - low)) / 2

    def _radius(self, link: int) -> float:
        """Return a radius about the link's centre of mass that holds all of its shape."""
        middle, radius = self._ball(link)
        mass_at = np.array(self._bullet.getLinkState(self._body, link)[0])
        return radius + float(np.linalg.norm(middle - mass_at))

    def _reach(self) -> float:
        """Return more than the arm can reach from its base, part and all."""
        lengths = [
            float(np.linalg.norm(np.array(self._bullet.getJointInfo(self._body, link)[14])))
            for link in self._all_links
        ]
        return sum(lengths) + max(self._radii.values())
