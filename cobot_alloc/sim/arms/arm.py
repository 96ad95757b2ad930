"""One arm of the cell: body, tool, guard and the task in hand, stepped together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot, inf

import numpy as np

from cobot_alloc.application.arm_ports import ArmStatus
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import Fence
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.arms.attempt import Attempt
from cobot_alloc.sim.arms.disorder import FollowingMonitor
from cobot_alloc.sim.arms.drive import Drive
from cobot_alloc.sim.arms.guard import Guard
from cobot_alloc.sim.arms.meter import Meter
from cobot_alloc.sim.arms.models import arm_model
from cobot_alloc.sim.arms.pace import Pace
from cobot_alloc.sim.arms.routine import Move
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.bullet import Bullet

_SIGHT_M = 6.0  # people farther away are not measured
# The distance to someone who stands farther from the arm's base than this is measured in every
# so manieth look only.
_FAR_M = 3.0
_FAR_LOOKS = 5


class Arm:
    """
    One arm.

    :ivar drive: plays the motions.
    :ivar guard: holds the safety mode.
    """

    def __init__(self, bullet: Bullet, site: Site, guard: Guard) -> None:
        """Begin idle and held."""
        self._bullet = bullet
        self._pace = Pace()
        self._attempt: Attempt | None = None
        self._reports: list[AttemptReport] = []
        self._separation_m = inf
        self._last_progress = 0.0
        self._is_silent = False
        self._looks = 0
        self._following = FollowingMonitor()
        self.site = site
        self.guard = guard
        self.drive = Drive(site.spec.agent_id, site.body, site.planning)
        self._tools = tuple(site.tools.values())
        self._power = arm_model(site.spec).power

    def begin(self, task: Task, fence: Fence) -> None:
        """
        Start a task.

        :raises Refused: if there is one already.
        """
        if self._attempt is not None:
            raise Refused('busy', f'{self.site.spec.agent_id} is at {self._attempt.task.task_id}')
        meter = Meter(self._bullet, self.site, self._power)
        self._attempt = Attempt(self.site, self.drive, meter, task, fence)

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
            attempt.fail(Failure(phase=Phase.EXECUTION, code='tool_lost', detail=detail))
        problem = self._following.look(
            np.asarray(body.commanded), np.asarray(body.positions), now_s
        )
        if problem is not None:
            attempt.give_up(problem)

    def measure(self, dt: float) -> None:
        """Measure what the physics did in the last period of ``dt`` seconds."""
        if self._attempt is not None:
            self.site.body.measure()
            self._attempt.meter.advance(dt)

    def control(self, dt: float) -> None:
        """Command the joints for the next period of ``dt`` seconds."""
        attempt = self._attempt
        wants_rest = self._is_silent or self.drive.wants_rest
        if wants_rest or (attempt is not None and attempt.wants_rest):
            self._pace.advance(0.0, dt)
        else:
            self._pace.advance(self.guard.speed, dt)
        self.site.body.go_on(dt)
        if attempt is None:
            return
        for tool in self._tools:
            tool.advance(dt, self._pace.scale)
        attempt.advance(dt, self._pace.scale)
        if attempt.is_over or attempt.has_reports:
            self._reports += attempt.take_reports()
            if attempt.is_over:
                self._attempt = None

    def look_at(self, people: Iterable[int], positions: Iterable[Vector]) -> None:
        """Measure the joints, and the distance to people, given by bodies and places."""
        self.site.body.measure()
        self._looks += 1
        if self._looks % _FAR_LOOKS and self._is_far_from(positions):
            return
        distances = [
            point[8]
            for person in people
            for point in self._bullet.getClosestPoints(self.site.body.body, person, _SIGHT_M)
        ]
        self._separation_m = min(distances, default=inf)
        if self._attempt is not None:
            self._attempt.meter.see(self._separation_m)

    def _is_far_from(self, positions: Iterable[Vector]) -> bool:
        """Tell whether nobody stands near enough to be looked at every time."""
        x, y, _ = self.site.spec.base
        return all(hypot(at[0] - x, at[1] - y) > _FAR_M for at in positions)

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
        return ArmStatus(
            mode=self.guard.mode,
            held=self.guard.mode not in MOVING and self._pace.scale == 0.0,
            zone_clear=self.guard.is_zone_clear,
            speed_scale=self._pace.scale,
            cause=self.guard.cause,
            step=step.name if step is not None else '',
            progress=self.progress,
            task_id=attempt.task.task_id if attempt is not None else None,
            fence=self.fence,
            joint_names=body.joint_names,
            joint_positions=body.positions,
            joint_velocities=body.velocities,
            separation_m=self._separation_m,
            is_silent=self._is_silent,
        )
