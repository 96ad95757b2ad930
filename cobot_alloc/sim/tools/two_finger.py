"""Grip between two fingers that are geared to each other; friction holds the part."""

from __future__ import annotations

from math import dist, pi

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.transforms import seen_from
from cobot_alloc.sim.kinematics.arm_urdf import tool_name
from cobot_alloc.sim.kinematics.pointing import tool_down
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.tools.grasp import Grasp
from cobot_alloc.sim.world import ToolKind

OPEN_M = 0.040  #: travel of each finger
WIDEST_M = 0.074  #: what still goes between the open fingers with some room on both sides
_PAD_BELOW_TCP_M = 0.012  # the pads' lower edge
_DEPTH_M = 0.022  # of the pads' middle below the part's top, where the part is that tall
_FLOOR_M = 0.003  # between the pads' lower edge and what the part stands on
_FORCE_N = 60.0
_GEAR_N = 50.0  # keeps the fingers together; alone each drifts to its own side
_STILL_MPS = 0.002
_AGREE_M = 0.002  # how well the fingers must have come to where they were sent
_LOST_M = 0.012  # a part that moved this far in the grip is no longer gripped
_SLIPPERY = 0.0
_WEAK_N = 1.0


class TwoFinger:
    """
    The two-finger gripper of one arm; implements ``tool.Gripper``.

    :ivar part: the part that the fingers were closed on, or None. Whether it is still there
        is asked with ``has_lost``, which measures.
    """

    kind = ToolKind.TWO_FINGER

    def __init__(self, engine: Engine, arm: ArmBody, parts: Parts) -> None:
        """Begin with the fingers open."""
        self._engine = engine
        self._arm = arm
        self._parts = parts
        names = [tool_name(self.kind, side) for side in ('left', 'right')]
        self._joints = [arm.chain.tool_joints[name] for name in names]
        self._closing = False
        self._held_at: Vector | None = None
        self._friction: float | None = None
        self.part: str | None = None
        for joint in self._joints:
            engine.joints.put(arm.body, joint, OPEN_M)
            engine.substance.set_surface(
                arm.body, joint, friction=1.0, spinning=0.02, is_anchored=True
            )
        left, right = self._joints
        engine.constraints.gear(
            arm.body, left, arm.body, right, axis=(1.0, 0.0, 0.0), softness=0.1, force=_GEAR_N
        )
        self._command(OPEN_M)

    def advance(self, dt: float, scale: float) -> None:
        """Do nothing: the fingers' motors work by themselves."""

    def switch_off(self) -> None:
        """Keep what is in the grip."""

    def grasps(self, part: str) -> tuple[Grasp, ...]:
        """Return the grasps from above, across each side of the part that is narrow enough."""
        width, depth, height = self._parts.spec(part).size
        lowest_m = _PAD_BELOW_TCP_M + _FLOOR_M  # of the centre point over the underside
        below_top_m = max(0.0, min(_DEPTH_M, height - lowest_m))
        # Closing along the part's y takes its extent in y; a quarter turn takes that in x.
        fitting = [q for q in range(4) if (depth, width)[q % 2] <= WIDEST_M]
        return tuple(
            Grasp(
                part=part,
                tool=self.kind,
                part_in_tool=Pose(
                    position=(0.0, 0.0, height / 2 - below_top_m),
                    orientation=tool_down((0.0, 0.0, 0.0), quarter * pi / 2).orientation,
                ),
            )
            for quarter in fitting
        )

    def close(self, part: str) -> None:
        """Begin to close the fingers; whether a part is between them is measured later."""
        self._parts.stay_awake(part)
        self.part, self._held_at, self._closing = part, None, True
        self._command(0.0)

    def is_settled(self) -> bool:
        """Tell whether the fingers have come to rest where they were sent, or on something."""
        states = self._engine.joints.states(self._arm.body, self._joints)
        if any(abs(speed) > _STILL_MPS for speed in states.velocities):
            return False
        are_open = all(OPEN_M - at < _AGREE_M for at in states.positions)
        if not self._closing:
            return are_open
        if are_open:
            return False  # they have not begun to move
        if self._held_at is None and self._is_between():
            self._held_at = self._part_in_tool()
        return True

    def is_holding(self) -> bool:
        """Tell whether the part is between the pads, as measured."""
        return self._held_at is not None and not self.has_lost()

    def has_lost(self) -> bool:
        """Tell whether the gripped part has left its place between the pads, as measured."""
        if self.part is None or self._held_at is None:
            return False
        return dist(self._part_in_tool(), self._held_at) > _LOST_M

    def open(self) -> None:
        """Open the fingers."""
        if self.part is not None:
            if self._friction is not None:
                self._set_friction(self._friction)
                self._friction = None
            self._parts.let_sleep(self.part)
        self.part, self._held_at, self._closing = None, None, False
        self._command(OPEN_M)

    def break_grip(self) -> None:
        """Let the part slip by accident, as if it were oily: nobody is told."""
        if self.part is not None and self._friction is None:
            body = self._parts.bodies[self.part]
            self._friction = self._engine.substance.friction(body)
            self._set_friction(_SLIPPERY)
            self._command(0.0, _WEAK_N)

    def _set_friction(self, friction: float) -> None:
        assert self.part is not None
        body = self._parts.bodies[self.part]
        self._engine.substance.set_surface(body, friction=friction)

    def _command(self, target_m: float, force_n: float = _FORCE_N) -> None:
        self._engine.motors.hold_all(self._arm.body, self._joints, target_m, force=force_n)

    def _is_between(self) -> bool:
        """Tell whether both pads press on the part."""
        assert self.part is not None
        body = self._parts.bodies[self.part]
        return all(
            self._engine.contacts.is_touching(self._arm.body, body, joint)
            for joint in self._joints
        )

    def _part_in_tool(self) -> Vector:
        assert self.part is not None
        tool = self._arm.tool_pose(self.kind)
        return seen_from((tool.position, tool.orientation), self._parts.placement(self.part))[0]
