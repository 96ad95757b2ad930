"""What each fault does to the physics."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol, runtime_checkable

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm import Arm
from cobot_alloc.sim.faults.schedule import Effect
from cobot_alloc.sim.people.sensing import Sensing
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.stations import Stations
from cobot_alloc.sim.world import FaultKind, FaultSpec

_ELSEWHERE: Vector = (100.0, 100.0, 0.0)  # where missing parts wait, a metre apart
End = Callable[[], None] | None


@runtime_checkable
class CanJam(Protocol):
    """A station whose mechanism can stick."""

    def jam(self) -> None:
        """Stick from now on."""

    def clear(self) -> None:
        """Work again."""


@runtime_checkable
class CanLosePower(Protocol):
    """A station that works with power."""

    def set_power(self, *, on: bool) -> None:
        """Be with or without power."""


@runtime_checkable
class CanStrip(Protocol):
    """A screw whose thread can give."""

    def strip(self) -> None:
        """Hold no torque from now on."""


@runtime_checkable
class CanGoBlind(Protocol):
    """A tool or station that measures by light."""

    def set_dark(self, *, dark: bool) -> None:
        """See nothing, or see again."""


@runtime_checkable
class CanClog(Protocol):
    """A tool that something comes out of."""

    def set_clogged(self, *, clogged: bool) -> None:
        """Let nothing out, or let it out again."""


class Effects:
    """The faults that can be brought about in one cell; ``by_kind`` has them all."""

    def __init__(
        self, parts: Parts, stations: Stations, arms: Mapping[AgentId, Arm], sensing: Sensing
    ) -> None:
        """Act on the things of a cell."""
        self._parts = parts
        self._stations = stations
        self._arms = arms
        self._sensing = sensing
        self.by_kind: Mapping[FaultKind, Effect] = {
            kind: getattr(self, kind.value) for kind in FaultKind
        }

    def part_missing(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Take the part out of the cell."""
        x, y, z = _ELSEWHERE
        part = self._part(fault, task)
        if part is not None:
            # Each has a place of its own, the same in every physics that has an image of it.
            self._parts.put(part, (x + list(self._parts.bodies).index(part), y, z))
        return None

    def part_misplaced(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Push the part aside."""
        part = self._part(fault, task)
        if part is None:
            return None
        x, y, z = self._parts.underside(part)
        dx, dy, dz = fault.offset
        self._parts.put(part, (x + dx, y + dy, z + dz))
        return None

    def part_wrong(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let two parts change places."""
        part = self._part(fault, task)
        if part is None:
            return None
        here, there = self._parts.underside(part), self._parts.underside(fault.other)
        self._parts.put(part, there)
        self._parts.put(fault.other, here)
        return None

    def part_damaged(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Give the part another size than it should have."""
        assert fault.size is not None, 'the reader of world files asks for it'
        part = self._part(fault, task)
        if part is not None:
            self._parts.reshape(part, fault.size)
        return None

    def part_too_heavy(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Give the part another mass than it should have."""
        assert fault.mass_kg is not None, 'the reader of world files asks for it'
        part = self._part(fault, task)
        if part is not None:
            self._parts.weigh(part, fault.mass_kg)
        return None

    def grip_slip(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the part slip from the grip."""
        arm = self._arm(fault, arm)
        if arm is not None and arm.site.gripper is not None:
            arm.site.gripper.break_grip()
        return None

    def station_jammed(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the station's mechanism stick."""
        station = self._stations.find(_station(fault, task), CanJam)  # type: ignore[type-abstract]
        if station is None:
            return None
        station.jam()
        return station.clear

    def torque_not_reached(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Strip the thread."""
        screw = self._stations.find(_station(fault, task), CanStrip)  # type: ignore[type-abstract]
        if screw is not None:
            screw.strip()
        return None

    def bead_gap(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Clog the nozzle."""
        arm = self._arm(fault, arm)
        nozzles = [tool for tool in _tools(arm) if isinstance(tool, CanClog)]

        def clog(*, clogged: bool) -> None:
            for nozzle in nozzles:
                nozzle.set_clogged(clogged=clogged)

        clog(clogged=True)
        return lambda: clog(clogged=False)

    def arm_stalled(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the joints stay where they are, whatever they are told."""
        arm = self._arm(fault, arm)
        if arm is None:
            return None
        arm.site.body.stall()
        return arm.site.body.recover

    def arm_drift(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the joints go astray without their encoders' noticing."""
        arm = self._arm(fault, arm)
        if arm is None:
            return None
        arm.site.body.drift(fault.drift_radps)
        return arm.site.body.recover

    def tool_lost(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the tools fall off."""
        arm = self._arm(fault, arm)
        if arm is None:
            return None
        arm.lose_tools()
        return arm.mount_tools

    def arm_silent(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the arm stand still and say nothing."""
        arm = self._arm(fault, arm)
        if arm is None:
            return None
        arm.fall_silent()
        return arm.speak_again

    def camera_dark(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let what measures parts see nothing."""
        arm = self._arm(fault, arm)
        seeing = [tool for tool in _tools(arm) if isinstance(tool, CanGoBlind)]

        def darken(*, dark: bool) -> None:
            for tool in seeing:
                tool.set_dark(dark=dark)

        darken(dark=True)
        return lambda: darken(dark=False)

    def sensing_dark(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the sensing of people deliver nonsense."""
        self._sensing.poison()
        return self._sensing.restore

    def sensing_frozen(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Let the sensing of people deliver nothing new."""
        self._sensing.freeze()
        return self._sensing.restore

    def power_dip(self, fault: FaultSpec, arm: Arm | None, task: Task | None) -> End:
        """Take the station's power away."""
        name = _station(fault, task)
        station = self._stations.find(name, CanLosePower)  # type: ignore[type-abstract]
        if station is None:
            return None
        station.set_power(on=False)
        return lambda: station.set_power(on=True)

    def _part(self, fault: FaultSpec, task: Task | None) -> str | None:
        """Return the part that the world names, or that of the attempt, if it is here."""
        part = fault.part or (task.part if task is not None else '')
        return part if part in self._parts.bodies and self._parts.is_here(part) else None

    def _arm(self, fault: FaultSpec, arm: Arm | None) -> Arm | None:
        """Return the arm of the attempt, or the one that the world names."""
        return arm if arm is not None else self._arms.get(AgentId(fault.agent))


def _tools(arm: Arm | None) -> Collection[object]:
    return arm.site.tools.values() if arm is not None else ()


def _station(fault: FaultSpec, task: Task | None) -> str:
    return fault.station or (task.station if task is not None else '')
