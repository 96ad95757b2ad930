"""The constraint model of a schedule, whole or around a few operations that are let loose."""

from __future__ import annotations

from collections.abc import Set

from ortools.sat.python import cp_model

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.planning.bound import Bound
from cobot_alloc.planning.cp_objective import cost_of_times
from cobot_alloc.planning.cp_resources import Resources
from cobot_alloc.planning.cp_times import Times
from cobot_alloc.planning.ticks import Ticks


class ScheduleModel:
    """
    A model in which some operations are free and all others keep mode and order.

    Those that keep their order may still move in time. The times of the choice are its hint.
    With all free that can be, it allows every schedule of the problem and makes none cost more
    than it does. It may allow more: a change of setup during work that needs none, and carbon
    of the cleanest hour that a mode can begin in. What is found is timed and judged by the
    domain.

    :ivar model: of CP-SAT.
    """

    def __init__(self, ticks: Ticks, choice: Choice, free: Set[int]) -> None:
        """
        Build the model.

        :param free: operations that may change mode and order; none that is under way.
        """
        self.model = cp_model.CpModel()
        self._ticks = ticks
        self._times = Times(self.model, ticks, choice, free)
        Resources(self._times, choice, free).add()
        self._objective = cost_of_times(self._times)

    def bound(self, solver: cp_model.CpSolver) -> Bound:
        """Return what a solver has shown that every schedule of the model costs at least."""
        return Bound(self._objective.bound_s(solver), self._rounding_s())

    def _rounding_s(self) -> float:
        """
        Return by how much rounding may make a schedule cheaper in the model, in seconds of cost.

        An end is the sum of a time that is given and of the work and changes of setup before
        it, and counts from an arrival or a deadline: so many times are rounded, each by less
        than a tick.
        """
        problem = self._ticks.problem
        times = 0 if self._ticks.is_exact else 2 * problem.operation_count + 2
        weights = problem.policy.makespan + sum(flow + late for *_, flow, late in problem.goals)
        return self._objective.rounding_s + weights * times * self._ticks.tick_s

    def choice(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Choice:
        """Return sequence and modes of what a solver found."""
        value, problem = solver.value, self._ticks.problem
        rank = {operation: at for at, operation in enumerate(problem.order)}
        starts = [value(start) for start in self._times.starts]
        ends = [value(end) for end in self._times.ends]
        modes = [
            next(o.mode for o in options if o.literal is None or value(o.literal))
            for options in self._times.options
        ]
        begun = problem.started_s
        sequence = sorted(rank, key=lambda i: (begun[i] is None, starts[i], ends[i], rank[i]))
        return sequence, modes
