"""
The scheduling problem that a cell is in at this moment.

Only what can be reckoned with is in it: agents that are ready, waiting tasks that one of them
may do, and what is under way. Of thousands of waiting tasks only the first are planned; the
rest waits anyway, and by the time it does not there will be another plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.allocation.in_hand import standstill_s
from cobot_alloc.domain.allocation.operations import (
    first_waiting,
    is_reachable,
    operation_under_way,
    waiting_operation,
)
from cobot_alloc.domain.allocation.order_targets import order_target
from cobot_alloc.domain.cell import AgentRecord, CellState
from cobot_alloc.domain.identifiers import OrderId
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import Operation, ScheduledAgent, SchedulingProblem
from cobot_alloc.domain.setting_up import setup_times, setup_when_free
from cobot_alloc.domain.waiting.index import WorkIndex

#: How far ahead an agent's absences are looked at, seconds.
ABSENCES_S = 7 * 86400.0


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
    agents = [agent for agent in state.agents.values() if agent.health is Health.READY]
    operations = _operations(agents, state, index, now_s)
    order_ids = dict.fromkeys(OrderId(o.order_id) for o in operations.values() if o.order_id)
    return SchedulingProblem(
        agents=tuple(
            _scheduled(agent, operations.values(), state, rules, now_s) for agent in agents
        ),
        operations=tuple(operations.values()),
        policy=policy,
        orders=tuple(order_target(state, order_id, now_s=now_s) for order_id in order_ids),
        now_s=now_s,
    )


def _operations(
    agents: list[AgentRecord], state: CellState, index: WorkIndex, now_s: float
) -> dict[str, Operation]:
    rules, first = index.rules, first_waiting(index)
    operations: dict[str, Operation] = {}
    for task_id in state.in_hand:
        begun = operation_under_way(task_id, agents, state, rules, now_s=now_s)
        if begun is not None:
            operations[task_id] = begun
    for record in first:
        if not is_reachable(record, state, operations):
            continue
        waiting = waiting_operation(record, agents, state, rules, now_s=now_s, known=operations)
        if waiting is not None:
            operations[record.task.task_id] = waiting
    for record in first:
        before = index.behind(record)
        if before is not None and _same_agent(operations, record.task.task_id, before):
            _put_after(operations, record.task.task_id, before)
    for record in first:
        if (before := index.place_taken(record)) is not None:
            _put_after(operations, record.task.task_id, before)
    return operations


def _same_agent(operations: dict[str, Operation], *task_ids: str) -> bool:
    """Tell whether tasks are all of the problem, and for one and the same agent."""
    modes = [m.agents for t in task_ids if t in operations for m in operations[t].modes]
    return len(modes) == len(task_ids) and len(set(modes)) == 1


def _put_after(operations: dict[str, Operation], task_id: str, before: str) -> None:
    """Let a task wait for another one, if both are in the problem and that goes."""
    later = operations.get(task_id)
    if later is None or before not in operations or task_id in _ahead_of(operations, before):
        return
    if before not in later.predecessors:
        operations[task_id] = replace(later, predecessors=(*later.predecessors, before))


def _ahead_of(operations: dict[str, Operation], task_id: str) -> set[str]:
    """Return everything in the problem that has to end before a task."""
    found: set[str] = set()
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
    setup, times = '', {}
    if requirements.setups:
        setup = setup_when_free(agent, state)
        # Whoever helps changes nothing: a mode's setup is that of the agent named first.
        modes = [m for o in operations for m in o.modes if m.setup and m.agents[0] == agent_id]
        times = setup_times(agent, [setup, *(m.setup for m in modes)], state, rules)
    return ScheduledAgent(
        agent_id=agent_id,
        free_from_s=now_s + standstill_s(agent, now_s=now_s),
        windows=requirements.windows(agent_id, now_s, ABSENCES_S),
        setup=setup,
        setup_s=times,
    )
