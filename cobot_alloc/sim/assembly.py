"""Build everything that a world describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.arms.safety_monitor import SafetyMonitor
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.execution.arm import Arm
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.motion.planner_client import PlannerBackend, PlannerClient
from cobot_alloc.sim.motion.traffic import Traffic
from cobot_alloc.sim.people.floor_obstacles import draw_plan
from cobot_alloc.sim.people.people import People
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.scene.scenery import Scenery, Whereabouts
from cobot_alloc.sim.skills.registry import known_skills
from cobot_alloc.sim.stations.neighbours import Neighbours
from cobot_alloc.sim.stations.stations import Stations
from cobot_alloc.sim.tools.rack import make_tools, the_gripper
from cobot_alloc.sim.world import ArmSpec, World
from cobot_alloc.sim.world.snapshot import CellSnapshot

_HOME_RAD = 0.002  # so near to it, an arm counts as at home where others plan their ways
_ITERATIONS = 30  # with 50 a heavy part is set down 0.1 mm better and all is 10 % slower


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assembly:
    """The things of a cell, in the physics and ready to be stepped."""

    scenery: Scenery
    parts: Parts
    people: People
    arms: Mapping[AgentId, Arm]
    stations: Stations


def assemble(
    world: World, engine: Engine, *, planner: PlannerBackend, snapshot: Callable[[], CellSnapshot]
) -> Assembly:
    """
    Build a world in ``engine``.

    :param planner: the planner.
    :param snapshot: tells where everything is; asked once the world is built.
    :raises BadInput: if the world names what there is not.
    """
    engine.set_up(step_hz=world.step_hz, iterations=_ITERATIONS)
    scenery = Scenery(engine, world)
    parts = _parts(engine, world)
    arms: dict[AgentId, Arm] = {}
    traffic = Traffic(lambda agent_id: arms[agent_id].monitor.speed == 0.0)
    planning = PlannerClient(
        planner,
        traffic,
        snapshot=snapshot,
        held=lambda: {agent_id: arm.site.held for agent_id, arm in arms.items()},
        at_home=lambda: frozenset(
            it for it, arm in arms.items() if arm.site.body.is_home(_HOME_RAD)
        ),
    )
    stations = Stations(engine, world, parts)
    names = scenery.names | {body: name for name, body in stations.obstacles}
    whereabouts = Whereabouts(engine, world, parts, names)
    neighbours = Neighbours(engine, scenery, parts, stations)
    for spec in world.arms:
        body = ArmBody(engine, spec)
        tools = make_tools(engine, spec, body, parts, seed=world.seed)
        site = ArmSite(
            world=world,
            spec=spec,
            body=body,
            tools=tools,
            gripper=the_gripper(tools),
            planning=planning,
            parts=parts,
            whereabouts=whereabouts,
            neighbours=neighbours,
            traffic=traffic,
            stations=stations,
        )
        arms[spec.agent_id] = Arm(engine, site, _monitor(world, spec), known_skills())
    fixed = [body for body in scenery.names if body != scenery.floor]
    fixed += [body for station in stations for body in station.bodies]
    around = PersonContext(
        engine=engine,
        world=world,
        parts=parts,
        whereabouts=whereabouts,
        stations=stations,
        arms=arms,
        plan=draw_plan(engine, world, fixed),
        solid=frozenset(fixed),
    )
    people = People(engine, world, around)
    stations.watch_for([*people.bodies, *(arm.site.body.body for arm in arms.values())])
    stations.watch_hands(people.hands)
    return Assembly(scenery=scenery, parts=parts, stations=stations, people=people, arms=arms)


def _parts(engine: Engine, world: World) -> Parts:
    parts = Parts(engine, seed=world.seed)
    for spec in world.parts:
        place = world.location(spec.at)
        if place is None:
            raise BadInput(f'part {spec.part_id!r} is at {spec.at!r}: no such location')
        parts.add(spec, place.position)
    return parts


def _monitor(world: World, spec: ArmSpec) -> SafetyMonitor:
    return SafetyMonitor(
        [zone for zone in world.zones if zone.agent_id == spec.agent_id],
        max_age_s=world.sensing.max_age_s,
        reduced_speed=world.reduced_speed,
    )
