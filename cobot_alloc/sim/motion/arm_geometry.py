"""How an arm is built, as far as it matters for what it can run into."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.kinematics.arm_urdf import TOOL_PREFIX
from cobot_alloc.sim.motion.planning_scene import Obstacle, PlanningScene

SELF_MARGIN_M = 0.003  #: between links of the same arm
_MEET_M = 0.015  # two links that never come nearer than this never meet
_DRAWS = 400
_POSTURES = 24  # of each joint between two links, when looking whether they can meet
_PART_M = 0.5  # so far a part may reach over the tool


class ArmGeometry:
    """
    The links of one arm that have a shape.

    :ivar moving: those that a joint carries.
    :ivar still: the others; the base is -1.
    :ivar tools: those of the tools.
    :ivar without_tools: all but those.
    :ivar pairs: of links that can meet, and are apart at home.
    :ivar reach_m: more than the arm can reach from its base, with a part in its grip.
    """

    def __init__(self, scene: PlanningScene, agent_id: AgentId) -> None:
        """Look at an arm that stands at home."""
        self._scene, self._engine, self._agent_id = scene, scene.engine, agent_id
        self._arm = scene.arms[agent_id]
        self._body = self._arm.body
        self._infos = self._engine.joints.infos(self._body)
        shaped = scene.shaped_links(self._body)
        self.moving = [link for link in shaped if self._is_carried(link)]
        self.still = [link for link in shaped if link not in self.moving]
        names = {link: name for name, link in self._arm.chain.links.items()}
        self.tools = {link for link in self.moving if names[link].startswith(TOOL_PREFIX)}
        self.without_tools = [
            link for link in (*self.still, *self.moving) if link not in self.tools
        ]
        self.pairs = self._pairs_that_can_meet()
        self.reach_m = self._longest_m()

    def obstacle(self, link: int) -> Obstacle:
        """Return one of the arm's links as something that it may run into itself."""
        return Obstacle(name=self._agent_id, body=self._body, link=link)

    def _is_carried(self, link: int) -> bool:
        """Tell whether any joint carries the link; some arms have a base that is a link too."""
        while link >= 0:
            info = self._engine.joints.info(self._body, link)
            if not info.is_fixed:
                return True
            link = info.parent
        return False

    def _pairs_that_can_meet(self) -> list[tuple[int, int]]:
        group = {BASE: 0}  # how many of the arm's joints are between the base and each link
        for info in self._infos:
            group[info.number] = group[info.parent] + int(info.number in self._arm.chain.joints)
        found = []
        for a, b in product(self.moving, (*self.still, *self.moving)):
            between = range(group[b], group[a])
            if (
                b < a
                and len(between) > 1
                and self._gap_m(a, b) >= SELF_MARGIN_M
                and (len(between) > 2 or self._can_meet(a, b, between))
            ):
                found.append((a, b))
        return found

    def _can_meet(self, a: int, b: int, joints: Sequence[int]) -> bool:
        """Tell whether two links come near each other in any posture of the joints between."""
        limits = self._arm.limits
        ranges = [np.linspace(limits.lower[j], limits.upper[j], _POSTURES) for j in joints]
        posture, can = self._arm.home.copy(), False
        for angles in product(*ranges):
            posture[list(joints)] = angles
            self._pose(posture.tolist())
            can = can or self._gap_m(a, b) < _MEET_M
        self._pose(self._arm.home.tolist())
        return can

    def _pose(self, posture: Sequence[float]) -> None:
        self._engine.joints.put_all(self._body, self._arm.chain.joints, posture)

    def _gap_m(self, a: int, b: int) -> float:
        return self._scene.gap_m(self._body, a, self.obstacle(b), _MEET_M)

    def farthest_m(self) -> float:
        """
        Return about how far from its base anything of the arm can be, in any posture.

        Tried with postures drawn by lot, so that it may be some centimetres short; ``reach_m``
        is certain, and far more.
        """
        limits, random = self._arm.limits, np.random.default_rng(0)
        base = np.array(self._engine.bodies.placement(self._body)[0])
        farthest = 0.0
        for _ in range(_DRAWS):
            self._pose(random.uniform(limits.lower, limits.upper).tolist())
            boxes = np.array([self._engine.bodies.box(self._body, link) for link in self.moving])
            far = np.maximum(np.abs(boxes[:, 0] - base), np.abs(boxes[:, 1] - base))
            farthest = max(farthest, float(np.linalg.norm(far, axis=1).max()))
        self._pose(self._arm.home.tolist())
        return farthest

    def _longest_m(self) -> float:
        boxes = np.array([self._engine.bodies.box(self._body, link) for link in self.moving])
        bulk_m = float(np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1).max())
        origins = [info.origin for info in self._infos]
        return float(np.linalg.norm(origins, axis=1).sum()) + bulk_m + _PART_M
