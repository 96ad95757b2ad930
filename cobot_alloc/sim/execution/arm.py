"""One arm of the cell: body, tool, guard and the task in hand, stepped together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf

from cobot_alloc.application.arm_ports import ArmStatus
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.codes import FailureCode, RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import Fence
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.joint_fault import FollowingMonitor
from cobot_alloc.sim.arms.safety_monitor import SafetyMonitor
from cobot_alloc.sim.arms.speed_scaling import SpeedScaling
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.attempt import SkillAttempt
from cobot_alloc.sim.execution.drive import ProgramPlayer
from cobot_alloc.sim.execution.energy_meter import EnergyMeter
from cobot_alloc.sim.execution.program import Move
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.kinematics.arm_models import arm_model

_SIGHT_M = 6.0  # people farther away are not measured
# Whoever is farther away than this, and than the nearest that the attempt has noted, is measured
# in every so manieth look only: to tell that somebody is not near costs a tenth of a distance.
_NEAR_M = 1.0
_FAR_LOOKS = 5
_CLOSING_MPS = 4.5  # of a hand and an arm that move towards each other at full speed


class Arm:
    """
    One arm.

    :ivar drive: plays the motions.
    :ivar monitor: holds the safety mode.
    """

    def __init__(
        self, engine: Engine, site: ArmSite, monitor: SafetyMonitor, skills: Mapping[str, Skill]
    ) -> None:
        """Begin idle and held; ``skills`` are all that there are, by name."""
        self._engine = engine
        self._skills = skills
        self._scaling = SpeedScaling()
        self._attempt: SkillAttempt | None = None
        self._reports: list[AttemptReport] = []
        self._separation_m = inf
        self._last_progress = 0.0
        self._is_silent = False
        self._looks_since = _FAR_LOOKS
        self._is_turn = False
        self._look_dt = 1.0 / site.world.sensing.rate_hz
        self._following = FollowingMonitor()
        self.site = site
        self.monitor = monitor
        self.drive = ProgramPlayer(site.spec.agent_id, site.body, site.planning)
        self._tools = tuple(site.tools.values())
        self._power = arm_model(site.spec).power

    def begin(self, task: Task, fence: Fence) -> None:
        """
        Start a task.

        :raises Refused: if there is one already.
        """
        if self._attempt is not None:
            raise Refused(
                RefusalCode.BUSY, f'{self.site.spec.agent_id} is at {self._attempt.task.task_id}'
            )
        meter = EnergyMeter(self._engine, self.site, self._power)
        self._attempt = SkillAttempt(self.site, self.drive, meter, task, fence, self._skills)

    def cancel(self, fence: Fence) -> bool:
        """End the attempt; False if it is not the one in hand."""
        if self._attempt is None or self._attempt.fence != fence or self._attempt.is_over:
            return False
        self._attempt.cancel()
        return True

    @property
    def fence(self) -> Fence:
        """The attempt in hand, 0 if there is none."""
        return self._attempt.fence if self._attempt is not None else Fence(0)

    @property
    def progress(self) -> float:
        """How far the attempt in hand has come, 0 to 1."""
        move = self.drive.step
        if isinstance(move, Move):
            start, end = move.progress
            self._last_progress = start + (end - start) * self.drive.fraction
        return self._last_progress if self._attempt is not None else 0.0

    def fall_silent(self) -> None:
        """Stand still and say nothing from now on."""
        self._is_silent = True

    def speak_again(self) -> None:
        """Go on."""
        self._is_silent = False

    def lose_tools(self) -> None:
        """Let the tools fall off; what was gripped falls too."""
        if self.site.gripper is not None:
            self.site.gripper.break_grip()
        self.site.body.drop_tools()

    def mount_tools(self) -> None:
        """Put the tools back."""
        self.site.body.mount_tools()

    def set_right(self) -> None:
        """Have everything set right, as by the hands of a person who repairs it."""
        self.site.body.recover()
        self.site.body.mount_tools()
        self._is_silent = False

    def check(self, now_s: float) -> None:
        """Notice what has gone wrong with the arm itself; may be called at any steady rate."""
        attempt, body = self._attempt, self.site.body
        if attempt is None:
            return
        if not body.has_tools:
            detail = 'the switch on the flange says that there is no tool on it'
            attempt.fail(Failure(phase=Phase.EXECUTION, code=FailureCode.TOOL_LOST, detail=detail))
        problem = self._following.check_following(body.commanded, body.positions, now_s)
        if problem is not None:
            attempt.abort(problem)

    def measure(self, dt: float) -> None:
        """Measure after every other period of ``dt`` seconds what the physics did meanwhile."""
        if self._attempt is None:
            return
        self._is_turn = not self._is_turn
        if self._is_turn:
            self.site.body.measure()
            self._attempt.meter.advance(2.0 * dt)
        elif self.site.body.is_sensing_force:
            self.site.body.measure()
        else:
            self.site.body.forget_tool()

    def control(self, dt: float) -> None:
        """Command the joints for the next period of ``dt`` seconds."""
        attempt = self._attempt
        wants_rest = self._is_silent or self.drive.wants_rest
        if wants_rest or (attempt is not None and attempt.wants_rest):
            self._scaling.advance(0.0, dt)
        else:
            self._scaling.advance(self.monitor.speed, dt)
        self.site.body.go_on(dt)
        if attempt is None:
            return
        for tool in self._tools:
            tool.advance(dt, self._scaling.scale)
        attempt.advance(dt, self._scaling.scale)
        if attempt.is_over or attempt.has_reports:
            self._reports += attempt.take_reports()
            if attempt.is_over:
                self._attempt = None

    def measure_people(self, people: Iterable[int]) -> None:
        """Measure the distance to people, given by their bodies; and the joints, if idle."""
        if self._attempt is None:
            self.site.body.measure()
        self._looks_since += 1
        is_due = self._looks_since >= _FAR_LOOKS
        within_m = _SIGHT_M if is_due else self._noteworthy_m()
        nearest_m = self._separation_m - _CLOSING_MPS * self._look_dt * self._looks_since
        if nearest_m > within_m and not is_due:
            return
        between_m, body = self._engine.distances.between_m, self.site.body.body
        distances = [between_m(body, person, within_m) for person in people]
        separation_m = min(distances, default=inf)
        if separation_m == inf and not is_due:
            return
        self._looks_since = 0
        self._separation_m = separation_m
        if self._attempt is not None:
            self._attempt.meter.note_separation(self._separation_m)

    def measure_anew(self) -> None:
        """Take nothing for granted of where people were: somebody came out of nowhere."""
        self._looks_since = _FAR_LOOKS

    def _noteworthy_m(self) -> float:
        """Return from where on a distance is near, or less than the attempt has noted so far."""
        noted_m = 0.0 if self._attempt is None else self._attempt.meter.separation_m
        return max(_NEAR_M, min(noted_m, _SIGHT_M))

    @property
    def task(self) -> Task | None:
        """The task in hand."""
        return self._attempt.task if self._attempt is not None else None

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports that have become due since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def status(self) -> ArmStatus:
        """Return the arm at this instant."""
        body, attempt, step = self.site.body, self._attempt, self.drive.step
        tools = list(self.site.tools)
        return ArmStatus(
            mode=self.monitor.mode,
            held=self.monitor.mode not in MOVING and self._scaling.scale == 0.0,
            zone_clear=self.monitor.is_zone_clear,
            speed_scale=self._scaling.scale,
            cause=self.monitor.cause,
            step=step.name if step is not None else '',
            progress=self.progress,
            task_id=attempt.task.task_id if attempt is not None else None,
            fence=self.fence,
            joint_names=body.joint_names,
            joint_positions=body.positions,
            joint_velocities=body.velocities,
            separation_m=self._separation_m,
            is_silent=self._is_silent,
            tool=tools[0].value if len(tools) == 1 else '',
        )
