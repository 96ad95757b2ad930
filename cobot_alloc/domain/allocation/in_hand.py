"""Work in hand: when it was begun, and when whoever has it is expected to be free."""

from __future__ import annotations

from typing import NamedTuple

from cobot_alloc.domain.allocation.expectation import belief_of
from cobot_alloc.domain.attempt import Attempt
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.rules import CellRules

#: What is overdue is expected to take this share of its duration longer.
OVERDUE = 0.1


class WorkInHand(NamedTuple):
    """
    A task that somebody has in hand.

    :ivar started_s: cell time at which it was begun.
    :ivar due_in_s: seconds until it should end, below 0 by how long it has been overdue.
    :ivar ends_in_s: seconds until it is expected to end: a little later, where it is overdue.
    """

    started_s: float
    due_in_s: float
    ends_in_s: float


def work_in_hand(
    task_id: TaskId, state: CellState, rules: CellRules, *, now_s: float
) -> WorkInHand:
    """
    Return what is expected of a task in hand, changeover and standstill included.

    Nobody says how long an arm will be held: it is expected to be as long again.
    """
    record, holder = state.tasks[task_id], state.agents[state.in_hand[task_id]]
    attempt = record.open_attempt
    together = task_id in state.helping
    whole_s = belief_of(record.task, holder, state, rules, together=together).work_s
    whole_s += record.changeover.seconds
    begun_s = record.handed_s if attempt is None else attempt.started_s
    started_s = now_s if begun_s is None else min(begun_s, now_s)
    held_s, still_s = (0.0, 0.0) if attempt is None else _held(attempt, now_s)
    left_s = whole_s - (now_s - started_s - held_s)
    return WorkInHand(
        started_s=started_s,
        due_in_s=still_s + left_s,
        ends_in_s=still_s + max(left_s, OVERDUE * whole_s),
    )


def _held(attempt: Attempt, now_s: float) -> tuple[float, float]:
    """Return how long an attempt was held so far, and how long it is expected to be yet."""
    if attempt.held_since_s is None:
        return attempt.held_s, 0.0
    still_s = max(0.0, now_s - attempt.held_since_s)
    return attempt.held_s + still_s, still_s


def standstill_s(candidate: AgentRecord, *, now_s: float) -> float:
    """Return for how long the agent is expected to stand still yet: as long as it has."""
    return 0.0 if candidate.still_since_s is None else max(0.0, now_s - candidate.still_since_s)


def free_in_s(
    candidate: AgentRecord, state: CellState, rules: CellRules, *, now_s: float
) -> float:
    """Return in how many seconds the agent is expected to be free, and to move if it is an arm."""
    still_s = standstill_s(candidate, now_s=now_s)
    record = state.task_of(candidate.agent.agent_id)
    if record is None:
        return still_s
    return max(still_s, _of(record, state, rules, now_s=now_s).ends_in_s)


def due_in_s(candidate: AgentRecord, state: CellState, rules: CellRules, *, now_s: float) -> float:
    """Return when the agent should be free, in seconds; below 0 by how long it is overdue."""
    record = state.task_of(candidate.agent.agent_id)
    return 0.0 if record is None else _of(record, state, rules, now_s=now_s).due_in_s


def _of(record: TaskRecord, state: CellState, rules: CellRules, *, now_s: float) -> WorkInHand:
    return work_in_hand(record.task.task_id, state, rules, now_s=now_s)
