"""One try at a task on one arm, from begin to its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import Fence
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.drive import ProgramPlayer
from cobot_alloc.sim.execution.energy_meter import EnergyMeter
from cobot_alloc.sim.execution.program import MotionProgram, Outcome
from cobot_alloc.sim.execution.skill import Skill

CANCEL_LIMIT_S = 60.0  #: after this long a cancelled attempt is reported, whatever is left to do


class SkillAttempt:
    """
    A try at a task.

    :ivar is_over: whether the arm has nothing left to do for it.
    :ivar wants_rest: whether the arm should come to rest on its path.
    """

    def __init__(
        self,
        site: ArmSite,
        drive: ProgramPlayer,
        meter: EnergyMeter,
        task: Task,
        fence: Fence,
        skills: Mapping[str, Skill],
    ) -> None:
        """Start the task's skill; it is refused by a report if there is no such skill."""
        self.task, self.fence, self.meter = task, fence, meter
        self._site, self._drive = site, drive
        self._skill = skills.get(task.skill)
        self._is_canceled = self._is_reported = self.is_over = False
        self._canceled_for_s = 0.0
        self._failure: Failure | None = None
        self._reports: list[AttemptReport] = []
        self.wants_rest = False
        if self._skill is None or task.skill not in site.spec.skills:
            self._end(Outcome(failure=_unknown(task, site, skills)))
        elif not self._skill.tools & site.tools.keys():
            self._end(Outcome(failure=_without_tool(self._skill, site)))
        else:
            drive.start(self._whole(self._skill))

    def cancel(self) -> None:
        """End the task: come to rest, put things in order, go home."""
        if not self._is_canceled:
            self._is_canceled = self.wants_rest = True

    def fail(self, failure: Failure) -> None:
        """End the task because of something that the skill does not see, as a cancel would."""
        if self._failure is None and not self._is_canceled:
            self._failure, self.wants_rest = failure, True

    def abort(self, failure: Failure) -> None:
        """End the task here and now: the arm does not do what it is told."""
        if not self.is_over:
            self._failure = failure
            self._end(Outcome(failure=failure))

    def advance(self, dt: float, scale: float) -> None:
        """Move on by ``dt`` seconds at a speed scale of 0 to 1."""
        if self.is_over:
            return
        if self.wants_rest and scale == 0.0:
            self.wants_rest = False
            assert self._skill is not None
            self._drive.start(self._skill.withdraw(self._site, self.task))
        self._drive.advance(dt, scale)
        if self._is_canceled or self._failure is not None:
            self._canceled_for_s += dt
        if self._drive.outcome is not None and not self.wants_rest:
            self._end(self._drive.outcome)
        elif self._canceled_for_s >= CANCEL_LIMIT_S:
            self._report(Outcome(failure=_unfinished(self._site, self.task)))

    @property
    def has_reports(self) -> bool:
        """Whether ``take_reports`` would return any."""
        return bool(self._reports)

    def take_reports(self) -> list[AttemptReport]:
        """Return the report if it has become due since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def _joined(self, left: Failure | None) -> Failure:
        """Return why the task ended, together with how things were left."""
        assert self._failure is not None
        if left is None or left is self._failure:
            return self._failure
        return replace(self._failure, detail=f'{self._failure.detail}; {left.detail}')

    def _whole(self, skill: Skill) -> MotionProgram:
        if self._site.held is None:  # else what is in the grip has to be put away first
            problem = skill.unmet(self._site, self.task)
            if problem is not None:
                return Outcome(failure=problem)
        outcome = yield from skill.run(self._site, self.task)
        if outcome.failure is None:
            # Not before: whatever happened since the part was let go must show.
            outcome = replace(outcome, failure=skill.unproven(self._site, self.task))
        return outcome

    def _end(self, outcome: Outcome) -> None:
        self._report(outcome)
        self.is_over = True
        self._drive.abandon()
        for tool in self._site.tools.values():
            tool.switch_off()
        self._site.traffic.release(self._site.spec.agent_id)

    def _report(self, outcome: Outcome) -> None:
        if self._is_reported:
            return
        self._is_reported = True
        if self._failure is not None:
            outcome = replace(outcome, failure=self._joined(outcome.failure))
        status = AttemptStatus.SUCCEEDED if outcome.failure is None else AttemptStatus.FAILED
        self._reports.append(
            AttemptReport(
                agent_id=self._site.spec.agent_id,
                task_id=self.task.task_id,
                fence=self.fence,
                status=AttemptStatus.CANCELED if self._is_canceled else status,
                failure=outcome.failure,
                measurements=self.meter.result(outcome.placement_error_m),
            )
        )


def _unknown(task: Task, site: ArmSite, skills: Mapping[str, Skill]) -> Failure:
    has = ', '.join(sorted(site.spec.skills & skills.keys())) or 'none'
    return Failure(
        phase=Phase.PRECONDITION,
        code=FailureCode.SKILL_UNKNOWN,
        detail=f'{site.spec.agent_id} cannot {task.skill!r}; it has: {has}',
    )


def _without_tool(skill: Skill, site: ArmSite) -> Failure:
    has = ', '.join(kind.value for kind in site.tools)
    wanted = ' or '.join(sorted(kind.value for kind in skill.tools))
    return Failure(
        phase=Phase.PRECONDITION,
        code=FailureCode.TOOL_MISSING,
        detail=f'{skill.name} needs {wanted}; {site.spec.agent_id} has {has}',
    )


def _unfinished(site: ArmSite, task: Task) -> Failure:
    held = site.held
    where = f'{held} is still in the grip' if held else f'{task.part} is not in the grip'
    detail = f'not yet home after {CANCEL_LIMIT_S:.0f} s, {where}; the arm goes on when it may'
    return Failure(phase=Phase.EXECUTION, code=FailureCode.CANCELED, detail=detail)
