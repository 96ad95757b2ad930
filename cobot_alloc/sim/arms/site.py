"""What a skill has to work with: one arm and the cell around it."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.application.world import ArmSpec, World
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.motion.tool_paths import Planner
from cobot_alloc.sim.motion.traffic import Traffic
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.scene.scenery import Whereabouts
from cobot_alloc.sim.tools.suction import Suction


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """One arm, its tool and planner, and the cell around it."""

    world: World
    spec: ArmSpec
    body: ArmBody
    suction: Suction
    planner: Planner
    parts: Parts
    whereabouts: Whereabouts
    traffic: Traffic
