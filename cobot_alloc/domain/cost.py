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

#: What a question costs a person, seconds.
QUESTION_S = 60.0

#: The term that a draw makes.
EXPLORATION = 'exploration'


def cost_terms(
    record: TaskRecord,
    candidate: AgentRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    helper: AgentRecord | None = None,
) -> tuple[CostTerm, ...]:
    """
    Return the terms of the agent's cost for the task, alone or together with a helper.

    Whole milliseconds, so that what is kept and shown is what was compared.
    """
    task, policy = record.task, rules.preferences.policy
    belief = belief_of(task, candidate, state, rules, together=helper is not None)
    wait_s = free_in_s(candidate, state, rules, now_s=now_s)
    if helper is not None:
        wait_s = max(wait_s, free_in_s(helper, state, rules, now_s=now_s))
    setup_s = changeover(task, candidate, state, rules).seconds
    weighing = _Weighing(task, belief.power_w, rules, begins_s=now_s + wait_s + setup_s)
    questions_per_h = 0.0 if candidate.is_person else belief.exceptions_per_h
    work = 'work_measured' if belief.runs else 'work_assumed'
    terms = {'wait': policy.flow * wait_s, 'setup': policy.flow * setup_s}
    terms |= weighing.terms(belief.work_s, belief.success, questions_per_h, work=work)
    person = candidate if candidate.is_person else helper
    if person is not None:
        strain = strain_of(task, person, belief.work_s, state, rules, now_s=now_s)
        terms['heavy'] = policy.heavy * strain.heavy_s
        terms['repetitive'] = policy.repetitive * strain.repetitive_s
        terms['awkward'] = policy.awkward * strain.awkward_s
    if not candidate.is_person and rules.preferences.seed is not None:
        # One draw for an arm with whomever: the belief is about the arm.
        how = ' together' if helper is not None else ''
        terms[EXPLORATION] = _exploration(
            weighing, belief, seed=rules.preferences.seed,
            purpose=f'{task.task_id} {record.version} {candidate.agent.agent_id}{how}',
        )  # fmt: skip
    return tuple(
        CostTerm(name=name, seconds=round(seconds, 3))
        for name, seconds in terms.items()
        if seconds or name in ('wait', work)
    )


def forecast(
    record: TaskRecord,
    candidate: AgentRecord,
    state: CellState,
    rules: CellRules,
    *,
    together: bool = False,
) -> Forecast:
    """Return what is expected of the agent at the task."""
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

    def __init__(self, task: Task, power_w: float, rules: CellRules, *, begins_s: float) -> None:
        self._policy = rules.preferences.policy
        self._deadline_s = task.deadline_s
        self._begins_s = begins_s
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


def free_in_s(
    candidate: AgentRecord, state: CellState, rules: CellRules, *, now_s: float
) -> float:
    """Return in how many seconds the agent is expected to be free; 0 where that is overdue."""
    return max(0.0, due_in_s(candidate, state, rules, now_s=now_s))


def due_in_s(candidate: AgentRecord, state: CellState, rules: CellRules, *, now_s: float) -> float:
    """Return the same, below 0 by how long it has been overdue."""
    in_hand = state.task_of(candidate.agent.agent_id)
    if in_hand is None:
        return 0.0
    attempt = in_hand.open_attempt
    holder = candidate if attempt is None else state.agents.get(attempt.agent_id, candidate)
    together = attempt is not None and bool(attempt.helper)
    whole_s = belief_of(in_hand.task, holder, state, rules, together=together).work_s
    whole_s += in_hand.changeover.seconds
    begun_s = in_hand.handed_s if attempt is None else attempt.started_s
    return whole_s - (now_s - begun_s) if begun_s is not None else whole_s


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
