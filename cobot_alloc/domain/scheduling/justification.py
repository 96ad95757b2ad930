"""
Put first what the end depends on, and what has time to spare behind it.

Many schedules cost the same: whatever is not on the longest chain may be done sooner or later.
It is not the same once durations turn out otherwise. So each operation is put off as far as
nothing that counts ends later, and then all are done as early as they can be, in the order of
these latest starts (double justification: Valls, Ballestin, Quintanilla, EJOR 165, 2005). No
operation ends later than it was put off to; often the whole ends sooner.
"""

from __future__ import annotations

import math

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.domain.scheduling.indexed import IndexedProblem
from cobot_alloc.domain.scheduling.timing import cost, timed


def justified(problem: IndexedProblem, choice: Choice) -> Choice:
    """Return the choice in the order of its latest starts, or as it is where that costs more."""
    sequence, modes = choice
    starts, ends = timed(problem, sequence, modes)
    latest = _latest_starts(problem, choice, ends)
    # Stable: where nothing separates two operations they keep their order.
    ordered = sorted(sequence, key=latest.__getitem__)
    found = cost(problem, *timed(problem, ordered, modes), modes)
    return (ordered, modes) if found <= cost(problem, starts, ends, modes) else choice


def _latest_starts(problem: IndexedProblem, choice: Choice, ends: list[float]) -> list[float]:
    """
    Return how late each operation may start so that nothing that counts ends later.

    Changes of tools and absences are left out: this makes an order, and no times.
    """
    sequence, modes = choice
    place = {operation: at for at, operation in enumerate(sequence)}
    latest_end = [max(ends, default=0.0)] * len(ends)
    for members, _, deadline, flow, _ in problem.goals:
        end = max(ends[i] for i in members)
        limit = end if flow else max(end, deadline)
        for i in members:
            latest_end[i] = min(latest_end[i], limit)
    latest = [-math.inf] * len(ends)
    free_until = [math.inf] * len(problem.free_from_s)
    for i in sorted(sequence, key=lambda i: (ends[i], place[i]), reverse=True):
        if problem.started_s[i] is not None:
            continue
        needed = problem.resources_of[modes[i]]
        end = min(
            [latest_end[i]]
            + [latest[after] for after in problem.successors[i]]
            + [free_until[resource] for resource in needed]
        )
        latest[i] = end - problem.duration_s[modes[i]]
        for resource in needed:
            free_until[resource] = latest[i]
    return latest
