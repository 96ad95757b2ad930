"""
Improve a schedule by small changes where it hurts.

What hurts is a chain of operations, each waiting for the one before it, that ends with the
last operation of something that counts: the whole, an order, a task with a deadline. One of
them is given another mode or another place in the sequence. A change that makes it worse is
kept with a probability that falls to nothing (simulated annealing: Kirkpatrick et al. 1983).
"""

from __future__ import annotations

from collections.abc import Sequence
import math

import numpy as np

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.domain.scheduling.indexed import IndexedProblem
from cobot_alloc.domain.scheduling.timing import cost, timed

#: Temperature at the beginning, in shares of the cost of an average operation.
HEAT = 0.6
#: How often any operation is changed, in place of one that hurts.
ANYWHERE = 0.2
#: Draws that are made at once.
_BLOCK = 4096


class Draws:
    """Uniform draws from a seed, one at a time and quickly."""

    def __init__(self, seed: int) -> None:
        """Begin anew from the seed."""
        self._generator = np.random.default_rng(seed)
        self._block: list[float] = []

    def unit(self) -> float:
        """Return a number from 0 to below 1."""
        if not self._block:
            self._block = self._generator.random(_BLOCK).tolist()
        return self._block.pop()

    def below(self, count: int) -> int:
        """Return a whole number from 0 to below the count."""
        return int(self.unit() * count)


class LocalSearch:
    """
    A search from one choice, in rounds of steps.

    :ivar best: the best choice so far.
    :ivar best_s: its cost, in seconds.
    """

    def __init__(self, problem: IndexedProblem, choice: Choice, *, seed: int) -> None:
        """Begin at a choice."""
        self._problem = problem
        self._draws = Draws(seed)
        self._movable = [i for i in problem.order if problem.started_s[i] is None]
        self._take(*choice)
        self.best, self.best_s = (self._sequence, list(self._modes)), self._cost

    def _take(self, sequence: Sequence[int], modes: Sequence[int]) -> None:
        self._modes = list(modes)
        self._starts, self._ends = timed(self._problem, sequence, modes)
        self._sequence = sorted(sequence, key=self._starts.__getitem__)
        self._cost = cost(self._problem, self._starts, self._ends, modes)
        self._chain: list[int] = []

    def cool(self, steps: int) -> None:
        """Try so many changes, from the best choice so far, ever more strictly."""
        if not self._movable or math.isinf(self.best_s):
            return
        self._take(*self.best)
        heat = HEAT * self.best_s / len(self._movable)
        for step in range(steps):
            rest = 1 - step / steps
            self._try(heat * rest * rest)

    def _try(self, temperature: float) -> None:
        """Make one change, and keep it or take it back."""
        problem, modes = self._problem, self._modes
        operation = self._pick()
        old = modes[operation]
        choices = problem.modes_of[operation]
        if len(choices) > 1 and self._draws.unit() < 0.5:
            other = choices[self._draws.below(len(choices) - 1)]
            modes[operation] = choices[-1] if other == old else other
        sequence = self._moved(operation)
        starts, ends = timed(problem, sequence, modes)
        value = cost(problem, starts, ends, modes)
        worse = value - self._cost
        if worse > 0 and not worse < -temperature * math.log(self._draws.unit() or 1e-12):
            modes[operation] = old
            return
        self._cost, self._starts, self._ends = value, starts, ends
        self._sequence = sorted(sequence, key=starts.__getitem__)
        self._chain = []
        if value < self.best_s - 1e-9:
            self.best, self.best_s = (self._sequence, list(modes)), value

    def _pick(self) -> int:
        """Return an operation to change."""
        if self._draws.unit() >= ANYWHERE:
            if not self._chain:
                self._chain = self._hurting()
            operation = self._chain[self._draws.below(len(self._chain))]
            if self._problem.started_s[operation] is None:
                return operation
        return self._movable[self._draws.below(len(self._movable))]

    def _moved(self, operation: int) -> list[int]:
        """
        Return the sequence with the operation somewhere between its neighbours.

        Only places before another user of its resources make a difference.
        """
        problem, modes = self._problem, self._modes
        sequence = [i for i in self._sequence if i != operation]
        before, after = problem.predecessors[operation], problem.successors[operation]
        # What is under way stands in front of the sequence.
        first = len(sequence) + 1 - len(self._movable)
        low = max([sequence.index(i) + 1 for i in before], default=0)
        low = max(low, first)
        high = min([sequence.index(i) for i in after], default=len(sequence))
        resources = problem.resources_of
        needed = set(resources[modes[operation]])
        places = [
            at for at in range(low, high) if not needed.isdisjoint(resources[modes[sequence[at]]])
        ]
        at = self._draws.below(len(places) + 1)
        sequence.insert(places[at] if at < len(places) else high, operation)
        return sequence

    def _hurting(self) -> list[int]:
        """Return a chain of waits that ends with something that counts."""
        problem, ends = self._problem, self._ends
        if problem.goals and not (problem.policy.makespan and self._draws.unit() < 0.5):
            members = problem.goals[self._draws.below(len(problem.goals))][0]
            return self._waits_before(max(members, key=ends.__getitem__))
        return self._waits_before(max(range(len(ends)), key=ends.__getitem__))

    def _waits_before(self, last: int) -> list[int]:
        """Walk back from an operation to what it waited for, and so on to the beginning."""
        problem, modes, starts, ends = self._problem, self._modes, self._starts, self._ends
        chain, at = [last], last
        start, before = starts[at], problem.predecessors[at]
        for i in reversed(self._sequence[: self._sequence.index(last)]):
            # Without setups and windows, what was waited for ended exactly then.
            if ends[i] != start and (problem.is_plain or ends[i] > start):
                continue
            held = problem.resources_of[modes[at]]
            if i in before or any(r in held for r in problem.resources_of[modes[i]]):
                chain.append(i)
                at = i
                start, before = starts[at], problem.predecessors[at]
        return chain
