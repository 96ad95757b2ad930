"""Play a routine on an arm, along its paths, at the speed that is allowed now."""

from __future__ import annotations

import numpy as np

from cobot_alloc.sim.arms.arm_body import ArmBody
from cobot_alloc.sim.arms.routine import Move, Outcome, Routine, Step, StepEnd, Wait


class Drive:
    """
    Steps through one routine at a time; without one it holds the arm where it is.

    :ivar step: the step being played, or None.
    :ivar wants_rest: whether the arm should come to rest because a part was lost.
    :ivar outcome: of the last routine, once it has ended.
    """

    def __init__(self, body: ArmBody) -> None:
        """Begin idle."""
        self._body = body
        self._still = np.zeros_like(body.home)
        self._routine: Routine | None = None
        self._at_s = 0.0
        self.step: Step | None = None
        self.wants_rest = False
        self.outcome: Outcome | None = None

    def start(self, routine: Routine) -> None:
        """Play a routine, in place of the one that was played so far."""
        if self._routine is not None:
            self._routine.close()
        self._routine, self.outcome, self.wants_rest = routine, None, False
        self._enter(None)

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
            if isinstance(step, Wait) and scale > 0.0:
                self._at_s += dt
                if step.until():
                    self._enter(StepEnd.DONE)
                elif self._at_s >= step.limit_s:
                    self._enter(StepEnd.TIMED_OUT)

    def _follow(self, move: Move, dt: float, scale: float) -> None:
        self._at_s += dt * scale
        positions, velocities = move.trajectory.sample(self._at_s)
        if move.adjust is not None:
            positions = move.adjust(positions, dt * scale)
        self._body.command(positions, velocities * scale)
        if move.is_lost is not None and not self.wants_rest:
            self.wants_rest = move.is_lost()
        if self.wants_rest and scale == 0.0:
            self.wants_rest = False
            self._enter(StepEnd.LOST)
        elif self._at_s >= move.trajectory.duration_s:
            self._enter(StepEnd.LOST if self.wants_rest else StepEnd.DONE)
            self.wants_rest = False

    def _enter(self, end: StepEnd | None) -> None:
        """Tell the routine how its step ended and take up the next one."""
        assert self._routine is not None
        self._at_s = 0.0
        try:
            self.step = next(self._routine) if end is None else self._routine.send(end)
        except StopIteration as stop:
            self.step, self._routine, self.outcome = None, None, stop.value
