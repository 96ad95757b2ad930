"""
Who should: the cost of an agent for a task, term by term, in seconds.

For now the cost is the expected finish time. Durations are the mean of what was measured for
the skill and the agent; before there is any measurement, a plain assumption is used and the
term's name says so.
"""

from __future__ import annotations

from cobot_alloc.domain.candidate import CostTerm
from cobot_alloc.domain.cell import AgentRecord, CellState, duration_key, TaskRecord
from cobot_alloc.domain.geometry import distance_m
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task

#: Assumed seconds for a task before any was measured.
ASSUMED_ARM_WORK_S = 5.0
ASSUMED_PERSON_WORK_S = 60.0
#: Assumed speed of a tool centre point between locations, metres per second.
ASSUMED_TCP_SPEED_MPS = 0.5


def cost_terms(
    record: TaskRecord, candidate: AgentRecord, state: CellState, rules: CellRules, *, now_s: float
) -> tuple[CostTerm, ...]:
    """Return the terms of the agent's expected finish time for the task."""
    wait = CostTerm(name='wait', seconds=_wait_s(candidate, state, now_s))
    key = duration_key(record.task.skill, candidate.agent.agent_id)
    known = state.durations.get(key)
    if known is not None:
        return (wait, CostTerm(name='work_measured', seconds=known.total_s / known.runs))
    if candidate.is_person:
        return (wait, CostTerm(name='work_assumed', seconds=ASSUMED_PERSON_WORK_S))
    travel = _travel_s(record.task, candidate, rules)
    return (
        wait,
        CostTerm(name='work_assumed', seconds=ASSUMED_ARM_WORK_S),
        CostTerm(name='travel_assumed', seconds=travel),
    )


def _wait_s(candidate: AgentRecord, state: CellState, now_s: float) -> float:
    in_hand = state.task_of(candidate.agent.agent_id)
    if in_hand is None:
        return 0.0
    known = state.durations.get(duration_key(in_hand.task.skill, candidate.agent.agent_id))
    whole = known.total_s / known.runs if known else ASSUMED_ARM_WORK_S
    started = in_hand.attempt.started_s if in_hand.attempt else now_s
    return max(0.0, whole - (now_s - started))


def _travel_s(task: Task, candidate: AgentRecord, rules: CellRules) -> float:
    stops = [
        rules.locations[name] for name in (task.source, task.target) if name in rules.locations
    ]
    path = [candidate.agent.base, *stops, candidate.agent.base]
    return sum(map(distance_m, path, path[1:])) / ASSUMED_TCP_SPEED_MPS
