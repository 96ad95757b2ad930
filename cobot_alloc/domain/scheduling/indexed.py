"""
A scheduling problem by number, as searches need it.

Operations, modes and resources are counted from 0. A resource is an agent or an exclusive
area: both serve one operation at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

from cobot_alloc.domain.scheduling.clean_hours import CleanHours
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import (
    Mode,
    Operation,
    ScheduledAgent,
    SchedulingProblem,
)
from cobot_alloc.domain.scheduling.weighing import mode_terms, switching_s

_Table = tuple[tuple[int, ...], ...]
#: Operations that count together when the last of them ends: (operations, arrived, deadline
#: or infinite, weight of flow time, weight of lateness), times in seconds.
Goal = tuple[tuple[int, ...], float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexedProblem:
    """
    The same problem as lists.

    :ivar order: the operations in an order that respects every predecessor; those under way
        come first.
    :ivar modes_of: the modes of each operation; of one under way, only its own.
    :ivar resources_of: by mode, agents before areas; those that it stills among them; the one
        that is set up for it is the first.
    :ivar fixed_s: by mode, what it costs whenever it is done, in seconds (all terms but time
        and carbon).
    :ivar energy_j: by mode.
    :ivar not_before_s: by mode, the beginning of a cleaner hour that it waits for; minus
        infinity: none. One number of mode may stand for several modes that differ in it.
    :ivar started_s: by operation, None unless under way.
    :ivar setup_of: by mode, -1 if any setup will do.
    :ivar first_setup: by agent, -1 if it is not known.
    :ivar setup_s: by agent, (from, to) to seconds; empty if it never changes.
    :ivar is_plain: whether no setup, no window and no hour matters to the times.
    :ivar has_fixed: whether any mode has a fixed cost.
    """

    problem: SchedulingProblem
    order: tuple[int, ...]
    predecessors: _Table
    successors: _Table
    modes_of: _Table
    resources_of: _Table
    duration_s: tuple[float, ...]
    fixed_s: tuple[float, ...]
    energy_j: tuple[float, ...]
    number_of_mode: tuple[int, ...]
    release_s: tuple[float, ...]
    not_before_s: tuple[float, ...]
    started_s: tuple[float | None, ...]
    setup_of: tuple[int, ...]
    free_from_s: tuple[float, ...]
    windows: tuple[tuple[tuple[float, float], ...], ...]
    first_setup: tuple[int, ...]
    setup_s: tuple[dict[tuple[int, int], float], ...]
    goals: tuple[Goal, ...]
    agent_count: int
    is_plain: bool
    has_fixed: bool

    @property
    def operation_count(self) -> int:
        """How many operations there are."""
        return len(self.modes_of)

    def setup_on(self, resource: int, mode: int) -> int:
        """Return what a resource must be set up for in a mode, -1 if any setup will do."""
        return self.setup_of[mode] if self.resources_of[mode][0] == resource else -1

    @property
    def policy(self) -> Policy:
        """What schedules are judged by."""
        return self.problem.policy


def index(problem: SchedulingProblem) -> IndexedProblem:
    """
    Count everything.

    :raises ValueError: if predecessors form a circle.
    """
    operations = problem.operations
    number = {operation.task_id: i for i, operation in enumerate(operations)}
    # What has begun waits for nothing, whatever it should have waited for.
    predecessors = tuple(
        () if o.underway else tuple(number[p] for p in o.predecessors) for o in operations
    )
    resources = {agent.agent_id: i for i, agent in enumerate(problem.agents)}
    areas = sorted({area for operation in operations for area in operation.areas})
    area_number = {area: len(resources) + i for i, area in enumerate(areas)}
    hours, policy = CleanHours(problem), problem.policy
    modes: list[tuple[int, Mode]] = []
    not_before: list[float] = []
    modes_of = []
    number_of_mode = []
    for i, operation in enumerate(operations):
        chosen = operation.underway.mode if operation.underway else None
        kept = []
        for m, mode in enumerate(operation.modes):
            if chosen in (None, m):
                waits = (-math.inf, *hours.of(operation, mode))
                not_before.extend(waits)
                kept.extend([m] * len(waits))
        modes_of.append(tuple(range(len(modes), len(modes) + len(kept))))
        modes.extend((i, operation.modes[m]) for m in kept)
        number_of_mode.extend(kept)
    setups = {'': -1}
    for name in (*(mode.setup for _, mode in modes), *(a.setup for a in problem.agents)):
        setups.setdefault(name, len(setups) - 1)
    fixed_s = tuple(
        sum(mode_terms(policy, mode).values()) + switching_s(policy, operations[i], mode)
        for i, mode in modes
    )
    return IndexedProblem(
        problem=problem,
        order=_in_order(operations, predecessors),
        predecessors=predecessors,
        successors=_turned(predecessors),
        modes_of=tuple(modes_of),
        resources_of=tuple(
            (
                *(resources[a] for a in dict.fromkeys((*mode.agents, *mode.stilled))),
                *(area_number[a] for a in sorted(operations[i].areas)),
            )
            for i, mode in modes
        ),
        duration_s=tuple(mode.duration_s for _, mode in modes),
        fixed_s=fixed_s,
        energy_j=tuple(mode.energy_j for _, mode in modes),
        number_of_mode=tuple(number_of_mode),
        release_s=tuple(max(problem.now_s, o.earliest_start_s) for o in operations),
        not_before_s=tuple(not_before),
        started_s=tuple(o.underway.started_s if o.underway else None for o in operations),
        setup_of=tuple(setups[mode.setup] for _, mode in modes),
        free_from_s=tuple(
            [max(problem.now_s, a.free_from_s) for a in problem.agents] + [-math.inf] * len(areas)
        ),
        windows=tuple([_to_come(a, problem.now_s) for a in problem.agents] + [()] * len(areas)),
        first_setup=tuple([setups[a.setup] for a in problem.agents] + [-1] * len(areas)),
        setup_s=tuple(
            [
                {
                    (setups[a], setups[b]): s
                    for (a, b), s in agent.setup_s.items()
                    if a in setups and b in setups
                }
                for agent in problem.agents
            ]
            + [{}] * len(areas)
        ),
        goals=_goals(problem),
        agent_count=len(resources),
        is_plain=not any(a.setup_s or a.windows for a in problem.agents)
        and all(math.isinf(at) for at in not_before),
        has_fixed=any(fixed_s),
    )


def _to_come(agent: ScheduledAgent, now_s: float) -> tuple[tuple[float, float], ...]:
    """Return an agent's windows that are not over; the last one is kept in any case."""
    left = tuple(window for window in agent.windows if window[1] > now_s)
    return left or agent.windows[-1:]


def _goals(problem: SchedulingProblem) -> tuple[Goal, ...]:
    """Return what flow time and lateness count for: orders, and tasks with deadlines."""
    policy = problem.policy
    if not (policy.flow or policy.lateness):
        return ()
    members: dict[str, list[int]] = {}
    goals: list[Goal] = []
    for i, operation in enumerate(problem.operations):
        if operation.order_id:
            members.setdefault(operation.order_id, []).append(i)
        flow = 0.0 if operation.order_id else policy.flow * operation.weight
        late = policy.lateness * operation.weight if operation.deadline_s is not None else 0.0
        if flow or late:
            deadline = math.inf if operation.deadline_s is None else operation.deadline_s
            goals.append(((i,), operation.earliest_start_s, deadline, flow, late))
    for order in problem.orders:
        if order.order_id in members:
            goals.append(
                (
                    tuple(members[order.order_id]),
                    order.arrived_s,
                    math.inf if order.deadline_s is None else order.deadline_s,
                    policy.flow * order.weight,
                    policy.lateness * order.weight if order.deadline_s is not None else 0.0,
                )
            )
    return tuple(goals)


def _turned(arcs: _Table) -> _Table:
    turned: list[list[int]] = [[] for _ in arcs]
    for to, sources in enumerate(arcs):
        for source in sources:
            turned[source].append(to)
    return tuple(map(tuple, turned))


def _begun_s(operation: Operation) -> float:
    return operation.underway.started_s if operation.underway else math.inf


def _in_order(operations: tuple[Operation, ...], predecessors: _Table) -> tuple[int, ...]:
    left = [len(p) for p in predecessors]
    successors = _turned(predecessors)
    ready = [i for i, count in enumerate(left) if not count]
    ready.sort(key=lambda i: _begun_s(operations[i]))
    done: list[int] = []
    for i in ready:  # grows while it is walked
        done.append(i)
        for successor in successors[i]:
            left[successor] -= 1
            if not left[successor]:
                ready.append(successor)
    if len(done) < len(left):
        circle = sorted(o.task_id for o, count in zip(operations, left, strict=True) if count)
        raise ValueError(f'predecessors form a circle among {circle}')
    return tuple(done)
