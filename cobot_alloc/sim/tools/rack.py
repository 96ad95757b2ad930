"""Make the tools that an arm has."""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.application.world import ArmSpec, ToolKind
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.bullet import Bullet
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.tools.suction import Suction
from cobot_alloc.sim.tools.tool import Gripper, Tool
from cobot_alloc.sim.tools.two_finger import TwoFinger

_GRIPPERS = {ToolKind.SUCTION: Suction, ToolKind.TWO_FINGER: TwoFinger}


def make_tools(
    bullet: Bullet, spec: ArmSpec, body: ArmBody, parts: Parts
) -> Mapping[ToolKind, Tool]:
    """
    Return the tools of an arm by kind.

    :raises BadInput: for a tool that cannot be made.
    """
    tools: dict[ToolKind, Tool] = {}
    for tool in spec.tools:
        if tool.kind not in _GRIPPERS:
            raise BadInput(f'{spec.agent_id}: there is no tool {tool.kind.value!r}')
        tools[tool.kind] = _GRIPPERS[tool.kind](bullet, body, parts)
    return tools


def the_gripper(tools: Mapping[ToolKind, Tool]) -> Gripper | None:
    """Return the tool that holds parts, or None."""
    return next((tools[kind] for kind in _GRIPPERS if kind in tools), None)
