"""The simulated cell: arms, parts, people and zones in one physics world."""

from __future__ import annotations

from collections.abc import Sequence

from cobot_alloc.application.arm_ports import ArmStatus, ChoreReport, HandWork, ZoneReading
from cobot_alloc.application.shapes import Shape
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.zone import is_fresh, is_occupied, Sighting
from cobot_alloc.sim.assembly import assemble
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.execution.arm import Arm
from cobot_alloc.sim.faults.effects import CanJam, Effects
from cobot_alloc.sim.faults.schedule import FaultSchedule
from cobot_alloc.sim.motion.planner_client import LocalPlanner, PlannerBackend
from cobot_alloc.sim.people.sensing import Sensing
from cobot_alloc.sim.render.display import Display
from cobot_alloc.sim.scene.fingerprint import digest, fingerprint
from cobot_alloc.sim.world import Chore, LocationSpec, World
from cobot_alloc.sim.world.snapshot import CellSnapshot


class SimulatedCell:
    """
    A cell in PyBullet; implements ``CellWorld`` and ``HandWork`` of application.arm_ports.

    Every arm is held until it is resumed, and the cell's mode is UNKNOWN until it is set. The
    same world and the same calls give the same motions to the last bit.

    :ivar sensing: may be frozen and poisoned, for tests and trials.
    """

    def __init__(self, world: World, *, planner: PlannerBackend | None = None) -> None:
        """
        Build the world.

        :param planner: the planner, which is closed with the cell; None: one in this process.
        """
        self.world = world
        self._dt = 1.0 / world.step_hz
        self._steps = 0
        self._control_steps = max(1, round(world.step_hz / world.control_hz))
        every = max(1, round(world.step_hz / world.sensing.rate_hz / self._control_steps))
        self._sensing_steps = every * self._control_steps
        self._engine = Engine()
        self._planner = LocalPlanner(world) if planner is None else planner
        try:
            built = assemble(world, self._engine, planner=self._planner, snapshot=self.snapshot)
        except Exception:
            self.close()
            raise
        self._scenery, self._parts = built.scenery, built.parts
        self._step_physics = self._engine.step
        self._bodies = tuple(arm.site.body for arm in built.arms.values())
        self._arms, self._people = built.arms, built.people
        self._stations = built.stations
        self.sensing = Sensing(self._people.sighting)
        self._read: Sighting | None = None
        self._was_fresh: bool | None = None
        self._readings: Sequence[ZoneReading] = ()
        self._display = Display(
            self._engine,
            fixtures=built.scenery.names,
            stations=built.stations,
            arms={name: arm.site.body.body for name, arm in built.arms.items()},
            parts=built.parts,
            people=built.people.capsules,
            near=built.people.near_bodies,
        )
        effects = Effects(self._parts, self._stations, self._arms, self.sensing)
        self._faults = FaultSchedule(world, effects.by_kind)

    @property
    def now_s(self) -> float:
        """Simulated time in seconds since the world was made."""
        return self._steps * self._dt

    @property
    def arm_ids(self) -> Sequence[AgentId]:
        """The arms of the cell."""
        return tuple(self._arms)

    def step(self) -> None:
        """Advance by one physics step; before every so many, all that moves is controlled."""
        step = self._steps % self._control_steps
        if step == 0:
            self._control(self._dt * self._control_steps)
        share = 1.0 - (step + 1) / self._control_steps
        for body in self._bodies:
            body.drive(share)
        self._step_physics()
        self._steps += 1

    def _control(self, dt: float) -> None:
        """Let people, sensing, zones, faults, stations and arms go on by ``dt`` seconds."""
        now_s = self.now_s
        arms = self._arms.values()
        for arm in arms:
            arm.measure(dt)
        is_look = self._steps % self._sensing_steps == 0
        self._people.advance(dt, seen=is_look)
        if is_look:
            self.sensing.sample(now_s)
            bodies = tuple(self._people.near_bodies())
            for arm in arms:
                arm.measure_people(bodies)
                arm.check(now_s)
        self._faults.advance(now_s)
        sighting = self.sensing.latest
        for arm in arms:
            arm.monitor.observe(sighting, now_s)
            arm.control(dt)
        for station in self._stations:
            station.advance(dt)

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm. Its report comes from ``take_reports``.

        :raises Refused: if there is no such arm, or it is busy.
        """
        arm = self._arm(agent_id)
        arm.begin(task, fence)
        self._faults.begin(arm, task, fence)

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """
        Bring the attempt's motion to rest on its path and end it; False if not running.

        The part goes back to where it came from if that is possible; the report says where
        it is in the end.
        """
        return self._arm(agent_id).cancel(fence)

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        return [report for arm in self._arms.values() for report in arm.take_reports()]

    def arm_status(self, agent_id: AgentId) -> ArmStatus:
        """Return the arm at this instant."""
        return self._arm(agent_id).status()

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell; one that is not moving holds every arm."""
        for arm in self._arms.values():
            arm.monitor.set_cell_mode(mode)

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where the zones or the cell's mode do not allow it."""
        return self._arm(agent_id).monitor.resume()

    def zone_readings(self) -> Sequence[ZoneReading]:
        """Return what the sensing says of every zone; one that cannot be told is occupied."""
        sighting = self.sensing.latest
        fresh = is_fresh(sighting, now_s=self.now_s, max_age_s=self.world.sensing.max_age_s)
        if sighting is not self._read or fresh is not self._was_fresh:
            self._read, self._was_fresh = sighting, fresh
            self._readings = self._zone_readings(sighting, fresh)
        return self._readings

    def _zone_readings(self, sighting: Sighting | None, fresh: bool) -> Sequence[ZoneReading]:
        return [
            ZoneReading(
                zone_id=zone.zone_id,
                occupied=not fresh or sighting is None or is_occupied(zone, sighting),
                fresh=fresh,
            )
            for zone in self.world.zones
        ]

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part at a location, as a person's hands would.

        :raises Refused: if there is no such part or location, an arm holds the part, or
            another part is in the way.
        """
        place = self.world.location(location)
        if place is None:
            raise Refused(RefusalCode.LOCATION_UNKNOWN, f'the cell has no location {location!r}')
        if part not in self._parts.bodies:
            raise Refused(RefusalCode.PART_UNKNOWN, f'the cell has no part {part!r}')
        self._refuse_held(part)
        self._refuse_occupied(part, place)
        self._parts.put(part, place.position)

    def ask(self, chore: Chore, person_id: str = '') -> int:
        """
        Ask a person to do something by hand: one of them, or whoever is helpful and free.

        :return: the number under which ``take_chore_reports`` will tell what came of it.
        :raises Refused: if nobody will do it, or it can be seen that it cannot be done.
        """
        return self._people.ask(chore, person_id)

    @property
    def hand_work(self) -> HandWork | None:
        """What its people do by hand; None where there is nobody."""
        return self if self.world.people else None

    def take_chore_reports(self) -> Sequence[ChoreReport]:
        """Return the reports of chores that ended since the last call."""
        return self._people.take_reports()

    def set_right(self, name: str) -> None:
        """
        Repair an arm or clear a station, as a person's hands would.

        :raises Refused: if there is nothing of that name that could be repaired.
        """
        station = self._stations.find(name, CanJam)  # type: ignore[type-abstract]
        if AgentId(name) in self._arms:
            self._arms[AgentId(name)].set_right()
        elif station is not None:
            station.clear()
        else:
            raise Refused(
                RefusalCode.SUBJECT_UNKNOWN, f'the cell has no arm or station {name!r} to repair'
            )

    def people(self) -> Sequence[tuple[str, Vector]]:
        """Return the people's ids and true positions, for display only."""
        return self._people.positions()

    def place_person(self, person_id: str, at: tuple[float, float]) -> None:
        """Put a person somewhere on the floor, off the script, for tests and trials."""
        self._people.place(person_id, at)
        for arm in self._arms.values():
            arm.measure_anew()

    def part_position(self, part: str) -> Vector:
        """Return the true position of a part's middle, for display and tests."""
        return self._parts.pose(part).position

    def snapshot(self) -> CellSnapshot:
        """Return where everything is now."""
        return CellSnapshot(
            at_s=self.now_s,
            arms={agent_id: arm.site.body.posture() for agent_id, arm in self._arms.items()},
            parts={part: self._parts.pose(part) for part in self._parts.bodies},
            sizes=self._parts.changed_sizes(),
            stations={it.station_id: it.joints() for it in self._stations if it.joints()},
            people=self._people.capsules(),
            beads=self._stations.beads,
            occupied=tuple(it.zone_id for it in self.zone_readings() if it.occupied),
        )

    def shapes(self) -> Sequence[Shape]:
        """Return everything that there is to be shown but the zones, as simple shapes."""
        return tuple(self._display.shapes())

    def fingerprint(self) -> dict[str, bytes]:
        """Return digests of the physics, thing by thing, to compare two runs to the last bit."""
        bodies: dict[str, Sequence[int]] = {
            **{f'arm {name}': (arm.site.body.body,) for name, arm in self._arms.items()},
            **{f'part {name}': (body,) for name, body in self._parts.bodies.items()},
            **{f'station {it.station_id}': it.bodies for it in self._stations},
        }
        people = {f'person {name}': digest(it) for name, it in self._people.capsules().items()}
        return fingerprint(self._engine, bodies) | people

    def close(self) -> None:
        """Release the physics engine."""
        self._engine.close()
        self._planner.close()

    def _refuse_held(self, part: str) -> None:
        for agent_id, arm in self._arms.items():
            gripper = arm.site.gripper
            if gripper is not None and gripper.part == part and gripper.is_holding():
                raise Refused(RefusalCode.PART_HELD, f'{agent_id} holds {part}')

    def _refuse_occupied(self, part: str, place: LocationSpec) -> None:
        other = self._parts.in_the_way(part, place)
        if other is not None:
            raise Refused(RefusalCode.LOCATION_OCCUPIED, f'{other} is in the way at {place.name}')

    def _arm(self, agent_id: AgentId) -> Arm:
        try:
            return self._arms[agent_id]
        except KeyError:
            raise Refused(RefusalCode.AGENT_UNKNOWN, f'the cell has no arm {agent_id!r}') from None
