"""
Places that an arm cannot bring its tools to, by its own kinematics.

Near enough is not reachable: a place behind a joint limit, or close to the base, has no posture.
Places for parts are looked at from above, at several heights and turns; only where none of them
has a posture is a place out of reach. What stands in the way is the planner's to find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import dist, pi

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.kinematics.pointing import tool_down
from cobot_alloc.sim.kinematics.solver import ArmKinematics
from cobot_alloc.sim.motion.arm_reach import ArmReach
from cobot_alloc.sim.world import ArmSpec, LocationSpec, World

#: Of a tool above the place: a flat part, one of 5 cm, one of 10 cm; metres.
HEIGHTS_M = (0.02, 0.05, 0.1)
TURNS = (0.0, pi / 2, pi, -pi / 2)


def unreachable_locations(world: World) -> Mapping[AgentId, tuple[str, ...]]:
    """
    Return, for each arm, the locations within its ``reach_m`` that it cannot reach all the same.

    :raises BadInput: if the world names an arm that there is not.
    """
    engine = Engine()
    try:
        return {spec.agent_id: tuple(_missed(engine, world, spec)) for spec in world.arms}
    finally:
        engine.close()


def _missed(engine: Engine, world: World, spec: ArmSpec) -> Iterator[str]:
    body = ArmBody(engine, spec)
    limits = body.limits
    kinematics = ArmKinematics(
        engine, spec, lower=limits.lower, upper=limits.upper, seed=world.seed
    )
    reach = ArmReach(spec, body, kinematics)
    for place in world.locations:
        if dist(place.position, spec.base) > spec.reach_m:
            continue
        tools = [tool.kind for tool in spec.tools]
        if not any(
            reach.usual(pose, tool) is not None for pose in _above(place) for tool in tools
        ):
            yield place.name


def _above(place: LocationSpec) -> Iterator[Pose]:
    x, y, z = place.position
    for height_m in HEIGHTS_M:
        for turn in TURNS:
            yield tool_down((x, y, z + height_m), turn)
