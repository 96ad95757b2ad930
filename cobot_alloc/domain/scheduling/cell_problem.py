"""
The scheduling problem that a cell is in at this moment.

Only what can be reckoned with is in it: agents that are ready, waiting tasks that one of them
may do, and what is under way. Of thousands of waiting tasks only the first are planned; the
rest waits anyway, and by the time it does not there will be another plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
import math

from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.attempt import Attempt
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.cost import belief_of, strain_of
from cobot_alloc.domain.eligibility import crews, lasting_reasons
from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.lifecycles.task import ENABLING
from cobot_alloc.domain.nearness import stilled_by
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import (
    Mode,
    Operation,
    OrderTarget,
    ScheduledAgent,
    SchedulingProblem,
    Strain,
    Underway,
)
from cobot_alloc.domain.scheduling.schedule import Placement, Schedule
from cobot_alloc.domain.setting_up import setup_for, setup_times, setup_when_free
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.waiting.index import WorkIndex

#: Waiting tasks that are planned at most.
HORIZON = 60
#: How far ahead an agent's absences are looked at, seconds.
ABSENCES_S = 7 * 86400.0
#: The most likely that work is to be done again, as far as a plan goes.
MOST_REWORK = 0.95
#: After so many seconds of waiting an order counts twice as much, after twice as many three
#: times: else what needs a changeover could wait for ever behind what needs none.
AGEING_S = 120.0
#: What is overdue is expected to take this share of its duration longer.
OVERDUE = 0.1


def cell_problem(
    state: CellState,
    rules: CellRules,
    policy: Policy,
    *,
    now_s: float,
    index: WorkIndex | None = None,
) -> SchedulingProblem:
    """
    Return what there is to be planned, at cell time ``now_s``.

    :param index: of the state; without one, one is made.
    """
    index = WorkIndex.of(state, rules) if index is None else index
    first = _first(index)
    agents = [agent for agent in state.agents.values() if agent.health is Health.READY]
    operations = {
        task_id: operation
        for task_id in state.in_hand
        if (operation := _underway(state, rules, task_id, agents, now_s)) is not None
    }
    for record in first:
        if _is_reachable(state, record, operations):
            modes = tuple(_modes(record, agents, state, rules, now_s))
            if modes:
                operations[record.task.task_id] = _waiting(state, rules, record, modes, operations)
    for record in first:
        before = index.behind(record)
        if before is not None and _same_agent(operations, record.task.task_id, before):
            _put_after(operations, record.task.task_id, before)
    for record in first:
        if (before := index.place_taken(record)) is not None:
            _put_after(operations, record.task.task_id, before)
    order_ids = dict.fromkeys(o.order_id for o in operations.values() if o.order_id)
    return SchedulingProblem(
        agents=tuple(
            _scheduled(agent, operations.values(), state, rules, now_s) for agent in agents
        ),
        operations=tuple(operations.values()),
        policy=policy,
        orders=tuple(_target(state, order_id, now_s) for order_id in order_ids),
        now_s=now_s,
    )


def _same_agent(operations: dict[TaskId, Operation], *task_ids: TaskId) -> bool:
    """Tell whether tasks are all of the problem, and for one and the same agent."""
    modes = [m.agents for t in task_ids if t in operations for m in operations[t].modes]
    return len(modes) == len(task_ids) and len(set(modes)) == 1


def _put_after(operations: dict[TaskId, Operation], task_id: TaskId, before: TaskId) -> None:
    """Let a task wait for another one, if both are in the problem and that goes."""
    later = operations.get(task_id)
    if later is None or before not in operations or task_id in _ahead_of(operations, before):
        return
    predecessors = dict.fromkeys((*later.predecessors, before))
    operations[task_id] = replace(later, predecessors=tuple(predecessors))


def _ahead_of(operations: dict[TaskId, Operation], task_id: TaskId) -> set[TaskId]:
    """Return everything in the problem that has to end before a task."""
    found: set[TaskId] = set()
    left = [task_id]
    while left:
        for before in operations[left.pop()].predecessors:
            if before not in found:
                found.add(before)
                left.append(before)
    return found


def _scheduled(
    agent: AgentRecord,
    operations: Iterable[Operation],
    state: CellState,
    rules: CellRules,
    now_s: float,
) -> ScheduledAgent:
    agent_id, requirements = agent.agent.agent_id, rules.limits.requirements
    # Nobody says how long an arm will be held. It is expected to be as long again.
    still_s = 0.0 if agent.still_since_s is None else now_s - agent.still_since_s
    setup, times = '', {}
    if requirements.setups:
        setup = setup_when_free(agent, state)
        needed = [m.setup for o in operations for m in o.modes if m.setup and agent_id in m.agents]
        times = setup_times(agent, [setup, *needed], state, rules)
    return ScheduledAgent(
        agent_id=agent_id,
        free_from_s=now_s + still_s,
        windows=requirements.windows(agent_id, now_s, ABSENCES_S),
        setup=setup,
        setup_s=times,
    )


def planned_schedule(state: CellState, problem: SchedulingProblem) -> Schedule | None:
    """
    Return the plan in force as a schedule of the problem, or None if it leaves work out.

    Its times and cost are not worked out: it is a beginning for whoever improves it.
    """
    placements = {}
    for operation in sorted(problem.operations, key=lambda o: _start_s(state, o)):
        reservation = state.plan.get(operation.task_id)
        if reservation is not None:
            agents = reservation.agents
            number = next((n for n, m in enumerate(operation.modes) if m.agents == agents), None)
            if number is None:
                return None
        elif operation.underway is not None:
            number = operation.underway.mode
        else:
            return None
        mode = operation.modes[number]
        start_s = _start_s(state, operation)
        placements[operation.task_id] = Placement(
            task_id=operation.task_id,
            mode=number,
            agents=mode.agents,
            start_s=start_s,
            end_s=start_s + mode.duration_s,
            not_before_s=None if reservation is None else reservation.not_before_s,
        )
    return Schedule(placements=placements, cost_s=math.inf, origin='plan in force')


def _start_s(state: CellState, operation: Operation) -> float:
    reservation = state.plan.get(operation.task_id)
    return reservation.start_s if reservation is not None else -math.inf


def _first(index: WorkIndex) -> list[TaskRecord]:
    """Return the waiting tasks that are planned, predecessors before their successors."""
    chosen = {record.task.task_id: record for record in index.first_waiting(HORIZON)}
    ordered: dict[TaskId, TaskRecord] = {}

    def visit(record: TaskRecord) -> None:
        if record.task.task_id in ordered:
            return
        for before in record.task.predecessors:
            if before in chosen:
                visit(chosen[before])
        ordered[record.task.task_id] = record

    for record in chosen.values():
        visit(record)
    return list(ordered.values())


def _is_reachable(
    state: CellState, record: TaskRecord, operations: dict[TaskId, Operation]
) -> bool:
    """Tell whether whatever the task waits for has ended, or is in the problem."""
    return all(
        before in operations or state.tasks[before].state in ENABLING
        for before in record.task.predecessors
    )


def _waiting(
    state: CellState,
    rules: CellRules,
    record: TaskRecord,
    modes: tuple[Mode, ...],
    operations: dict[TaskId, Operation],
) -> Operation:
    task = record.task
    reservation = state.plan.get(task.task_id)
    people = {a for a, agent in state.agents.items() if agent.is_person}
    by_arm = any(not people.issuperset(mode.agents) for mode in modes)
    return Operation(
        task_id=task.task_id,
        modes=modes,
        order_id=_order_of(state, record),
        predecessors=tuple(p for p in task.predecessors if p in operations),
        earliest_start_s=task.earliest_start_s,
        deadline_s=task.deadline_s,
        weight=_weight(record),
        # Areas keep arms apart; a person alone needs none.
        areas=rules.areas_of(task) if by_arm else frozenset(),
        planned=reservation.agents if reservation is not None else (),
    )


def _underway(
    state: CellState,
    rules: CellRules,
    task_id: TaskId,
    agents: list[AgentRecord],
    now_s: float,
) -> Operation | None:
    """Return a task in hand: begun, and expected to take a little longer if it is overdue."""
    record, holder = state.tasks[task_id], state.agents[state.in_hand[task_id]]
    helper = state.helping.get(task_id)
    at_it = {holder.agent.agent_id, helper}
    # Whoever is not there is not planned for: a silent arm, a helper who has signed off.
    crew = tuple(a.agent.agent_id for a in agents if a.agent.agent_id in at_it)
    if not crew:
        return None
    attempt = record.open_attempt
    expected = belief_of(record.task, holder, state, rules, together=helper is not None).work_s
    expected += record.changeover.seconds
    begun = record.handed_s if attempt is None else attempt.started_s
    started = now_s if begun is None else min(begun, now_s)
    held_s, still_s = (0.0, 0.0) if attempt is None else _held(attempt, now_s)
    left = max(expected - (now_s - started - held_s), OVERDUE * expected)
    duration = now_s - started + still_s + left
    return Operation(
        task_id=task_id,
        modes=(Mode(agents=crew, duration_s=duration, setup=record.changeover.after),),
        order_id=_order_of(state, record),
        deadline_s=record.task.deadline_s,
        weight=_weight(record),
        areas=frozenset() if holder.is_person else rules.areas_of(record.task),
        underway=Underway(mode=0, started_s=started),
    )


def _held(attempt: Attempt, now_s: float) -> tuple[float, float]:
    """Return how long an attempt was held so far, and how long it is expected to be yet."""
    if attempt.held_since_s is None:
        return attempt.held_s, 0.0
    still_s = max(0.0, now_s - attempt.held_since_s)
    return attempt.held_s + still_s, still_s


def _modes(
    record: TaskRecord,
    agents: Iterable[AgentRecord],
    state: CellState,
    rules: CellRules,
    now_s: float,
) -> Iterable[Mode]:
    task, changes = record.task, rules.limits.requirements.setups
    for agent, helper in crews(task, agents):
        if lasting_reasons(record, agent, rules, helper=helper):
            continue
        belief = belief_of(task, agent, state, rules, together=helper is not None)
        crew = (agent,) if helper is None else (agent, helper)
        setup = setup_for(task, agent, state, rules) if changes else ''
        yield Mode(
            agents=tuple(it.agent.agent_id for it in crew),
            duration_s=belief.work_s,
            energy_j=belief.power_w * belief.work_s,
            rework=min(1.0 - belief.success, MOST_REWORK),
            strain=_strain(task, crew[-1], belief.work_s, state, rules, now_s),
            setup=setup,
            stilled=() if setup else _stilled(task, crew, agents, state, rules),
        )


def _stilled(
    task: Task,
    crew: Sequence[AgentRecord],
    agents: Iterable[AgentRecord],
    state: CellState,
    rules: CellRules,
) -> tuple[AgentId, ...]:
    """Return the arms of the problem that stand still while a person is at a task."""
    if not crew[-1].is_person:
        return ()
    there = {other.agent.agent_id for other in agents if other not in crew}
    return tuple(arm for arm in stilled_by(task, state, rules) if arm in there)


def _strain(
    task: Task,
    agent: AgentRecord,
    work_s: float,
    state: CellState,
    rules: CellRules,
    now_s: float,
) -> Strain:
    """Return what the task asks of a person, by what they have borne when it is planned."""
    if not agent.is_person:
        return Strain()
    load = strain_of(task, agent, work_s, state, rules, now_s=now_s)
    return Strain(heavy_s=load.heavy_s, repetitive_s=load.repetitive_s, awkward_s=load.awkward_s)


def _order_of(state: CellState, record: TaskRecord) -> OrderId:
    order_id = record.task.order_id
    return order_id if order_id in state.orders else OrderId('')


def _weight(record: TaskRecord) -> float:
    """Return how much a task counts: each step of priority as much as another whole task."""
    return 1.0 + max(0, record.task.priority)


def _target(state: CellState, order_id: OrderId, now_s: float) -> OrderTarget:
    order = state.orders[order_id]
    records = [state.tasks[t] for t in order.task_ids if t in state.tasks]
    weight = max(map(_weight, records), default=1.0)
    begins_s = min((_meant_s(state, r) for r in records if not r.is_final), default=0.0)
    waited_s = max(0.0, now_s - max(order.accepted_s, begins_s))
    return OrderTarget(
        order_id=order_id,
        arrived_s=order.accepted_s,
        weight=weight * (1.0 + waited_s / AGEING_S),
    )


def _meant_s(state: CellState, record: TaskRecord) -> float:
    """Return from when on a task is meant to begin: waiting before that is on purpose."""
    reservation = state.plan.get(record.task.task_id)
    not_before_s = None if reservation is None else reservation.not_before_s
    return max(record.task.earliest_start_s, not_before_s or 0.0)
