"""
The dispatch pass: a good schedule at once.

Every dispatching rule makes a schedule, the plan in force counts as one more, and the best of
them is improved by a local search of so many steps that a cell's pass takes milliseconds. In the
end, what is more urgent is put first where that costs nothing. The same problem and seed always
give the same schedule.
"""

from __future__ import annotations

import math

from cobot_alloc.domain.scheduling.construction import Choice, construct
from cobot_alloc.domain.scheduling.dispatch_rules import rules
from cobot_alloc.domain.scheduling.indexed import index, IndexedProblem
from cobot_alloc.domain.scheduling.local_search import LocalSearch
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Placement, Schedule
from cobot_alloc.domain.scheduling.timing import cost, timed
from cobot_alloc.domain.scheduling.urgency import urgent_first

#: Operations that the local search may time in one pass: a few milliseconds.
WORK = 8_000
#: Steps at least and at most.
STEPS = (30, 300)


def dispatch_schedule(
    problem: SchedulingProblem, *, incumbent: Schedule | None = None, seed: int = 0
) -> Schedule:
    """
    Schedule all operations.

    :param incumbent: the plan in force; what is new is added to it where it ends first.
    """
    indexed = index(problem)
    if not problem.operations:
        return Schedule(placements={}, cost_s=0.0, origin='dispatch')
    found = {name: construct(indexed, rule) for name, rule in rules(indexed).items()}
    if incumbent is not None:
        found['plan'] = choice_of(indexed, incumbent)
    name, best = min(found.items(), key=lambda item: cost_of(indexed, item[1]))
    search = LocalSearch(indexed, best, seed=seed)
    search.cool(max(STEPS[0], min(STEPS[1], WORK // len(problem.operations))))
    return schedule_of(indexed, urgent_first(indexed, search.best), origin=f'dispatch from {name}')


def cost_of(indexed: IndexedProblem, choice: Choice) -> float:
    """Return what a choice costs by the policy, in seconds."""
    sequence, modes = choice
    return cost(indexed, *timed(indexed, sequence, modes), modes)


def spent_s(indexed: IndexedProblem) -> float:
    """Return what of every schedule's cost is past already, whatever is planned, in seconds."""
    now_s = indexed.problem.now_s
    return indexed.policy.makespan * now_s + sum(
        flow * max(0.0, now_s - arrived) + late * max(0.0, now_s - deadline)
        for _, arrived, deadline, flow, late in indexed.goals
    )


def schedule_of(indexed: IndexedProblem, choice: Choice, *, origin: str) -> Schedule:
    """Return the schedule of a sequence and modes."""
    sequence, modes = choice
    starts, ends = timed(indexed, sequence, modes)
    placements = {}
    for i in sorted(sequence, key=starts.__getitem__):
        operation = indexed.problem.operations[i]
        number = indexed.number_of_mode[modes[i]]
        placements[operation.task_id] = Placement(
            task_id=operation.task_id,
            mode=number,
            agents=operation.modes[number].agents,
            start_s=starts[i],
            end_s=ends[i],
            not_before_s=_finite(indexed.not_before_s[modes[i]]),
        )
    return Schedule(
        placements=placements, cost_s=cost(indexed, starts, ends, modes), origin=origin
    )


def _finite(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) else None


def choice_of(indexed: IndexedProblem, schedule: Schedule) -> Choice:
    """
    Return sequence and modes of a schedule, for a problem that may have moved on.

    What the schedule does not know, or did in a mode that is gone, is put behind it in its
    first mode.
    """
    modes = [choices[0] for choices in indexed.modes_of]
    ranks = {task_id: rank for rank, task_id in enumerate(schedule.placements)}
    wanted = {}
    for i, operation in enumerate(indexed.problem.operations):
        placement = schedule.placements.get(operation.task_id)
        if placement is None:
            continue
        same = [
            mode
            for mode in indexed.modes_of[i]
            if operation.modes[indexed.number_of_mode[mode]].agents == placement.agents
        ]
        if same:
            numbers = [indexed.number_of_mode[mode] for mode in same]
            waits = [_finite(indexed.not_before_s[mode]) for mode in same]
            wanted_mode = (placement.mode, placement.not_before_s)
            both = list(zip(numbers, waits, strict=True))
            if wanted_mode in both:
                modes[i] = same[both.index(wanted_mode)]
            else:
                exact = placement.mode in numbers
                modes[i] = same[numbers.index(placement.mode)] if exact else same[0]
            wanted[i] = (placement.start_s, ranks[operation.task_id])
    return _sequence_by(indexed, wanted), modes


def _sequence_by(indexed: IndexedProblem, wanted: dict[int, tuple[float, int]]) -> list[int]:
    """Order operations by a wanted start and rank, as far as predecessors allow."""
    first, last = (float('-inf'), 0), (float('inf'), 0)
    place = [first] * indexed.operation_count
    for i in indexed.order:
        after = max([place[j] for j in indexed.predecessors[i]], default=first)
        place[i] = max(wanted.get(i, last), after)
        if indexed.started_s[i] is not None:
            place[i] = first
    # Stable: what has one place keeps the order of its predecessors.
    return sorted(indexed.order, key=place.__getitem__)
