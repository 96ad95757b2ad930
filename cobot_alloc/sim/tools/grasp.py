"""How a part sits in a gripper."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.world import ToolKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Grasp:
    """
    How a part sits in a gripper.

    :ivar tool: which gripper.
    :ivar part_in_tool: pose of the part's middle, seen from the tool's centre point.
    """

    part: str
    tool: ToolKind
    part_in_tool: Pose
