"""Play a routine on an arm, along its paths, at the speed that is allowed now."""

from __future__ import annotations

import numpy as np

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.execution.program import (
    MotionProgram,
    Move,
    Outcome,
    Plan,
    Step,
    StepEnd,
    Wait,
)
from cobot_alloc.sim.motion.planner_client import LOOK_S, PlannerClient

_ASTRAY_RAD = 0.05  # farther than any arm lags behind


class ProgramPlayer:
    """
    Steps through one routine at a time; without one it holds the arm where it is.

    :ivar step: the step being played, or None.
    :ivar wants_rest: whether the arm should come to rest because a part was lost.
    :ivar outcome: of the last routine, once it has ended.
    """

    def __init__(self, agent_id: AgentId, body: ArmBody, planning: PlannerClient) -> None:
        """Begin idle."""
        self._agent_id, self._body, self._planning = agent_id, body, planning
        self._still = (0.0,) * len(body.home)
        self._request: int | None = None
        self._look_at_s = 0.0
        self._routine: MotionProgram | None = None
        self._at_s = 0.0
        self._looks = False
        self.step: Step | None = None
        self.wants_rest = False
        self.outcome: Outcome | None = None

    def start(self, routine: MotionProgram) -> None:
        """Play a routine, in place of the one that was played so far."""
        self.abandon()
        if np.max(np.abs(np.subtract(self._body.commanded, self._body.positions))) > _ASTRAY_RAD:
            # It did not follow. From where it stands it goes on, or it would leap from there.
            self._body.command(self._body.positions, self._still)
        self._routine, self.outcome, self.wants_rest = routine, None, False
        self._enter(None)

    def abandon(self) -> None:
        """Play nothing any more; what is planned is not needed."""
        if self._routine is not None:
            self._routine.close()
        if self._request is not None:
            self._planning.forget(self._request)
        self._routine = self._request = self.step = None

    @property
    def fraction(self) -> float:
        """How far along its path the present move is, 0 to 1."""
        return self.step.trajectory.fraction(self._at_s) if isinstance(self.step, Move) else 0.0

    def advance(self, dt: float, scale: float) -> None:
        """Command the arm for the next step of ``dt`` seconds at a speed scale of 0 to 1."""
        step = self.step
        if isinstance(step, Move):
            self._follow(step, dt, scale)
        else:
            self._body.command(self._body.commanded, self._still)
            if isinstance(step, Plan):
                self._plan(step, dt)
            elif isinstance(step, Wait) and (scale > 0.0 or step.also_held):
                self._at_s += dt
                if step.until():
                    self._enter(StepEnd.DONE)
                elif self._at_s >= step.limit_s:
                    self._enter(StepEnd.TIMED_OUT)

    def _follow(self, move: Move, dt: float, scale: float) -> None:
        self._at_s += dt * scale
        positions, velocities = move.trajectory.sample(self._at_s)
        if move.adjust is not None:
            positions = move.adjust(np.asarray(positions), dt * scale).tolist()
        if scale != 1.0:
            velocities = [speed * scale for speed in velocities]
        self._body.command(positions, velocities)
        is_end = self._at_s >= move.trajectory.duration_s
        if move.is_lost is not None and not self.wants_rest:
            self._looks = is_end or not self._looks  # every other time does
            self.wants_rest = self._looks and move.is_lost()
        if self.wants_rest and scale == 0.0:
            self.wants_rest = False
            self._enter(StepEnd.LOST)
        elif is_end:
            self._enter(StepEnd.LOST if self.wants_rest else StepEnd.DONE)
            self.wants_rest = False

    def _plan(self, step: Plan, dt: float) -> None:
        """Wait for the answer. A hold is no reason not to think."""
        self._at_s += dt
        if self._request is None:
            start = self._body.commanded
            self._request = self._planning.ask(self._agent_id, step.paths, start)
            self._look_at_s = LOOK_S
        elif self._at_s >= self._look_at_s:
            self._look_at_s += LOOK_S
            step.answer = self._planning.answer(self._request, self._at_s)
            if step.answer is not None:
                self._request = None
                self._enter(StepEnd.DONE)

    def _enter(self, end: StepEnd | None) -> None:
        """Tell the routine how its step ended and take up the next one."""
        assert self._routine is not None
        if isinstance(self.step, Move):
            self.step.trajectory.put_away()  # it may be remembered for long
        self._at_s = 0.0
        try:
            self.step = next(self._routine) if end is None else self._routine.send(end)
        except StopIteration as stop:
            self.step, self._routine, self.outcome = None, None, stop.value
