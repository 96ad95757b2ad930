"""The arms of a cell without physics, for long runs: they take their time, fail and are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
import math
from random import Random

from cobot_alloc.application.arm_ports import ArmStatus, ZoneReading
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Failure, Measurements, Phase
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import (
    after_demand,
    after_resume,
    most_restrictive,
    MOVING,
    SAFETY_MODE,
    SafetyMode,
)
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import World

#: Simulated seconds of one step.
STEP_S = 0.5
#: Share of attempts that fail, and how.
FAIL = 0.08
FAILURES = (
    (Phase.PRECONDITION, 'part_missing'),
    (Phase.PLANNING, 'unreachable'),
    (Phase.EXECUTION, 'grip_failed'),
    (Phase.EXECUTION, 'part_dropped'),
    (Phase.POSTCONDITION, 'misplaced'),
)
#: Chance per step that somebody comes near an arm, and that the sensing fails.
WALK, BLIND = 0.002, 0.0002


@dataclass(slots=True)
class _Arm:
    mode: SafetyMode = SafetyMode.UNKNOWN
    demanded: SafetyMode = SafetyMode.NORMAL
    task: Task | None = None
    fence: Fence = Fence(0)
    left_s: float = 0.0
    spent_s: float = 0.0
    canceled: bool = False


class FakeArms:
    """Implements ``CellWorld``; the motions are drawn, all else is as the rules have it."""

    def __init__(self, world: World, random: Random) -> None:
        """Begin with every arm held."""
        self.world = world
        self._random = random
        self._arms = {spec.agent_id: _Arm() for spec in world.arms}
        self._reports: list[AttemptReport] = []
        self._cell_mode = SafetyMode.UNKNOWN
        self._steps = 0

    @property
    def now_s(self) -> float:
        """Simulated time in seconds since the world was made."""
        return self._steps * STEP_S

    @property
    def arm_ids(self) -> Sequence[AgentId]:
        """The arms of the cell."""
        return tuple(self._arms)

    def step(self) -> None:
        """Let people walk and arms move."""
        self._steps += 1
        for agent_id, arm in self._arms.items():
            self._walk(arm)
            demanded = most_restrictive([arm.demanded, self._cell_mode])
            if demanded is SafetyMode.LATCHED:
                arm.mode = SafetyMode.LATCHED
            elif arm.mode is SafetyMode.LATCHED:
                arm.mode = SAFETY_MODE.after(arm.mode, 'reset')
            else:
                arm.mode = after_demand(arm.mode, demanded)
            if arm.task is not None and (arm.mode in MOVING or arm.canceled):
                self._advance(agent_id, arm)

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """Start a task on an idle arm."""
        arm = self._arms[agent_id]
        if arm.task is not None:
            raise Refused('busy', f'{agent_id} is at {arm.task.task_id}')
        arm.task, arm.fence, arm.canceled, arm.spent_s = task, fence, False, 0.0
        arm.left_s = 1.0 + 4.0 * self._random.random()

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """End an attempt; False if it is not running."""
        arm = self._arms[agent_id]
        arm.canceled = arm.canceled or (arm.task is not None and arm.fence == fence)
        return arm.canceled

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def arm_status(self, agent_id: AgentId) -> ArmStatus:
        """Return the arm at this instant."""
        arm = self._arms[agent_id]
        return ArmStatus(
            mode=arm.mode,
            held=arm.mode not in MOVING,
            zone_clear=arm.demanded in MOVING,
            speed_scale=1.0 if arm.mode in MOVING else 0.0,
            cause='' if arm.mode in MOVING else 'held',
            step='',
            progress=0.0,
            task_id=arm.task.task_id if arm.task else None,
            fence=arm.fence,
            joint_names=(),
            joint_positions=(),
            joint_velocities=(),
            separation_m=math.inf,
        )

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell."""
        self._cell_mode = mode

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where it may not."""
        arm = self._arms[agent_id]
        demanded = most_restrictive([arm.demanded, self._cell_mode])
        if arm.mode is not SafetyMode.STOPPED or demanded not in MOVING:
            return False
        arm.mode = after_resume(arm.mode, demanded)
        return True

    def zone_readings(self) -> Sequence[ZoneReading]:
        """Return what the sensing says of every zone."""
        return [
            ZoneReading(
                zone_id=zone.zone_id,
                occupied=self._arms[zone.agent_id].demanded is not SafetyMode.NORMAL,
                fresh=self._arms[zone.agent_id].demanded is not SafetyMode.UNKNOWN,
            )
            for zone in self.world.zones
        ]

    def people(self) -> Sequence[tuple[str, tuple[float, float, float]]]:
        """Nobody is shown."""
        return ()

    def move_part(self, part: str, location: str) -> None:
        """Parts are not simulated."""

    def close(self) -> None:
        """Nothing to let go of."""

    def _walk(self, arm: _Arm) -> None:
        chance = self._random.random()
        if arm.demanded is not SafetyMode.NORMAL:
            if chance < 0.1:
                arm.demanded = SafetyMode.NORMAL
        elif chance < BLIND:
            arm.demanded = SafetyMode.UNKNOWN
        elif chance < WALK:
            arm.demanded = self._random.choice([SafetyMode.REDUCED, SafetyMode.STOPPED])

    def _advance(self, agent_id: AgentId, arm: _Arm) -> None:
        arm.left_s -= STEP_S * (self.world.reduced_speed if arm.mode is SafetyMode.REDUCED else 1)
        arm.spent_s += STEP_S
        if arm.left_s > 0 and not arm.canceled:
            return
        assert arm.task is not None
        failure, status = None, AttemptStatus.SUCCEEDED
        if arm.canceled:
            status = AttemptStatus.CANCELED
        elif self._random.random() < FAIL:
            phase, code = self._random.choice(FAILURES)
            failure, status = Failure(phase=phase, code=code), AttemptStatus.FAILED
        self._reports.append(
            AttemptReport(
                agent_id=agent_id,
                task_id=arm.task.task_id,
                fence=arm.fence,
                status=status,
                failure=failure,
                measurements=Measurements(duration_s=arm.spent_s, energy_j=20.0 * arm.spent_s),
            )
        )
        arm.task, arm.fence, arm.canceled = None, Fence(0), False
