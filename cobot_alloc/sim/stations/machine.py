"""
A machine that arms tend: a door, a chuck, and a cycle that cuts a part to size.

Door and jaws are joints driven by motors of limited force. What the machine says of itself is
read from the physics: how far the door is open, what is between the jaws and how hard they
press on it. The cutting itself is not simulated: at the end of a cycle the part in the chuck
has its finished size.
"""

from __future__ import annotations

from dataclasses import replace
import random

from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.transforms import seen_from
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.world import MachineSpec

DOOR_M = 0.26  #: travel of the door
JAW_M = 0.046  #: travel of each jaw from the middle
DOOR_S = 8.0  #: by when a door that is not stuck has come to its end
JAWS_S = 4.0  #: likewise for the jaws
_DOOR_N, _DOOR_MPS = 60.0, 0.2
_JAW_N, _JAW_MPS = 60.0, 0.04
_GEAR_N = 50.0  # keeps the jaws together, so that they meet in the middle
_STUCK_N = 5000.0
_AT_END_M = 0.004
_PRESSED_N = 15.0  # of each jaw on what is in the chuck
_LOOK_S = 0.1  # how often a running cycle looks at door and chuck
_ROOM = ((-0.10, 0.16), (-0.15, 0.15), (0.08, 0.22))  # for a part, seen from the machine


class Machine:
    """
    One machine; implements ``station.Station``.

    :ivar has_power: without, nothing moves, and nothing it is told is remembered.
    :ivar is_running: whether a cycle is under way.
    :ivar interruption: why the last cycle did not come to its end; empty if it did.
    """

    def __init__(self, engine: Engine, spec: MachineSpec, parts: Parts, *, seed: int) -> None:
        """Build it with its door closed and its jaws open."""
        self._engine = engine
        self._parts = parts
        self._seed = seed
        self.spec = spec
        # Whatever of it is sent somewhere wakes it.
        self.body = engine.bodies.load(
            find_urdf('machine.urdf'), spec.position, yaw=spec.yaw, can_sleep=True
        )
        names = {joint.name: joint.number for joint in engine.joints.infos(self.body)}
        self._door, *self._jaws = (names[name] for name in ('door', 'jaw_left', 'jaw_right'))
        self._stuck: str = ''
        self._left_s = self._look_in_s = 0.0
        self._door_to, self._jaws_to = 0.0, JAW_M
        self.has_power, self.is_running, self.interruption = True, False, ''
        self._gear_jaws()
        self._drive_door()
        self._drive_jaws()

    @property
    def station_id(self) -> str:
        """Its name."""
        return self.spec.station_id

    @property
    def bodies(self) -> tuple[int, ...]:
        """Return its one body."""
        return (self.body,)

    # What it is told

    def open_door(self) -> None:
        """Begin to open the door."""
        if self.has_power:
            self._door_to = DOOR_M
            self._drive_door()

    def close_door(self) -> None:
        """Begin to close the door."""
        if self.has_power:
            self._door_to = 0.0
            self._drive_door()

    def clamp(self) -> None:
        """Begin to close the jaws."""
        if self.has_power:
            self._jaws_to = 0.0
            self._drive_jaws()

    def release(self) -> None:
        """Begin to open the jaws."""
        if self.has_power:
            self._jaws_to = JAW_M
            self._drive_jaws()

    def start(self) -> str:
        """Start a cycle; return why not, or nothing if it is under way."""
        reason = self._interlock()
        if not reason:
            self.is_running, self.interruption = True, ''
            self._left_s, self._look_in_s = self.spec.cycle_s, _LOOK_S
        return reason

    # What it measures

    @property
    def opening_m(self) -> float:
        """How far the door is open."""
        return self._engine.joints.position(self.body, self._door)

    @property
    def is_open(self) -> bool:
        """Whether the door is open all the way."""
        return self.opening_m > DOOR_M - _AT_END_M

    @property
    def is_closed(self) -> bool:
        """Whether the door is closed all the way."""
        return self.opening_m < _AT_END_M

    @property
    def gap_m(self) -> float:
        """How far the jaws are apart."""
        return sum(self._engine.joints.positions(self.body, self._jaws))

    @property
    def is_released(self) -> bool:
        """Whether the jaws are wide open."""
        return self.gap_m > 2 * JAW_M - _AT_END_M

    def contents(self) -> list[str]:
        """Return the parts that are anywhere inside."""
        return [part for part in self._parts.bodies if self._is_inside(part)]

    def clamped(self) -> str | None:
        """Return the part that both jaws press on."""
        for part in self.contents():
            if all(self._press_n(jaw, part) > _PRESSED_N for jaw in self._jaws):
                return part
        return None

    def joints(self) -> tuple[float, ...]:
        """Return how far the door is open, and each jaw."""
        return self._engine.joints.positions(self.body, (self._door, *self._jaws))

    def describe(self) -> str:
        """Say how it stands, as measured."""
        inside = ' and '.join(self.contents()) or 'nothing'
        door = f'door {100 * self.opening_m / DOOR_M:.0f} % open, {inside} inside'
        if not self.has_power:
            return f'without power, {door}'
        return f'{self._left_s:.0f} s of its cycle left, {door}' if self.is_running else door

    # What goes wrong with it

    def jam(self, what: str = 'door') -> None:
        """Let the door stick half-way on its next stroke, or the jaws as they press now."""
        self._stuck = what

    def clear(self) -> None:
        """Free what is stuck; it goes where it was sent."""
        self._stuck = ''
        self._drive_door()
        self._drive_jaws()

    def set_power(self, *, on: bool) -> None:
        """Lose or regain power: brakes hold the door, springs keep the jaws pressed."""
        self.has_power = on
        if not on:
            self._hold_door()
            self._door_to = self.opening_m
            if self.is_running:
                self._interrupt('it lost its power')

    def advance(self, dt: float) -> None:
        """Work for a step."""
        if self._stuck == 'door' and 0.4 < self.opening_m / DOOR_M < 0.6:
            self._hold_door()
            self._stuck = 'door, held'
        if not self.is_running:
            return
        self._left_s -= dt
        self._look_in_s -= dt
        if self._look_in_s <= 0.0 or self._left_s <= 0.0:
            self._look_in_s = _LOOK_S
            reason = self._interlock()
            if reason:
                self._interrupt(reason)
            elif self._left_s <= 0.0:
                self.is_running = False
                self._cut()

    def _interlock(self) -> str:
        """Return why no cycle may run now."""
        if not self.has_power:
            return 'it has no power'
        if not self.is_closed:
            return f'its door is {1000 * self.opening_m:.0f} mm open'
        if self.clamped() is None:
            return f'nothing is clamped: the jaws are {1000 * self.gap_m:.1f} mm apart'
        return ''

    def _interrupt(self, reason: str) -> None:
        done_s = self.spec.cycle_s - self._left_s
        self.is_running = False
        self.interruption = f'{reason}, {done_s:.1f} s into a cycle of {self.spec.cycle_s:.1f} s'

    def _cut(self) -> None:
        """Give the part in the chuck its finished size."""
        part = self.clamped()
        finished = None if part is None else self._parts.nominal(part).finished
        if part is None or finished is None:
            return
        draw = random.Random(f'{self._seed}/{self.station_id} cuts {part}')
        shape = self._parts.shape(part)
        # A cutter takes away and never adds; its face cut takes a burr along.
        x, y, z = (
            min(before, draw.gauss(after, self.spec.spread_m)) if after < nominal else before
            for before, after, nominal in zip(
                shape.size, finished, self._parts.nominal(part).size, strict=True
            )
        )
        bump_m = shape.bump_m if z == shape.size[2] else 0.0
        self._parts.remake(part, replace(shape, size=(x, y, z), bump_m=bump_m))
        self._drive_jaws()

    def _is_inside(self, part: str) -> bool:
        frame = self._engine.bodies.placement(self.body)
        seen, _ = seen_from(frame, self._parts.placement(part))
        return all(low < x < high for x, (low, high) in zip(seen, _ROOM, strict=True))

    def _press_n(self, jaw: int, part: str) -> float:
        return self._engine.contacts.force_between_n(self.body, self._parts.bodies[part], jaw)

    def _drive_door(self) -> None:
        if self._stuck != 'door, held':
            self._send(self._door, self._door_to, _DOOR_N, _DOOR_MPS)

    def _drive_jaws(self) -> None:
        if self._stuck != 'jaws':
            for jaw in self._jaws:
                self._send(jaw, self._jaws_to, _JAW_N, _JAW_MPS)

    def _send(self, joint: int, to_m: float, force_n: float, speed_mps: float) -> None:
        self._engine.motors.send(self.body, joint, to_m, force=force_n, most=speed_mps)
        self._engine.substance.wake(self.body)

    def _hold_door(self) -> None:
        self._send(self._door, self.opening_m, _STUCK_N, _DOOR_MPS)

    def _gear_jaws(self) -> None:
        for jaw in self._jaws:
            self._engine.joints.put(self.body, jaw, JAW_M)
            # Without the anchor a part creeps out from between the jaws.
            self._engine.substance.set_surface(self.body, jaw, friction=0.8, is_anchored=True)
        left, right = self._jaws
        self._engine.constraints.gear(
            self.body, left, self.body, right, axis=(1.0, 0.0, 0.0), softness=0.1, force=_GEAR_N
        )


def is_finished(parts: Parts, part: str) -> bool:
    """Tell whether a part has been worked on: nearer to its finished size than to its raw one."""
    spec = parts.nominal(part)
    if spec.finished is None:
        return False
    return all(
        true < (before + after) / 2
        for true, before, after in zip(
            parts.shape(part).size, spec.size, spec.finished, strict=True
        )
        if after < before
    )
