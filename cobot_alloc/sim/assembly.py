"""Build everything that a world describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.arms.safety_monitor import Guard
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.execution.arm import Arm
from cobot_alloc.sim.execution.arm_site import Site
from cobot_alloc.sim.motion.planner_client import Answers, Planning
from cobot_alloc.sim.motion.traffic import Traffic
from cobot_alloc.sim.people.floor_obstacles import draw_plan
from cobot_alloc.sim.people.people import People
from cobot_alloc.sim.people.person_context import Surroundings
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.scene.scenery import Scenery, Whereabouts
from cobot_alloc.sim.skills.registry import known_skills
from cobot_alloc.sim.stations.neighbours import Neighbours
from cobot_alloc.sim.stations.stations import Yard
from cobot_alloc.sim.tools.rack import make_tools, the_gripper
from cobot_alloc.sim.world import ArmSpec, World
from cobot_alloc.sim.world.snapshot import Snapshot

_HOME_RAD = 0.002  # so near to it, an arm counts as at home where others plan their ways
_ITERATIONS = 30  # with 50 a heavy part is set down 0.1 mm better and all is 10 % slower


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assembly:
    """The things of a cell, in the physics and ready to be stepped."""

    scenery: Scenery
    parts: Parts
    people: People
    arms: Mapping[AgentId, Arm]
    yard: Yard


def assemble(
    world: World, engine: Engine, *, answers: Answers, snapshot: Callable[[], Snapshot]
) -> Assembly:
    """
    Build a world in ``engine``.

    :param answers: the planner.
    :param snapshot: tells where everything is; asked once the world is built.
    :raises BadInput: if the world names what there is not.
    """
    engine.set_up(step_hz=world.step_hz, iterations=_ITERATIONS)
    scenery = Scenery(engine, world)
    parts = _parts(engine, world)
    arms: dict[AgentId, Arm] = {}
    traffic = Traffic(lambda agent_id: arms[agent_id].guard.speed == 0.0)
    planning = Planning(
        answers,
        traffic,
        snapshot=snapshot,
        held=lambda: {agent_id: arm.site.held for agent_id, arm in arms.items()},
        at_home=lambda: frozenset(
            it for it, arm in arms.items() if arm.site.body.is_home(_HOME_RAD)
        ),
    )
    yard = Yard(engine, world, parts)
    names = scenery.names | {body: name for name, body in yard.obstacles}
    whereabouts = Whereabouts(engine, world, parts, names)
    neighbours = Neighbours(engine, scenery, parts, yard)
    for spec in world.arms:
        body = ArmBody(engine, spec)
        tools = make_tools(engine, spec, body, parts, seed=world.seed)
        site = Site(
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
            yard=yard,
        )
        arms[spec.agent_id] = Arm(engine, site, _guard(world, spec), known_skills())
    fixed = [body for body in scenery.names if body != scenery.floor]
    fixed += [body for station in yard for body in station.bodies]
    around = Surroundings(
        engine=engine,
        world=world,
        parts=parts,
        whereabouts=whereabouts,
        yard=yard,
        arms=arms,
        plan=draw_plan(engine, world, fixed),
        solid=frozenset(fixed),
    )
    people = People(engine, world, around)
    yard.watch_for([*people.bodies, *(arm.site.body.body for arm in arms.values())])
    yard.watch_hands(people.hands)
    return Assembly(scenery=scenery, parts=parts, yard=yard, people=people, arms=arms)


def _parts(engine: Engine, world: World) -> Parts:
    parts = Parts(engine, seed=world.seed)
    for spec in world.parts:
        place = world.location(spec.at)
        if place is None:
            raise BadInput(f'part {spec.part_id!r} is at {spec.at!r}: no such location')
        parts.add(spec, place.position)
    return parts


def _guard(world: World, spec: ArmSpec) -> Guard:
    return Guard(
        [zone for zone in world.zones if zone.agent_id == spec.agent_id],
        max_age_s=world.sensing.max_age_s,
        reduced_speed=world.reduced_speed,
    )
