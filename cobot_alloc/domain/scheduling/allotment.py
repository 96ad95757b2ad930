"""
Who gets what at this instant, for any number of waiting tasks.

A schedule of thousands of tasks is of no use to a cell that will have changed before most of
them begin. Here only the next tasks are looked at: as many of the most pressing as there are
agents, twice over. They are paired with the free agents at the least sum of costs.
Everything is array work on one matrix, so that the time grows with its size and no faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

#: Tasks that are looked at for each free agent.
DEPTH = 2

Floats = NDArray[np.float64]
#: Pairs rows and columns of a matrix of costs at the least sum; infinite ones never.
Pairing = Callable[[Floats], Sequence[tuple[int, int]]]


def shortlist(duration_s: Floats, latest_start_s: Floats, count: int) -> NDArray[np.intp]:
    """
    Return the most pressing of the waiting tasks, in the order in which they were given.

    Half of the places go to those that must start soonest, the rest to the shortest: the
    first keep deadlines, the others flow time.

    :param duration_s: tasks by agents, infinite where an agent may not.
    :param latest_start_s: by task, infinite without a deadline.
    """
    tasks = duration_s.shape[0]
    if count >= tasks:
        return np.arange(tasks)
    least = duration_s.min(axis=1)
    urgent = np.argpartition(latest_start_s, count // 2)[: count // 2]
    least[urgent] = -1.0  # they have their places
    return np.sort(np.argpartition(least, count - 1)[:count])


def allot(
    duration_s: Floats, latest_start_s: Floats, free: Sequence[int], pair: Pairing
) -> list[tuple[int, int]]:
    """
    Give the free agents their next tasks.

    The cost of a pair is its duration beyond what the task's best agent would need, busy or
    not, so that an agent that is much better at something else is kept for it; and a task
    that has to start sooner is worth more.

    :param duration_s: tasks by agents, infinite where an agent may not.
    :param latest_start_s: by task, seconds from now, infinite without a deadline.
    :param free: columns of the agents that are free.
    :returns: pairs of row and column.
    """
    if not len(free) or not duration_s.shape[0]:
        return []
    columns = np.asarray(free)
    mine = duration_s[:, columns]
    possible = np.flatnonzero(np.isfinite(mine).any(axis=1))
    if not len(possible):
        return []
    rows = possible[shortlist(mine[possible], latest_start_s[possible], DEPTH * len(columns))]
    costs = mine[rows]
    worth = np.clip(latest_start_s[rows], 0.0, 3600.0)
    # Shorter and more pressing work first; both are seconds of someone's waiting.
    costs = costs + (costs - duration_s[rows].min(axis=1, keepdims=True)) + worth[:, None]
    return [(int(rows[row]), int(columns[column])) for row, column in pair(costs)]
