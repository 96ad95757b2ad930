"""
List scheduling: one operation after another, each where it can start or end first.

The classic dispatching rules are orders of preference of this one procedure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import math
from typing import NamedTuple

from cobot_alloc.domain.scheduling.indexed import IndexedProblem
from cobot_alloc.domain.scheduling.timing import earliest_start, occupy

#: What a search works on: a sequence of all operations, and a mode for each.
Choice = tuple[list[int], list[int]]


class Candidate(NamedTuple):
    """
    An operation that may go next, in its best mode as things stand; times in seconds.

    :ivar ready: when its predecessors have ended and it may start.
    """

    operation: int
    mode: int
    ready: float
    start: float
    end: float


#: What is compared: the smaller goes first.
Preference = Callable[[Candidate], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    A dispatching rule.

    :ivar prefer: which operation goes next.
    :ivar waits: take the mode that ends first, also where its agents are busy and others are
        free; else the mode that starts first.
    """

    prefer: Preference
    waits: bool = True


def construct(problem: IndexedProblem, rule: Rule) -> Choice:
    """Schedule one operation after another, as the rule prefers."""
    state = _Construction(problem, waits=rule.waits)
    # What is under way stands in front, whatever the rule would prefer.
    sequence = [i for i in problem.order if problem.started_s[i] is not None]
    for operation in sequence:
        state.place(state.candidates[operation])
    while state.candidates:
        candidate = min(state.candidates.values(), key=rule.prefer)
        sequence.append(candidate.operation)
        state.place(candidate)
    return sequence, state.modes


class _Construction:
    """
    A schedule that grows.

    :ivar candidates: by operation.
    :ivar modes: by operation, as far as it is settled.
    """

    def __init__(self, problem: IndexedProblem, *, waits: bool) -> None:
        self._problem = problem
        self._waits = waits
        self._free = list(problem.free_from_s)
        self._setups = list(problem.first_setup)
        self._ready = list(problem.release_s)
        self._missing = [len(before) for before in problem.predecessors]
        self._users: list[set[int]] = [set() for _ in self._free]
        self.modes = [modes[0] for modes in problem.modes_of]
        self.candidates: dict[int, Candidate] = {}
        for operation in problem.order:
            if not self._missing[operation]:
                self._admit(operation)

    def _admit(self, operation: int) -> None:
        problem = self._problem
        for mode in problem.modes_of[operation]:
            for resource in problem.resources_of[mode]:
                self._users[resource].add(operation)
        self._weigh(operation)

    def _weigh(self, operation: int) -> None:
        """Find the operation's best mode as things stand."""
        problem, ready, free = self._problem, self._ready[operation], self._free
        plain = problem.is_plain and problem.started_s[operation] is None
        resources, duration, waits = problem.resources_of, problem.duration_s, self._waits
        best = best_other = math.inf
        found = (problem.modes_of[operation][0], math.inf, math.inf)
        for mode in problem.modes_of[operation]:
            if plain:
                start = ready
                for resource in resources[mode]:
                    if free[resource] > start:
                        start = free[resource]
            else:
                start = earliest_start(problem, operation, mode, ready, free, self._setups)
            end = start + duration[mode]
            value, other = (end, start) if waits else (start, end)
            if value < best or (value == best and other < best_other):
                best, best_other, found = value, other, (mode, start, end)
        self.candidates[operation] = Candidate(operation, found[0], ready, *found[1:])

    def place(self, candidate: Candidate) -> None:
        """Give the operation its place, and weigh anew whatever that concerns."""
        problem, operation, mode = self._problem, candidate.operation, candidate.mode
        del self.candidates[operation]
        self.modes[operation] = mode
        occupy(problem, mode, candidate.end, self._free, self._setups)
        for one in problem.modes_of[operation]:
            for resource in problem.resources_of[one]:
                self._users[resource].discard(operation)
        concerned = {other for r in problem.resources_of[mode] for other in self._users[r]}
        for other in concerned:
            self._weigh(other)
        for successor in problem.successors[operation]:
            self._ready[successor] = max(self._ready[successor], candidate.end)
            self._missing[successor] -= 1
            if not self._missing[successor]:
                self._admit(successor)
