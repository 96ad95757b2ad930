"""Pretended arms: they take their time, and fail where the story says so."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.failure import Failure, Measurements
from cobot_alloc.domain.identifiers import Fence, TaskId
from cobot_alloc.domain.inputs import HearArm, Input, ReportAttempt
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode

WORK_S = {
    'machine_tend': 22.0,
    'dispense': 14.0,
    'palletize': 34.0,
    'deburr': 26.0,
    'fasten': 36.0,
}
USUAL_WORK_S = 16.0
#: How far into its work an attempt fails.
FAILS_AFTER = 0.6


@dataclass(slots=True)
class Job:
    """An attempt in hand."""

    task_id: TaskId
    fence: Fence
    work_s: float
    failure: Failure | None
    done_s: float = 0.0
    is_announced: bool = False
    is_canceled: bool = False

    @property
    def ends_after_s(self) -> float:
        """Seconds of work until it succeeds or fails."""
        return self.work_s * (FAILS_AFTER if self.failure else 1.0)


class PretendedArm:
    """One arm: holds still when told, works otherwise."""

    def __init__(self, agent: Agent) -> None:
        """Start free and able to move."""
        self.agent = agent
        self.job: Job | None = None
        self.cause = ''
        self.is_zone_clear = True
        self.is_held = False

    def hold(self, cause: str, *, zone_clear: bool = True) -> None:
        """Come to rest."""
        self.is_held, self.cause, self.is_zone_clear = True, cause, zone_clear

    def resume(self) -> None:
        """Go on, unless someone is in the way."""
        if self.is_zone_clear:
            self.is_held, self.cause = False, ''

    def heard(self) -> HearArm:
        """Return what the arm says of itself."""
        return HearArm(
            agent=self.agent,
            boot_id='demo',
            mode=SafetyMode.STOPPED if self.is_held else SafetyMode.NORMAL,
            held=self.is_held,
            zone_clear=self.is_zone_clear,
            cause=self.cause,
        )

    def work(self, step_s: float) -> list[Input]:
        """Work for a while and return what there is to say about it."""
        inputs: list[Input] = [self.heard()]
        job = self.job
        if job is None:
            return inputs
        if not job.is_announced:
            job.is_announced = True
            inputs.append(self._report(job, AttemptStatus.RUNNING))
        if not self.is_held:
            job.done_s += step_s
        if job.is_canceled:
            inputs.append(self._end(job, AttemptStatus.CANCELED))
        elif job.done_s >= job.ends_after_s:
            status = AttemptStatus.FAILED if job.failure else AttemptStatus.SUCCEEDED
            inputs.append(self._end(job, status))
        return inputs

    def _end(self, job: Job, status: AttemptStatus) -> ReportAttempt:
        self.job = None
        return self._report(job, status)

    def _report(self, job: Job, status: AttemptStatus) -> ReportAttempt:
        measured = Measurements(duration_s=job.done_s, energy_j=38.0 * job.done_s)
        report = AttemptReport(
            agent_id=self.agent.agent_id,
            task_id=job.task_id,
            fence=job.fence,
            status=status,
            failure=job.failure if status is AttemptStatus.FAILED else None,
            measurements=measured,
        )
        return ReportAttempt(report=report)
