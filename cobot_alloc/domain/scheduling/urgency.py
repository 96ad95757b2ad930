"""
Put first what the end depends on, and what has time to spare behind it.

Many schedules cost the same: of two tasks of one agent, the one that much waits for and the one
that nothing waits for may come in either order. It is not the same once something fails or takes
longer than expected: then the one can be done meanwhile, and the other holds everything up.
"""

from __future__ import annotations

from cobot_alloc.domain.scheduling.construction import Choice
from cobot_alloc.domain.scheduling.indexed import IndexedProblem
from cobot_alloc.domain.scheduling.timing import cost, timed

#: Places that are tried for an operation at most.
TRIES = 3
#: Operations for which places are sought at most: the rest will be planned again before long.
MOST = 16
#: Seconds by which figures may differ after they were added up in another order.
SAME_S = 1e-6


def urgent_first(problem: IndexedProblem, choice: Choice) -> Choice:
    """Return a choice of no higher cost, with the operations that are more urgent earlier."""
    sequence, modes = list(choice[0]), choice[1]
    starts, ends = timed(problem, sequence, modes)
    latest = _latest_starts(problem, sequence, modes, ends)
    limit = cost(problem, starts, ends, modes) + SAME_S
    movable = [i for i in sequence if problem.started_s[i] is None]
    for operation in sorted(movable, key=latest.__getitem__)[:MOST]:
        for at in _earlier_places(problem, operation, sequence, modes, latest)[:TRIES]:
            tried = [i for i in sequence if i != operation]
            tried.insert(at, operation)
            if cost(problem, *timed(problem, tried, modes), modes) <= limit:
                sequence = tried
                break
    return sequence, modes


def _earlier_places(
    problem: IndexedProblem,
    operation: int,
    sequence: list[int],
    modes: list[int],
    latest: list[float],
) -> list[int]:
    """Return places before less urgent operations that use the same, the earliest first."""
    needed = set(problem.resources_of[modes[operation]])
    before = problem.predecessors[operation]
    places: list[int] = []
    for at, other in enumerate(sequence):
        if other == operation:
            break
        if other in before:
            places.clear()
        elif (
            problem.started_s[other] is None
            and latest[other] > latest[operation] + SAME_S
            and not needed.isdisjoint(problem.resources_of[modes[other]])
        ):
            places.append(at)
    return places


def _latest_starts(
    problem: IndexedProblem, sequence: list[int], modes: list[int], ends: list[float]
) -> list[float]:
    """Return when each operation has to start for what counts to end no later than it does."""
    latest_end = [max(ends, default=0.0)] * len(ends)
    for members, _, deadline, flow, _ in problem.goals:
        end = max(ends[i] for i in members)
        limit = end if flow else max(end, deadline)
        for i in members:
            latest_end[i] = min(latest_end[i], limit)
    latest = [0.0] * len(ends)
    for i in reversed(sequence):
        end = min([latest_end[i]] + [latest[after] for after in problem.successors[i]])
        latest[i] = end - problem.duration_s[modes[i]]
    return latest
