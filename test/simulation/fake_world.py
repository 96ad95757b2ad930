"""A cell without physics: arms that take their time, and people who walk into zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
from simulation.history import History
from simulation.timeline import Timeline

CODES = (
    (Phase.PRECONDITION, 'part_missing'),
    (Phase.PLANNING, 'unreachable'),
    (Phase.EXECUTION, 'grip_failed'),
    (Phase.EXECUTION, 'part_dropped'),
    (Phase.EXECUTION, 'nobody_came'),
    (Phase.POSTCONDITION, 'misplaced'),
)


@dataclass(slots=True)
class _Arm:
    mode: SafetyMode = SafetyMode.UNKNOWN
    task: Task | None = None
    fence: int = 0
    left_s: float = 0.0
    spent_s: float = 0.0
    cancel: bool = False
    tool: str = ''
    seen: set[int] = field(default_factory=set)


class Floor:
    """Where people are: outlives the processes, as the real floor does."""

    def __init__(self) -> None:
        """Begin empty and seen."""
        self.demands: dict[str, SafetyMode] = {}
        self.blind = False

    def demand(self, agent_id: str) -> SafetyMode:
        """Return what the zones of an arm demand now."""
        return SafetyMode.UNKNOWN if self.blind else self.demands.get(agent_id, SafetyMode.NORMAL)


class FakeWorld:
    """Implements ``CellWorld`` for one run of the cell's process."""

    def __init__(
        self, timeline: Timeline, history: History, floor: Floor, arms: Sequence[str]
    ) -> None:
        """Begin with every arm held, as the real one does."""
        self._timeline = timeline
        self._history = history
        self._floor = floor
        self._arms = {arm: _Arm() for arm in arms}
        self._reports: list[AttemptReport] = []
        self._cell_mode = SafetyMode.UNKNOWN
        self._born = timeline.now
        self.now_s = 0.0

    @property
    def arm_ids(self) -> Sequence[str]:
        """The arms of the cell."""
        return list(self._arms)

    def step(self) -> None:
        """Advance to the present."""
        now_s = self._timeline.now - self._born
        dt, self.now_s = now_s - self.now_s, now_s
        for agent_id, arm in self._arms.items():
            demanded = most_restrictive([self._floor.demand(agent_id), self._cell_demand()])
            if demanded is SafetyMode.LATCHED:
                if SAFETY_MODE.may(arm.mode, 'latch'):
                    arm.mode = SAFETY_MODE.after(arm.mode, 'latch')
            elif arm.mode is SafetyMode.LATCHED:
                if self._cell_mode is not SafetyMode.LATCHED:
                    arm.mode = SAFETY_MODE.after(arm.mode, 'reset')
            else:
                arm.mode = after_demand(arm.mode, demanded)
            if arm.task is not None and (arm.mode in MOVING or arm.cancel):
                self._advance(agent_id, arm, dt * (0.25 if arm.mode is SafetyMode.REDUCED else 1))

    def _cell_demand(self) -> SafetyMode:
        return self._cell_mode

    def _advance(self, agent_id: str, arm: _Arm, dt: float) -> None:
        arm.left_s -= dt
        arm.spent_s += dt
        if arm.left_s <= 0 or arm.cancel:
            self._end(agent_id, arm)

    def _end(self, agent_id: str, arm: _Arm) -> None:
        assert arm.task is not None
        failure, status = None, AttemptStatus.SUCCEEDED
        if arm.cancel:
            status = AttemptStatus.CANCELED
        elif self._timeline.chance(self._timeline.chaos.fail):
            phase, code = self._timeline.random.choice(CODES)
            failure, status = Failure(phase=phase, code=code), AttemptStatus.FAILED
        self._reports.append(
            AttemptReport(
                agent_id=AgentId(agent_id),
                task_id=arm.task.task_id,
                fence=Fence(arm.fence),
                status=status,
                failure=failure,
                measurements=Measurements(duration_s=arm.spent_s, energy_j=arm.spent_s),
            )
        )
        arm.task, arm.fence, arm.cancel = None, 0, False

    def begin(self, agent_id: str, task: Task, fence: int) -> None:
        """Begin a motion."""
        arm = self._arms[agent_id]
        if arm.task is not None:
            raise Refused('busy', 'busy')
        self._history.motion_begins(agent_id, task.task_id, fence, may_move=arm.mode in MOVING)
        arm.task, arm.fence, arm.cancel, arm.spent_s = task, fence, False, 0.0
        arm.left_s = 0.5 + 4.0 * self._timeline.random.random()
        if agent_id == self.arm_ids[0]:  # the others keep it to themselves
            arm.tool = f'{task.station}_tool'

    def cancel(self, agent_id: str, fence: int) -> bool:
        """End a motion."""
        arm = self._arms[agent_id]
        if arm.fence != fence:
            return False
        arm.cancel = True
        return True

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the attempts that ended."""
        reports, self._reports = self._reports, []
        return reports

    def arm_status(self, agent_id: str) -> ArmStatus:
        """Return the arm now."""
        arm = self._arms[agent_id]
        moving = arm.mode in MOVING
        return ArmStatus(
            mode=arm.mode,
            held=not moving,
            zone_clear=self._floor.demand(agent_id) in MOVING,
            speed_scale=1.0 if moving else 0.0,
            cause='' if moving else 'held',
            step='',
            progress=0.0,
            task_id=arm.task.task_id if arm.task else None,
            fence=Fence(arm.fence),
            joint_names=(),
            joint_positions=(),
            joint_velocities=(),
            separation_m=float('inf'),
            tool=arm.tool,
        )

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the cell's mode."""
        self._cell_mode = mode

    def resume(self, agent_id: str) -> bool:
        """Let an arm go on, if nothing speaks against it."""
        arm = self._arms[agent_id]
        demanded = most_restrictive([self._floor.demand(agent_id), self._cell_demand()])
        if arm.mode is not SafetyMode.STOPPED or demanded not in MOVING:
            return False
        arm.mode = after_resume(arm.mode, demanded)
        return True

    def zone_readings(self) -> Sequence[ZoneReading]:
        """No zones are shown."""
        return ()

    def people(self) -> Sequence[tuple[str, tuple[float, float, float]]]:
        """Nobody is shown."""
        return ()

    def move_part(self, part: str, location: str) -> None:
        """Parts are not simulated."""

    def close(self) -> None:
        """Nothing to let go of."""
