"""
Who should: the cost of an agent for a task, term by term, in seconds.

What is expected comes from what was learned, or from plain assumptions as long as nothing was;
what it counts comes from the policy. Where the cell tries little-known arms, one term more says
by how much a draw of what the arm may be like differs from what is expected of it.
"""

from __future__ import annotations

from cobot_alloc.domain.candidate import CostTerm
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.experience.belief import Belief, belief_about
from cobot_alloc.domain.experience.draws import draw
from cobot_alloc.domain.forecast import Forecast
from cobot_alloc.domain.geometry import distance_m
from cobot_alloc.domain.labour import Load
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task

#: Assumed seconds for a task before any was measured.
ASSUMED_ARM_WORK_S = 5.0
#: Of a person: for something by hand at a known place, and for anything else.
ASSUMED_HAND_WORK_S = 10.0
ASSUMED_PERSON_WORK_S = 60.0
#: Assumed speed of a tool centre point between locations, metres per second.
ASSUMED_TCP_SPEED_MPS = 0.5

#: What a question costs a person, seconds.
QUESTION_S = 60.0

#: The term that a draw makes.
EXPLORATION = 'exploration'


def cost_terms(
    record: TaskRecord, candidate: AgentRecord, state: CellState, rules: CellRules, *, now_s: float
) -> tuple[CostTerm, ...]:
    """
    Return the terms of the agent's cost for the task.

    Whole milliseconds, so that what is kept and shown is what was compared.
    """
    task, policy = record.task, rules.preferences.policy
    belief = belief_of(task, candidate, state, rules)
    wait_s = _wait_s(candidate, state, rules, now_s)
    weighing = _Weighing(task, belief.power_w, rules, wait_s=wait_s, now_s=now_s)
    questions_per_h = 0.0 if candidate.is_person else belief.exceptions_per_h
    work = 'work_measured' if belief.runs else 'work_assumed'
    terms = {'wait': policy.flow * wait_s}
    terms |= weighing.terms(belief.work_s, belief.success, questions_per_h, work=work)
    if candidate.is_person:
        strain = strain_of(task, candidate, belief.work_s, state, rules, now_s=now_s)
        terms['heavy'] = policy.heavy * strain.heavy_s
        terms['repetitive'] = policy.repetitive * strain.repetitive_s
        terms['awkward'] = policy.awkward * strain.awkward_s
    elif rules.preferences.seed is not None:
        terms[EXPLORATION] = _exploration(
            weighing, belief, seed=rules.preferences.seed,
            purpose=f'{task.task_id} {record.version} {candidate.agent.agent_id}',
        )  # fmt: skip
    return tuple(
        CostTerm(name=name, seconds=round(seconds, 3))
        for name, seconds in terms.items()
        if seconds or name in ('wait', work)
    )


def forecast(
    record: TaskRecord, candidate: AgentRecord, state: CellState, rules: CellRules
) -> Forecast:
    """Return what is expected of the agent at the task."""
    belief = belief_of(record.task, candidate, state, rules)
    return Forecast(
        work_s=round(belief.work_s, 3),
        low_s=round(belief.duration_quantile_s(0.05), 3),
        high_s=round(belief.duration_quantile_s(0.95), 3),
        success=round(belief.success, 4),
        exceptions_per_h=round(belief.exceptions_per_h, 4),
        energy_j=round(belief.power_w * belief.work_s, 1),
        runs=belief.runs,
    )


def belief_of(task: Task, candidate: AgentRecord, state: CellState, rules: CellRules) -> Belief:
    """Return what is believed of the agent's run at the task."""
    agent = candidate.agent
    return belief_about(
        state.experience,
        skill=task.skill,
        agent_kind=agent.kind,
        agent_id=agent.agent_id,
        part=task.part,
        assumed_s=_assumed_s(task, candidate, rules),
    )


def strain_of(
    task: Task,
    candidate: AgentRecord,
    work_s: float,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
) -> Load:
    """Return what the task asks of a person, each second the dearer the more they have borne."""
    ergonomics, places = rules.preferences.ergonomics, rules.locations
    load = ergonomics.load_of(task, work_s, places)
    if load == Load():
        return load
    spells = state.labour.get(candidate.agent.agent_id, ())
    return ergonomics.strain(load, ergonomics.load_borne(spells, now_s=now_s, places=places))


class _Weighing:
    """What the policy makes of an expectation."""

    def __init__(
        self, task: Task, power_w: float, rules: CellRules, *, wait_s: float, now_s: float
    ) -> None:
        self._policy = rules.preferences.policy
        self._deadline_s = task.deadline_s
        self._begins_s = now_s + wait_s
        self._power_w = power_w

    def terms(
        self, work_s: float, success: float, exceptions_per_h: float, *, work: str = 'work'
    ) -> dict[str, float]:
        policy = self._policy
        late_s = 0.0
        if self._deadline_s is not None:
            late_s = max(0.0, self._begins_s + work_s - self._deadline_s)
        energy_j = self._power_w * work_s
        return {
            work: policy.flow * work_s,
            'lateness': policy.lateness * late_s,
            'rework': policy.rework * (1.0 - success) * work_s,
            'questions': policy.rework * QUESTION_S * exceptions_per_h * work_s / 3600.0,
            'energy': policy.energy * energy_j,
            'carbon': policy.carbon * energy_j * policy.carbon_per_j(self._begins_s),
        }


def _exploration(weighing: _Weighing, belief: Belief, *, seed: int, purpose: str) -> float:
    drawn = draw(belief, seed=seed, purpose=purpose)
    as_drawn = weighing.terms(drawn.work_s, drawn.success, drawn.exceptions_per_h)
    expected = weighing.terms(belief.work_s, belief.success, belief.exceptions_per_h)
    return sum(as_drawn.values()) - sum(expected.values())


def _wait_s(candidate: AgentRecord, state: CellState, rules: CellRules, now_s: float) -> float:
    in_hand = state.task_of(candidate.agent.agent_id)
    if in_hand is None:
        return 0.0
    whole_s = belief_of(in_hand.task, candidate, state, rules).work_s
    begun_s = in_hand.handed_s if candidate.is_person else None
    if in_hand.attempt is not None and not candidate.is_person:
        begun_s = in_hand.attempt.started_s
    return max(0.0, whole_s - (now_s - begun_s)) if begun_s is not None else whole_s


def _assumed_s(task: Task, candidate: AgentRecord, rules: CellRules) -> float:
    if candidate.is_person:
        by_hand = not task.judgement and bool(task.source and task.target)
        return ASSUMED_HAND_WORK_S if by_hand else ASSUMED_PERSON_WORK_S
    return ASSUMED_ARM_WORK_S + _travel_s(task, candidate, rules)


def _travel_s(task: Task, candidate: AgentRecord, rules: CellRules) -> float:
    stops = [
        rules.locations[name] for name in (task.source, task.target) if name in rules.locations
    ]
    path = [candidate.agent.base, *stops, candidate.agent.base]
    return sum(map(distance_m, path, path[1:])) / ASSUMED_TCP_SPEED_MPS
