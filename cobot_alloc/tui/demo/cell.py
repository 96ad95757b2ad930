"""The demo cell: the core's own rules, worked by pretended arms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide
from cobot_alloc.domain.evolve import evolve
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.inputs import Input, PassTime, ReadZone
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.tui.demo import story
from cobot_alloc.tui.demo.arms import Job, PretendedArm, USUAL_WORK_S, WORK_S

STEP_S = 0.5


class DemoCell:
    """
    What is true in the demo cell; it changes as time passes and inputs come.

    :ivar serial: grows with every change.
    :ivar considered: who was considered when a task was given out last.
    """

    def __init__(self, *, failures: Mapping[str, Sequence[Failure]], visits: bool = True) -> None:
        """Start with the arms there, nobody signed on and nothing ordered."""
        self.state = CellState(cell_id=story.CELL)
        self.serial = 1
        self.now_s = 0.0
        self.considered: dict[str, tuple[Candidate, ...]] = {}
        self._failures = {task_id: list(these) for task_id, these in failures.items()}
        self._visits = story.VISITS if visits else ()
        self._arms = {arm.agent_id: PretendedArm(arm) for arm in story.ARMS}
        for zone in story.ZONES:
            self.handle(ReadZone(zone_id=zone.zone_id, occupied=False, fresh=True))
        for arm in self._arms.values():
            self.handle(arm.heard())

    def handle(self, given: Input) -> None:
        """
        Take up an input.

        :raises Refused: if the rules do not allow it.
        """
        events = decide(self.state, given, now_s=self.now_s, rules=story.RULES)
        self.state = evolve(self.state, *events)
        self.serial += bool(events)
        for event in events:
            self._follow(event)

    def advance(self, until_s: float) -> None:
        """Let time pass, step by step."""
        while self.now_s + STEP_S <= until_s:
            self._visit(self.now_s, self.now_s + STEP_S)
            self.now_s += STEP_S
            for arm in self._arms.values():
                for given in arm.work(STEP_S):
                    self.handle(given)
            self.handle(PassTime())

    def _visit(self, after_s: float, until_s: float) -> None:
        for visit in self._visits:
            arm = self._arms[visit.zone.agent_id]
            if after_s < visit.enters_s <= until_s:
                self.handle(ReadZone(zone_id=visit.zone.zone_id, occupied=True, fresh=True))
                arm.hold('a person in the stop zone', zone_clear=False)
            elif after_s < visit.leaves_s <= until_s:
                self.handle(ReadZone(zone_id=visit.zone.zone_id, occupied=False, fresh=True))
                arm.is_zone_clear = True

    def _follow(self, event: ev.Event) -> None:
        """Do what an event commands."""
        if isinstance(event, ev.AttemptStarted):
            self.considered[event.task_id] = event.candidates
            self._arms[event.agent_id].job = self._job(event)
        elif isinstance(event, ev.TaskHandedOver):
            self.considered[event.task_id] = event.candidates
        elif isinstance(event, ev.AttemptCancelRequested):
            for arm in self._arms.values():
                if arm.job is not None and arm.job.fence == event.fence:
                    arm.job.is_canceled = True
        elif isinstance(event, ev.ResumeGranted):
            self._arms[event.agent_id].resume()
        elif isinstance(event, ev.CellModeChanged) and event.mode not in MOVING:
            for arm in self._arms.values():
                arm.hold('the cell is stopped', zone_clear=arm.is_zone_clear)

    def _job(self, event: ev.AttemptStarted) -> Job:
        task = self.state.tasks[event.task_id].task
        failures = self._failures.get(event.task_id)
        return Job(
            task_id=event.task_id,
            fence=event.fence,
            work_s=WORK_S.get(task.skill, USUAL_WORK_S),
            failure=failures.pop(0) if failures else None,
        )
