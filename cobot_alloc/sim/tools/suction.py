"""Grip by suction: a part is fixed to the cup while the vacuum holds."""

from __future__ import annotations

from math import cos, dist, pi, sin

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.transforms import seen_from as placement_seen_from
from cobot_alloc.sim.kinematics.arm_urdf import tool_name
from cobot_alloc.sim.kinematics.pointing import tool_down
from cobot_alloc.sim.kinematics.poses import seen_from
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.tools.grasp import Grasp
from cobot_alloc.sim.world import ToolKind

CUP_RADIUS_M = 0.016
GRIP_GAP_M = 0.002  #: between cup and part when gripping; the shapes have a margin of 1 mm
_SEAL_GAP_M = 0.004  # a cup farther than this from the part draws no vacuum
_LIP = [(cos(turn * pi / 8), sin(turn * pi / 8)) for turn in range(16)]  # points on a unit one
_LOST_M = 0.012  # a part that moved this far in the grip is no longer gripped


class Suction:
    """
    The suction cup of one arm; implements ``tool.Gripper``.

    :ivar part: the part that the cup was closed on, or None. Whether it is still there is
        asked with ``has_lost``, which measures.
    """

    kind = ToolKind.SUCTION

    def __init__(self, engine: Engine, arm: ArmBody, parts: Parts) -> None:
        """Begin with the vacuum off."""
        self._engine = engine
        self._arm = arm
        self._parts = parts
        self._tcp = arm.chain.tcp(self.kind)
        self._cup_link = arm.chain.links[tool_name(self.kind, 'suction_cup')]
        self._constraint: int | None = None
        self._held_at: Vector = (0.0, 0.0, 0.0)
        self.part: str | None = None

    def advance(self, dt: float, scale: float) -> None:
        """Do nothing: a vacuum needs no motion."""

    def switch_off(self) -> None:
        """Keep what is in the grip."""

    def grasps(self, part: str) -> tuple[Grasp, ...]:
        """Return the grasps from above, a quarter turn apart, on the middle of its top."""
        height = self._parts.spec(part).size[2]
        return tuple(
            Grasp(
                part=part,
                tool=self.kind,
                part_in_tool=Pose(
                    position=(0.0, 0.0, height / 2 + GRIP_GAP_M),
                    # The tool points down: a half turn about its x axis, then the quarter.
                    orientation=tool_down((0.0, 0.0, 0.0), quarter * pi / 2).orientation,
                ),
            )
            for quarter in range(4)
        )

    def close(self, part: str) -> None:
        """Turn the vacuum on; nothing is gripped if the cup does not sit on the part."""
        if not self._seals(part):
            return
        relative = self._part_in_tool(part)
        self._parts.stay_awake(part)
        self._constraint = self._engine.constraints.fix(
            self._arm.body, self._tcp, self._parts.bodies[part], relative
        )
        # Cup and part are one body now; contacts between them would only cost time.
        self._let_touch(part, touch=False)
        self.part, self._held_at = part, relative.position

    def is_settled(self) -> bool:
        """Tell that a vacuum is there at once, or not at all."""
        return True

    def is_holding(self) -> bool:
        """Tell whether the part is at the cup, as measured."""
        return self.part is not None and not self.has_lost()

    def open(self) -> None:
        """Turn the vacuum off."""
        self.break_grip()
        if self.part is not None:
            self._parts.let_sleep(self.part)
        self.part = None

    def break_grip(self) -> None:
        """Let the part go by accident: nobody is told, it just falls."""
        if self._constraint is not None and self.part is not None:
            self._engine.constraints.remove(self._constraint)
            self._constraint = None
            self._let_touch(self.part, touch=True)

    def has_lost(self) -> bool:
        """Tell whether the gripped part has left its place at the cup, as measured."""
        if self.part is None:
            return False
        if self._arm.first_tool is not self.kind:
            return dist(self._part_in_tool(self.part).position, self._held_at) > _LOST_M
        # The same from what was measured in this period anyway.
        at = self._parts.position(self.part)
        tool = self._arm.first_tool_pose
        seen = seen_from(tool.position, tool.orientation, at)
        return dist(seen, self._held_at) > _LOST_M

    def _seals(self, part: str) -> bool:
        """Tell whether the whole lip of the cup sits on a face of the part."""
        if not self._arm.has_tools:
            return False
        gap_m = self._engine.distances.between_m(
            self._arm.body, self._parts.bodies[part], 0.05, self._cup_link
        )
        if gap_m > _SEAL_GAP_M:
            return False
        seat = self._tool_in_part(part)
        size = self._parts.spec(part).size
        # The face under the cup is the one whose normal the cup's middle lies on.
        off = sorted(abs(x) - side / 2 for x, side in zip(seat, size, strict=True))
        return off[-1] <= _SEAL_GAP_M and off[-2] <= -CUP_RADIUS_M and not self._leaks(part, seat)

    def _leaks(self, part: str, seat: Vector) -> bool:
        """Tell whether the lip of the cup is over a pocket in the top of the part."""
        pocket = self._parts.shape(part).pocket
        if pocket is None or seat[2] < 0.0:
            return False
        half = pocket[0] / 2
        lip = ((seat[0] + CUP_RADIUS_M * x, seat[1] + CUP_RADIUS_M * y) for x, y in _LIP)
        return any(abs(x) < half and abs(y) < half for x, y in lip)

    def _let_touch(self, part: str, *, touch: bool) -> None:
        self._engine.contacts.set_between(
            self._arm.body, self._cup_link, self._parts.bodies[part], touch=touch
        )

    def _part_in_tool(self, part: str) -> Pose:
        tool = self._arm.tool_pose()
        position, orientation = placement_seen_from(
            (tool.position, tool.orientation), self._parts.placement(part)
        )
        return Pose(position=position, orientation=orientation)

    def _tool_in_part(self, part: str) -> Vector:
        tool = self._arm.tool_pose()
        return placement_seen_from(self._parts.placement(part), (tool.position, tool.orientation))[
            0
        ]
