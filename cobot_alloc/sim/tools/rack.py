"""Make the tools that an arm has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.tools.deburrer import Deburrer
from cobot_alloc.sim.tools.nozzle import Nozzle
from cobot_alloc.sim.tools.scanner import Scanner
from cobot_alloc.sim.tools.screwdriver import Screwdriver
from cobot_alloc.sim.tools.suction import Suction
from cobot_alloc.sim.tools.tool import Gripper, Tool
from cobot_alloc.sim.tools.two_finger import TwoFinger
from cobot_alloc.sim.world import ArmSpec, ToolKind

_GRIPPERS: Mapping[ToolKind, Callable[[Engine, ArmBody, Parts], Gripper]] = {
    ToolKind.SUCTION: Suction,
    ToolKind.TWO_FINGER: TwoFinger,
}
_PROCESS_TOOLS: Mapping[ToolKind, Callable[[Engine, ArmBody], Tool]] = {
    ToolKind.SCREWDRIVER: Screwdriver,
    ToolKind.NOZZLE: Nozzle,
    ToolKind.DEBURRER: Deburrer,
}


def make_tools(
    engine: Engine, spec: ArmSpec, body: ArmBody, parts: Parts, *, seed: int
) -> Mapping[ToolKind, Tool]:
    """
    Return the tools of an arm by kind; ``seed`` decides what they measure wrong.

    :raises BadInput: for a tool that cannot be made.
    """
    tools: dict[ToolKind, Tool] = {}
    for tool in spec.tools:
        if tool.kind in _GRIPPERS:
            tools[tool.kind] = _GRIPPERS[tool.kind](engine, body, parts)
        elif tool.kind in _PROCESS_TOOLS:
            tools[tool.kind] = _PROCESS_TOOLS[tool.kind](engine, body)
        elif tool.kind is ToolKind.SCANNER:
            tools[tool.kind] = Scanner(engine, spec, body, parts, seed=seed)
        else:
            raise BadInput(f'{spec.agent_id}: there is no tool {tool.kind.value!r}')
    return tools


def the_gripper(tools: Mapping[ToolKind, Tool]) -> Gripper | None:
    """Return the tool that holds parts, or None."""
    grippers = (tools[kind] for kind in _GRIPPERS if kind in tools)
    return cast('Gripper | None', next(grippers, None))
