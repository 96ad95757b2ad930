"""Grip by suction: a part is fixed to the cup while the vacuum holds."""

from __future__ import annotations

from math import dist

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.parts import Parts

CUP_RADIUS_M = 0.016
_SEAL_GAP_M = 0.004  # a cup farther than this from the part draws no vacuum
_LOST_M = 0.012  # a part that moved this far in the grip is no longer gripped


class Suction:
    """
    The suction cup of one arm.

    :ivar part: the part that the cup was closed on, or None. Whether it is still there is
        asked with ``has_lost``, which measures.
    """

    def __init__(self, bullet: Bullet, arm: ArmBody, parts: Parts) -> None:
        """Begin with the vacuum off."""
        self._bullet = bullet
        self._arm = arm
        self._parts = parts
        self._cup_link = arm.tcp_link - 1
        self._constraint: int | None = None
        self._held_at: Vector = (0.0, 0.0, 0.0)
        self.part: str | None = None

    def grip(self, part: str) -> bool:
        """Turn the vacuum on; False if the cup does not sit on the part."""
        if not self._seals(part):
            return False
        relative = self._part_in_tool(part)
        self._parts.stay_awake(part)
        self._constraint = self._bullet.createConstraint(
            self._arm.body,
            self._arm.tcp_link,
            self._parts.bodies[part],
            -1,
            self._bullet.JOINT_FIXED,
            (0.0, 0.0, 0.0),
            relative.position,
            (0.0, 0.0, 0.0),
            relative.orientation,
        )
        # Cup and part are one body now; contacts between them would only cost time.
        self._let_touch(part, touch=False)
        self.part, self._held_at = part, relative.position
        return True

    def release(self) -> None:
        """Turn the vacuum off."""
        self.break_seal()
        if self.part is not None:
            self._parts.let_sleep(self.part)
        self.part = None

    def break_seal(self) -> None:
        """Let the part go by accident: nobody is told, it just falls."""
        if self._constraint is not None and self.part is not None:
            self._bullet.removeConstraint(self._constraint)
            self._constraint = None
            self._let_touch(self.part, touch=True)

    def has_lost(self) -> bool:
        """Tell whether the gripped part has left its place at the cup, as measured."""
        if self.part is None:
            return False
        return dist(self._part_in_tool(self.part).position, self._held_at) > _LOST_M

    def _seals(self, part: str) -> bool:
        """Tell whether the whole lip of the cup sits on a face of the part."""
        contacts = self._bullet.getClosestPoints(
            self._arm.body, self._parts.bodies[part], 0.05, linkIndexA=self._cup_link
        )
        if not contacts or min(point[8] for point in contacts) > _SEAL_GAP_M:
            return False
        seat = self._tool_in_part(part)
        size = self._parts.spec(part).size
        # The face under the cup is the one whose normal the cup's middle lies on.
        off = sorted(abs(x) - side / 2 for x, side in zip(seat, size, strict=True))
        return off[-1] <= _SEAL_GAP_M and off[-2] <= -CUP_RADIUS_M

    def _let_touch(self, part: str, *, touch: bool) -> None:
        self._bullet.setCollisionFilterPair(
            self._arm.body, self._parts.bodies[part], self._cup_link, -1, int(touch)
        )

    def _part_in_tool(self, part: str) -> Pose:
        tool, body = self._arm.tool_pose(), self._parts.pose(part)
        inverse = self._bullet.invertTransform(tool.position, tool.orientation)
        position, orientation = self._bullet.multiplyTransforms(
            *inverse, body.position, body.orientation
        )
        return Pose(position=position, orientation=orientation)

    def _tool_in_part(self, part: str) -> Vector:
        tool, body = self._arm.tool_pose(), self._parts.pose(part)
        inverse = self._bullet.invertTransform(body.position, body.orientation)
        position: Vector = self._bullet.multiplyTransforms(
            *inverse, tool.position, tool.orientation
        )[0]
        return position
