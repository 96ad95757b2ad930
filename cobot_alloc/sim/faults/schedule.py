"""When faults happen: at a time, or to attempts that match."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import random

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm import Arm
from cobot_alloc.sim.world import FaultKind, FaultSpec, World
from cobot_alloc.sim.world.faults import AT_THE_START

#: What brings a fault about; returns what ends it, or None if nothing does but a person.
Effect = Callable[[FaultSpec, Arm | None, Task | None], Callable[[], None] | None]


@dataclass(slots=True, eq=False)
class _Watch:
    """A fault that waits for an attempt to come far enough."""

    number: int
    fault: FaultSpec
    arm: Arm
    task: Task
    fence: int
    is_counted: bool = False


class FaultSchedule:
    """
    Decides when the faults of a world happen, the same way every time.

    ``advance`` may be called at any steady rate.
    """

    def __init__(self, world: World, effects: Mapping[FaultKind, Effect]) -> None:
        """Bring about at once what is so from the start."""
        self._world = world
        self._effects = effects
        self._counts: dict[int, int] = {}
        self._watches: list[_Watch] = []
        self._endings: list[tuple[float, Callable[[], None]]] = []
        self._timed = sorted(
            (fault for fault in world.faults if fault.at_s is not None),
            key=lambda fault: fault.at_s or 0.0,
        )
        for fault in world.faults:
            if fault.is_from_the_start:
                self._bring_about(fault, None, None, now_s=0.0)

    def begin(self, arm: Arm, task: Task, fence: int) -> None:
        """Take note of an attempt that begins."""
        for number, fault in enumerate(self._world.faults):
            waits = fault.at_s is None and not fault.is_from_the_start
            if waits and _matches(fault, arm.site.spec.agent_id, task):
                self._watches.append(_Watch(number, fault, arm, task, fence))

    def advance(self, now_s: float) -> None:
        """Let happen what is due."""
        if not (self._timed or self._watches or self._endings):
            return
        while self._timed and (self._timed[0].at_s or 0.0) <= now_s:
            self._bring_about(self._timed.pop(0), None, None, now_s=now_s)
        if self._watches:
            self._watches = [watch for watch in self._watches if self._keep(watch, now_s)]
        for at_s, end in [ending for ending in self._endings if ending[0] <= now_s]:
            end()
            self._endings.remove((at_s, end))

    def _keep(self, watch: _Watch, now_s: float) -> bool:
        """Tell whether the fault still waits for its moment."""
        fault, arm = watch.fault, watch.arm
        if arm.fence != watch.fence:
            return False  # the attempt is over
        if fault.kind in AT_THE_START and not arm.site.parts.is_here(watch.task.part):
            return True  # nothing can happen to a part before it is here
        during = fault.during or _DURING.get(fault.kind, '')
        step = arm.drive.step
        if during and (step is None or step.name != during):
            return True
        if not watch.is_counted:
            watch.is_counted = True
            if not self._is_its_turn(watch.number, fault):
                return False
        if (arm.drive.fraction if during else arm.progress) < fault.after_fraction:
            return True
        self._bring_about(fault, arm, watch.task, now_s=now_s)
        return False

    def _is_its_turn(self, number: int, fault: FaultSpec) -> bool:
        count = self._counts[number] = self._counts.get(number, 0) + 1
        if fault.nth is not None and fault.nth != count:
            return False
        # Of its own, so that one fault's draws do not depend on what else happens.
        draw = random.Random(f'{self._world.seed}/fault {number}/{count}')
        return draw.random() < fault.probability

    def _bring_about(
        self, fault: FaultSpec, arm: Arm | None, task: Task | None, *, now_s: float
    ) -> None:
        end = self._effects[fault.kind](fault, arm, task)
        if end is not None and fault.lasts_s is not None:
            self._endings.append((now_s + fault.lasts_s, end))


#: Where on the way a fault happens if the world does not say.
_DURING = {FaultKind.GRIP_SLIP: 'carry'}


#: Kinds that happen to the station itself: work that is told otherwise need not be done at it.
_OF_STATIONS = frozenset({FaultKind.STATION_JAMMED, FaultKind.POWER_DIP})


def _matches(fault: FaultSpec, agent_id: AgentId, task: Task) -> bool:
    told = fault.part or fault.agent or fault.place or fault.skill
    station = '' if fault.kind in _OF_STATIONS and told else fault.station
    wanted: Iterable[tuple[str, tuple[str, ...]]] = (
        (fault.part, (task.part,)),
        (fault.agent, (agent_id,)),
        (station, (task.station,)),
        (fault.place, (task.source, task.target)),
        (fault.skill, (task.skill,)),
    )
    return all(not name or name in names for name, names in wanted)
