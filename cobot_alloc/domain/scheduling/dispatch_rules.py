"""Dispatching rules by name: the classic ones, and those for orders with deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import math

from cobot_alloc.domain.scheduling.construction import Rule
from cobot_alloc.domain.scheduling.indexed import IndexedProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """
    What rules compare, by operation; times in seconds.

    :ivar tail_s: least work from its start to the end of the longest chain after it.
    :ivar behind: operations in the chain after it, itself included.
    :ivar order_work_s: least work of its order, or of itself if it has none.
    :ivar latest_start_s: to be in time at least durations, infinite without a deadline.
    """

    tail_s: Sequence[float]
    behind: Sequence[int]
    order_work_s: Sequence[float]
    latest_start_s: Sequence[float]


def ranks(problem: IndexedProblem) -> Ranks:
    """Work out what rules compare."""
    count = problem.operation_count
    least = [min(problem.duration_s[m] for m in modes) for modes in problem.modes_of]
    due = [math.inf] * count
    order_work = list(least)
    for members, _, deadline, _, _ in problem.goals:
        work = sum(least[i] for i in members)
        for i in members:
            due[i] = min(due[i], deadline)
            order_work[i] = max(order_work[i], work)
    tail, behind, latest = [0.0] * count, [0] * count, [math.inf] * count
    for i in reversed(problem.order):
        after = problem.successors[i]
        tail[i] = least[i] + max([tail[j] for j in after], default=0.0)
        behind[i] = 1 + max([behind[j] for j in after], default=0)
        latest[i] = min([due[i], *(latest[j] for j in after)]) - least[i]
    return Ranks(tail_s=tail, behind=behind, order_work_s=order_work, latest_start_s=latest)


def rules(problem: IndexedProblem) -> Mapping[str, Rule]:
    """
    Return the rules for a problem, by name.

    The classic ones - SPT: shortest processing time; FIFO: first ready first; MOPNR: most
    operations remaining; MWKR: most work remaining; ECT: earliest start, then most work
    remaining, on the agent that ends first. ERD: FIFO on the agent that ends first. LWT and
    CRT weigh the work remaining against the start and against the time of being ready.
    Where orders count - EDD: the earliest latest start; SOF: shortest order first.
    """
    rank = ranks(problem)
    tail, behind = rank.tail_s, rank.behind
    found = {
        'SPT': Rule(prefer=lambda c: (c.start, c.end), waits=False),
        'FIFO': Rule(prefer=lambda c: (c.start, c.ready), waits=False),
        'MOPNR': Rule(prefer=lambda c: (c.start, -behind[c.operation]), waits=False),
        'MWKR': Rule(prefer=lambda c: (c.start, -tail[c.operation]), waits=False),
        'ECT': Rule(prefer=lambda c: (c.start, -tail[c.operation])),
        'ERD': Rule(prefer=lambda c: (c.start, c.ready)),
        'LWT': Rule(prefer=lambda c: (c.start - 0.2 * tail[c.operation],)),
        'CRT': Rule(prefer=lambda c: (c.ready - 0.5 * tail[c.operation],)),
    }
    if problem.goals:
        order_work, latest = rank.order_work_s, rank.latest_start_s
        found['EDD'] = Rule(prefer=lambda c: (c.start, latest[c.operation], c.end))
        found['SOF'] = Rule(prefer=lambda c: (c.start, order_work[c.operation], c.end))
    return found
