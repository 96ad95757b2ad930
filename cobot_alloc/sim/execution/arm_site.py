"""What a skill has to work with: one arm and the cell around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.motion.planner_client import PlannerClient
from cobot_alloc.sim.motion.traffic import Traffic
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.scene.scenery import Whereabouts
from cobot_alloc.sim.stations.neighbours import Neighbours
from cobot_alloc.sim.stations.stations import Stations
from cobot_alloc.sim.tools.tool import Gripper, Tool
from cobot_alloc.sim.world import ArmSpec, ToolKind, World


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmSite:
    """
    One arm, its tools, and the cell around it.

    :ivar gripper: the tool that holds parts, if the arm has one.
    """

    world: World
    spec: ArmSpec
    body: ArmBody
    tools: Mapping[ToolKind, Tool]
    gripper: Gripper | None
    planning: PlannerClient
    parts: Parts
    whereabouts: Whereabouts
    neighbours: Neighbours
    traffic: Traffic
    stations: Stations

    @property
    def held(self) -> str | None:
        """The part that the gripper was closed on; it may have slipped out meanwhile."""
        return self.gripper.part if self.gripper is not None else None
