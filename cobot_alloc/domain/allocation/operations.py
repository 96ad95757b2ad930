"""Operations: the tasks of a cell as a plan sees them, under way and waiting."""

from __future__ import annotations

from collections.abc import Collection, Container

from cobot_alloc.domain.allocation.in_hand import work_in_hand
from cobot_alloc.domain.allocation.modes import modes_of
from cobot_alloc.domain.allocation.order_targets import weight_of
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.lifecycles.task import ENABLING
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.problem import Mode, Operation, Underway
from cobot_alloc.domain.waiting.index import WorkIndex

#: Waiting tasks that are planned at most.
HORIZON = 60


def operation_under_way(
    task_id: TaskId,
    agents: Collection[AgentRecord],
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
) -> Operation | None:
    """Return a task in hand; None if nobody who is planned for is at it."""
    record, holder = state.tasks[task_id], state.agents[state.in_hand[task_id]]
    # Whoever is not there is not planned for: a silent arm, a helper who has signed off.
    there = {agent.agent.agent_id for agent in agents}
    at_it = (holder.agent.agent_id, state.helping.get(task_id))
    crew = tuple(agent_id for agent_id in at_it if agent_id is not None and agent_id in there)
    if not crew:
        return None
    setup = record.changeover.after if crew[0] == holder.agent.agent_id else ''
    work = work_in_hand(task_id, state, rules, now_s=now_s)
    duration_s = now_s - work.started_s + work.ends_in_s
    return Operation(
        task_id=task_id,
        modes=(Mode(agents=crew, duration_s=duration_s, setup=setup),),
        order_id=_order_of(state, record),
        deadline_s=record.task.deadline_s,
        weight=weight_of(record.task),
        areas=frozenset() if holder.is_person else rules.areas_of(record.task),
        underway=Underway(mode=0, started_s=work.started_s),
    )


def waiting_operation(
    record: TaskRecord,
    agents: Collection[AgentRecord],
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    known: Container[str],
) -> Operation | None:
    """
    Return a waiting task; None if none of the agents may do it.

    :param known: tasks in the problem, which it may have to wait for.
    """
    modes = tuple(modes_of(record, agents, state, rules, now_s=now_s))
    if not modes:
        return None
    task = record.task
    reservation = state.plan.get(task.task_id)
    people = {a for a, agent in state.agents.items() if agent.is_person}
    by_arm = any(not people.issuperset(mode.agents) for mode in modes)
    return Operation(
        task_id=task.task_id,
        modes=modes,
        order_id=_order_of(state, record),
        predecessors=tuple(p for p in task.predecessors if p in known),
        earliest_start_s=task.earliest_start_s,
        deadline_s=task.deadline_s,
        weight=weight_of(task),
        # Areas keep arms apart; a person alone needs none.
        areas=rules.areas_of(task) if by_arm else frozenset(),
        planned=reservation.agents if reservation is not None else (),
    )


def first_waiting(index: WorkIndex) -> list[TaskRecord]:
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


def is_reachable(record: TaskRecord, state: CellState, known: Container[str]) -> bool:
    """Tell whether whatever the task waits for has ended, or is in the problem."""
    return all(
        before in known or state.tasks[before].state in ENABLING
        for before in record.task.predecessors
    )


def _order_of(state: CellState, record: TaskRecord) -> OrderId:
    order_id = record.task.order_id
    return order_id if order_id in state.orders else OrderId('')
