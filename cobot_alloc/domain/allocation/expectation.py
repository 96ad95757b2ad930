"""What is expected of an agent at a task: by what was learned, or by plain assumptions."""

from __future__ import annotations

from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.experience.belief import Belief, belief_about
from cobot_alloc.domain.forecast import Forecast
from cobot_alloc.domain.geometry import distance_m
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.setting_up import changeover
from cobot_alloc.domain.task import Task

#: Assumed seconds for a task before any was measured.
ASSUMED_ARM_WORK_S = 5.0
#: Of a person: for something by hand at a known place, and for anything else.
ASSUMED_HAND_WORK_S = 10.0
ASSUMED_PERSON_WORK_S = 60.0
#: Likewise for an arm and a person together: half of what a person would need alone.
ASSUMED_TOGETHER_WORK_S = 30.0
#: Assumed speed of a tool centre point between locations, metres per second.
ASSUMED_TCP_SPEED_MPS = 0.5


def belief_of(
    task: Task,
    candidate: AgentRecord,
    state: CellState,
    rules: CellRules,
    *,
    together: bool = False,
) -> Belief:
    """
    Return what is believed of the agent's run at the task.

    :param together: of an arm's run together with a person.
    """
    agent = candidate.agent
    return belief_about(
        state.experience,
        skill=task.skill,
        agent_kind=agent.kind,
        agent_id=agent.agent_id,
        part=task.part,
        assumed_s=_assumed_s(task, candidate, rules, together=together),
        together=together,
    )


def forecast(
    record: TaskRecord,
    candidate: AgentRecord,
    state: CellState,
    rules: CellRules,
    *,
    together: bool = False,
) -> Forecast:
    """Return what is expected of the agent at the task, to be kept with a decision."""
    belief = belief_of(record.task, candidate, state, rules, together=together)
    return Forecast(
        work_s=round(belief.work_s, 3),
        low_s=round(belief.duration_quantile_s(0.05), 3),
        high_s=round(belief.duration_quantile_s(0.95), 3),
        success=round(belief.success, 4),
        exceptions_per_h=round(belief.exceptions_per_h, 4),
        energy_j=round(belief.power_w * belief.work_s, 1),
        runs=belief.runs,
        changeover=changeover(record.task, candidate, state, rules),
    )


def _assumed_s(task: Task, candidate: AgentRecord, rules: CellRules, *, together: bool) -> float:
    if candidate.is_person:
        by_hand = not task.judgement and bool(task.source and task.target)
        return ASSUMED_HAND_WORK_S if by_hand else ASSUMED_PERSON_WORK_S
    work_s = ASSUMED_TOGETHER_WORK_S if together else ASSUMED_ARM_WORK_S
    return work_s + _travel_s(task, candidate, rules)


def _travel_s(task: Task, candidate: AgentRecord, rules: CellRules) -> float:
    stops = [
        rules.locations[name] for name in (task.source, task.target) if name in rules.locations
    ]
    path = [candidate.agent.base, *stops, candidate.agent.base]
    return sum(map(distance_m, path, path[1:])) / ASSUMED_TCP_SPEED_MPS
