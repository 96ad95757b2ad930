"""The variables of a constraint model of a schedule: who starts and ends when, in which mode."""

from __future__ import annotations

from collections.abc import Sequence, Set
import math
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.domain.scheduling.timing import timed
from cobot_alloc.planning.ticks import Ticks


class Option(NamedTuple):
    """A mode that an operation may have, its literal or None, and its interval."""

    mode: int
    literal: Any
    interval: Any


class Times:
    """
    The times of operations, some of them free to change their mode.

    Every interval has a fixed size and ends that far after its start, whether its mode is taken
    or not. Intervals of several sizes that share one variable as their end are understood by
    the solver, but OR-Tools 9.15 has called optimal what is not with them.

    :ivar starts: by operation, and so all that follow; expressions.
    :ivar ends: expressions.
    :ivar options: one, or one for each mode.
    :ivar hint_starts: those of the choice.
    :ivar hint_ends: likewise.
    :ivar horizon: a tick by which a schedule of least cost has ended.
    """

    def __init__(
        self, model: cp_model.CpModel, ticks: Ticks, choice: Choice, free: Set[int]
    ) -> None:
        """Add the variables, the choice as their hint, and the order of predecessors."""
        self.model = model
        self.ticks = ticks
        starts, ends = timed(ticks.problem, *choice)
        self.hint_starts, self.hint_ends = [*map(int, starts)], [*map(int, ends)]
        self.horizon = self._furthest()
        self.starts: list[Any] = []
        self.ends: list[Any] = []
        self.options: list[list[Option]] = []
        modes = choice[1]
        for operation, possible in enumerate(ticks.problem.modes_of):
            kept = possible if operation in free else (modes[operation],)
            self._add_start(operation)
            if len(kept) == 1:
                self._add_mode(operation, kept[0])
            else:
                self._add_modes(operation, kept, modes[operation])
        for operation, before in enumerate(ticks.problem.predecessors):
            for predecessor in before:
                model.add(self.starts[operation] >= self.ends[predecessor])

    def enforce(self, constraint: Any, *literals: Any) -> None:
        """Hold a constraint wherever all literals are true; None is."""
        held = self.model.add(constraint)
        conditions = [literal for literal in literals if literal is not None]
        if conditions:
            held.only_enforce_if(conditions)

    def latest(self, operations: Sequence[int]) -> Any:
        """Return when the last of some operations ends, or later."""
        if len(operations) == 1:
            return self.ends[operations[0]]
        latest = self.model.new_int_var(0, self.horizon, '')
        self.model.add_hint(latest, max(self.hint_ends[i] for i in operations))
        for operation in operations:
            self.model.add(latest >= self.ends[operation])
        return latest

    def _furthest(self) -> int:
        problem, policy = self.ticks.problem, self.ticks.problem.policy
        carbon = policy.carbon and policy.carbon_g_per_mj
        if policy.makespan and not (problem.goals or problem.has_fixed or carbon):
            return max(self.hint_ends)  # nothing but the makespan counts
        return self.ticks.horizon

    def _add_start(self, operation: int) -> None:
        problem, hint = self.ticks.problem, self.hint_starts[operation]
        if problem.started_s[operation] is not None:
            self.starts.append(self.model.new_constant(hint))
            return
        start = self.model.new_int_var(int(problem.release_s[operation]), self.horizon, '')
        self.model.add_hint(start, hint)
        self.starts.append(start)

    def _add_mode(self, operation: int, mode: int) -> None:
        problem, start = self.ticks.problem, self.starts[operation]
        duration = int(problem.duration_s[mode])
        if math.isfinite(problem.not_before_s[mode]):
            self.model.add(start >= int(problem.not_before_s[mode]))
        interval = self.model.new_fixed_size_interval_var(start, duration, '')
        self.ends.append(start + duration)
        self.options.append([Option(mode, None, interval)])

    def _add_modes(self, operation: int, modes: Sequence[int], hinted: int) -> None:
        problem, model, start = self.ticks.problem, self.model, self.starts[operation]
        end = model.new_int_var(0, self.horizon, '')
        model.add_hint(end, self.hint_ends[operation])
        options = []
        for mode in modes:
            duration = int(problem.duration_s[mode])
            literal = model.new_bool_var('')
            model.add_hint(literal, mode == hinted)
            interval = model.new_optional_fixed_size_interval_var(start, duration, literal, '')
            self.enforce(end == start + duration, literal)
            if problem.not_before_s[mode] > problem.release_s[operation]:
                self.enforce(start >= int(problem.not_before_s[mode]), literal)
            options.append(Option(mode, literal, interval))
        model.add_exactly_one([option.literal for option in options])
        self.ends.append(end)
        self.options.append(options)
