"""The constraint model of a schedule, whole or around a few operations that are let loose."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations, pairwise
import math
from typing import Any

from ortools.sat.python import cp_model

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.domain.scheduling.indexed import IndexedProblem
from cobot_alloc.domain.scheduling.timing import timed

#: Parts of a weight that are told apart.
_SCALE = 100
#: An operation that may use a resource, the mode, its literal or None, its interval.
_User = tuple[int, int, Any, Any]


class ScheduleModel:
    """
    A model in which some operations are free and all others keep mode and order.

    Those that keep their order may still move in time. The times of the choice are its hint.
    Carbon is that of the hour that a mode waits for, or of now. A change of setup across an
    operation that needs none is taken as done during it, and two changes to need no less than
    the one that leads to the same. What is found is timed and judged by the domain.

    :ivar model: of CP-SAT.
    """

    def __init__(self, ticks: IndexedProblem, choice: Choice, free: Collection[int]) -> None:
        """
        Build the model.

        :param ticks: all times are whole numbers.
        :param free: operations that may change mode and order; none that is under way.
        """
        self.model = cp_model.CpModel()
        self._problem = ticks
        self._free = frozenset(free)
        self._sequence, self._modes = choice
        self._hint_starts, self._hint_ends = timed(ticks, *choice)
        self._horizon = self._furthest()
        self._starts: list[Any] = []
        self._ends: list[Any] = []
        #: By operation: (mode, literal or None, interval).
        self._options: list[list[tuple[int, Any, Any]]] = []
        for operation in range(ticks.operation_count):
            self._add_operation(operation)
        self._add_predecessors()
        self._add_resources()
        self._add_objective()

    def choice(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Choice:
        """Return sequence and modes of what a solver found."""
        value = solver.value
        rank = {operation: at for at, operation in enumerate(self._problem.order)}
        starts = [value(start) for start in self._starts]
        ends = [value(end) for end in self._ends]
        modes = [
            next(m for m, literal, _ in options if literal is None or value(literal))
            for options in self._options
        ]
        begun = self._problem.started_s
        sequence = sorted(rank, key=lambda i: (begun[i] is None, starts[i], ends[i], rank[i]))
        return sequence, modes

    def _furthest(self) -> int:
        """Return a time by which everything of an optimum has ended, or nearly surely has."""
        end = int(max(self._hint_ends))
        problem = self._problem
        latest = max([0.0, *(at for at in problem.not_before_s if math.isfinite(at))])
        waits = bool(latest) or problem.has_fixed
        if problem.policy.makespan and not problem.goals and not waits:
            return end
        longest = max(problem.duration_s) + max(
            [0.0, *(s for t in problem.setup_s for s in t.values())]
        )
        end = max(end, int(latest + longest))
        return end + max((end - int(min(self._hint_starts))) // 2, int(5 * longest))

    def _add_operation(self, operation: int) -> None:
        problem, model = self._problem, self.model
        hint, hint_end = int(self._hint_starts[operation]), int(self._hint_ends[operation])
        if problem.started_s[operation] is not None:
            start: Any = model.new_constant(hint)
        else:
            start = model.new_int_var(int(problem.release_s[operation]), self._horizon, '')
            model.add_hint(start, hint)
        modes = problem.modes_of[operation]
        if operation not in self._free:
            modes = (self._modes[operation],)
        durations = [int(problem.duration_s[mode]) for mode in modes]
        options: list[tuple[int, Any, Any]] = []
        if len(modes) == 1:
            if math.isfinite(problem.not_before_s[modes[0]]):
                model.add(start >= int(problem.not_before_s[modes[0]]))
            end: Any = start + durations[0]
            interval = model.new_fixed_size_interval_var(start, durations[0], '')
            options.append((modes[0], None, interval))
        else:
            end = model.new_int_var(0, self._horizon, '')
            model.add_hint(end, hint_end)
            for mode, duration in zip(modes, durations, strict=True):
                literal = model.new_bool_var('')
                model.add_hint(literal, mode == self._modes[operation])
                interval = model.new_optional_interval_var(start, duration, end, literal, '')
                options.append((mode, literal, interval))
            for mode, literal, _ in options:
                if problem.not_before_s[mode] > problem.release_s[operation]:
                    self._enforce(start >= int(problem.not_before_s[mode]), literal)
            model.add_exactly_one([literal for _, literal, _ in options])
        self._starts.append(start)
        self._ends.append(end)
        self._options.append(options)

    def _add_predecessors(self) -> None:
        for operation, before in enumerate(self._problem.predecessors):
            for predecessor in before:
                self.model.add(self._starts[operation] >= self._ends[predecessor])

    def _add_resources(self) -> None:
        """Let each resource serve one operation at a time, and keep the order of the others."""
        problem = self._problem
        users: dict[int, list[_User]] = {}
        for operation in self._sequence:
            for mode, literal, interval in self._options[operation]:
                for resource in problem.resources_of[mode]:
                    users.setdefault(resource, []).append((operation, mode, literal, interval))
        for resource, all_users in users.items():
            mine = [user for user in all_users if problem.started_s[user[0]] is None]
            self._wait_for_agent(resource, mine, {i for i, *_ in all_users})
            blocks = self._blocks(resource)
            if blocks or any(operation in self._free for operation, *_ in mine):
                self.model.add_no_overlap([interval for *_, interval in mine] + blocks)
            # What is under way is as it is: a person may be near an arm that is at work.
            self._keep_order(resource, [i for i, *_ in mine if i not in self._free])
            if problem.setup_s[resource]:
                self._add_setups(resource, all_users)

    def _wait_for_agent(self, resource: int, users: list[_User], everyone: set[int]) -> None:
        """Start nothing before a resource is free and has ended what is under way there."""
        problem = self._problem
        begun = [self._hint_ends[i] for i in everyone if problem.started_s[i] is not None]
        earliest = max([problem.free_from_s[resource], *begun])
        for operation, _, literal, _ in users:
            if earliest > problem.release_s[operation]:
                self._enforce(self._starts[operation] >= int(earliest), literal)

    def _blocks(self, resource: int) -> list[Any]:
        """Return intervals outside of the windows of a resource."""
        windows = self._problem.windows[resource]
        if not windows:
            return []
        edges = [0.0, *(edge for window in windows for edge in window), self._horizon + 1.0]
        return [
            self.model.new_fixed_size_interval_var(int(begin), int(end) - int(begin), '')
            for begin, end in zip(edges[::2], edges[1::2], strict=True)
            if math.isfinite(begin) and end > begin
        ]

    def _keep_order(self, resource: int, operations: list[int]) -> None:
        for one, other in pairwise(operations):
            setup = self._setup(resource, self._modes[one], self._modes[other])
            self.model.add(self._starts[other] >= self._ends[one] + setup)

    def _setup(self, resource: int, one: int, other: int) -> int:
        """Return the time from one mode's setup to the other's."""
        setups = self._problem.setup_of
        return int(self._problem.setup_s[resource].get((setups[one], setups[other]), 0))

    def _add_setups(self, resource: int, users: list[_User]) -> None:
        """Keep the time for a change of setup between any two, at least one of them free."""
        problem, model = self._problem, self.model
        first, free = problem.first_setup[resource], problem.free_from_s[resource]
        begun = [(i, mode) for i, mode, *_ in users if problem.started_s[i] is not None]
        for operation, mode in begun:
            free = max(free, self._hint_ends[operation])
            first = problem.setup_of[mode] if problem.setup_of[mode] >= 0 else first
        for operation, mode, literal, _ in users:
            change = problem.setup_s[resource].get((first, problem.setup_of[mode]), 0)
            if change and problem.started_s[operation] is None:
                earliest = int(free + change)
                self._enforce(self._starts[operation] >= earliest, literal)
        for (one, mode, one_there, _), (other, its, other_there, _) in combinations(users, 2):
            there, back = self._setup(resource, mode, its), self._setup(resource, its, mode)
            if one == other or not (there or back) or not {one, other} & self._free:
                continue
            is_first = model.new_bool_var('')
            model.add_hint(is_first, self._hint_starts[one] <= self._hint_starts[other])
            starts, ends = self._starts, self._ends
            self._enforce(starts[other] >= ends[one] + there, is_first, one_there, other_there)
            self._enforce(starts[one] >= ends[other] + back, ~is_first, one_there, other_there)

    def _enforce(self, constraint: Any, *literals: Any) -> None:
        held = self.model.add(constraint)
        conditions = [literal for literal in literals if literal is not None]
        if conditions:
            held.only_enforce_if(conditions)

    def _add_objective(self) -> None:
        problem, model, horizon = self._problem, self.model, self._horizon
        terms: list[Any] = []
        if problem.policy.makespan:
            makespan = model.new_int_var(0, horizon, '')
            for operation, after in enumerate(problem.successors):
                if not after:
                    model.add(makespan >= self._ends[operation])
            terms.append(_part(problem.policy.makespan) * makespan)
        for members, _, deadline, flow, late in problem.goals:
            end = self._ends[members[0]]
            if len(members) > 1:
                end = model.new_int_var(0, horizon, '')
                for operation in members:
                    model.add(end >= self._ends[operation])
            terms.append(_part(flow) * end)
            if late and deadline < horizon:
                lateness = model.new_int_var(0, max(0, horizon - int(deadline)), '')
                model.add(lateness >= end - int(deadline))
                terms.append(_part(late) * lateness)
        for options in self._options:
            for mode, literal, _ in options:
                constant = problem.fixed_s[mode] + problem.carbon_s[mode]
                if literal is not None and constant:
                    terms.append(_part(constant) * literal)
        model.minimize(sum(terms))


def _part(weight: float) -> int:
    return round(weight * _SCALE)
