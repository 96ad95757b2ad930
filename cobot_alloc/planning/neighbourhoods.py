"""Which operations to let loose together: large neighbourhoods of a schedule."""

from __future__ import annotations

from collections.abc import Sequence
import random

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.domain.scheduling.indexed import IndexedProblem
from cobot_alloc.domain.scheduling.timing import timed


class Neighbourhoods:
    """Draws neighbourhoods: near in time, of the same resources, of the same chains."""

    def __init__(self, problem: IndexedProblem, seed: int) -> None:
        """Begin from a seed."""
        self._problem = problem
        self._movable = [i for i in problem.order if problem.started_s[i] is None]
        self._random = random.Random(seed)

    @property
    def largest(self) -> int:
        """How many operations can be let loose at all."""
        return len(self._movable)

    def draw(self, choice: Choice, size: int) -> set[int]:
        """Return about so many operations of a schedule."""
        if size >= len(self._movable):
            return set(self._movable)
        kind = self._random.random()
        if kind < 0.6:
            return self._near_in_time(choice, size)
        if kind < 0.8:
            return self._same_resources(choice[1], size)
        return self._same_chains(size)

    def _near_in_time(self, choice: Choice, size: int) -> set[int]:
        starts, ends = timed(self._problem, *choice)
        middle = {i: starts[i] + ends[i] for i in self._movable}
        around = middle[self._random.choice(self._movable)]
        return set(sorted(self._movable, key=lambda i: abs(middle[i] - around))[:size])

    def _same_resources(self, modes: Sequence[int], size: int) -> set[int]:
        resources = list(range(self._problem.agent_count))
        self._random.shuffle(resources)
        found: list[int] = []
        for resource in resources:
            users = self._problem.resources_of
            found += [i for i in self._movable if resource in users[modes[i]]]
            if len(set(found)) >= size:
                break
        loose = sorted(set(found))
        return set(self._random.sample(loose, min(size, len(loose))))

    def _same_chains(self, size: int) -> set[int]:
        movable = set(self._movable)
        found: set[int] = set()
        while len(found) < size:
            at = self._random.choice(self._movable)
            chain = [at]
            while before := self._problem.predecessors[chain[-1]]:
                chain.append(self._random.choice(before))
            while after := self._problem.successors[at]:
                at = self._random.choice(after)
                chain.append(at)
            found |= movable & set(chain)
        return found
