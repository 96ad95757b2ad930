"""
Who may: the hard conditions that rule an agent out for a task, with reason codes.

Where a task may be done together, an arm with a person who helps is a candidate of its own: what
is asked of an arm is asked of the arm, what is asked of a person of the helper. The helper needs
the skill as well, and carries nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import math
from typing import NamedTuple

from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.allocation.expectation import belief_of
from cobot_alloc.domain.allocation.order_targets import weight_of
from cobot_alloc.domain.candidate import Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.codes import ReasonCode
from cobot_alloc.domain.experience.belief import Belief
from cobot_alloc.domain.geometry import distance_m
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.labour import HOUR_S
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.weighing import is_worth_waiting
from cobot_alloc.domain.setting_up import changeover
from cobot_alloc.domain.task import Task, WorkMode

#: An agent alone, or an arm and the person who helps.
Crew = tuple[AgentRecord, AgentRecord | None]


def crews(task: Task, agents: Iterable[AgentRecord]) -> Iterator[Crew]:
    """
    Return whoever is to be considered for a task: each agent alone, then arms with helpers.

    Of arms and people only those with the skill: of the others it is said where they are alone.
    """
    agents = tuple(agents)
    yield from ((agent, None) for agent in agents)
    if task.allows(WorkMode.TOGETHER):
        skilled = [agent for agent in agents if task.skill in agent.agent.skills]
        people = [agent for agent in skilled if agent.is_person]
        yield from ((arm, person) for arm in skilled if not arm.is_person for person in people)


def alone(agent: AgentRecord) -> WorkMode:
    """Return the mode in which an agent does a task without another."""
    return WorkMode.PERSON if agent.is_person else WorkMode.ARM


def lasting_reasons(
    record: TaskRecord,
    candidate: AgentRecord,
    rules: CellRules,
    *,
    helper: AgentRecord | None = None,
) -> tuple[Reason, ...]:
    """Return why the agent, alone or with a helper, can never do the task."""
    if helper is None:
        reasons = tuple(_lasting(record, candidate, rules))
        return (*_mode(record.task, candidate), *reasons) if record.task.modes else reasons
    return (
        *_of(candidate, _lasting(record, candidate, rules)),
        *_of(helper, _lasting_of_helper(record, helper, rules)),
    )


def passing_reasons(
    candidate: AgentRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    helper: AgentRecord | None = None,
) -> tuple[Reason, ...]:
    """Return why the agent, alone or with a helper, cannot be given anything at this moment."""
    reasons = (*_passing(candidate, state), *_away(candidate, rules, now_s))
    if helper is None:
        return reasons
    of_helper = (*_passing(helper, state), *_away(helper, rules, now_s))
    return (*_of(candidate, reasons), *_of(helper, of_helper))


def reserve_reasons(
    record: TaskRecord,
    candidate: AgentRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    helper: AgentRecord | None = None,
) -> tuple[Reason, ...]:
    """Return why the agents' time or their energy is not to be spent on the task now."""
    requirements = rules.limits.requirements
    carbon = rules.preferences.policy.carbon
    if not (requirements.absences or requirements.energy_budgets or carbon):
        return ()
    belief = belief_of(record.task, candidate, state, rules, together=helper is not None)
    work_s = belief.work_s + changeover(record.task, candidate, state, rules).seconds
    reasons = (
        *_runs_into_absence(candidate, work_s, rules, now_s),
        *_energy_spent(candidate, belief, state, rules, now_s),
        *_in_cleaner_hours(record, belief, state, rules, now_s),
    )
    if helper is None:
        return reasons
    of_helper = _runs_into_absence(helper, work_s, rules, now_s)
    return (*_of(candidate, reasons), *_of(helper, of_helper))


def area_reasons(
    record: TaskRecord, candidate: AgentRecord, state: CellState, rules: CellRules
) -> tuple[Reason, ...]:
    """Return why the arm must keep out of where the task is at this moment."""
    areas = rules.areas_of(record.task)
    return tuple(
        Reason(
            code=ReasonCode.AREA_TAKEN,
            text=f'{use.holder} has task {use.task_id} in hand in the same area',
        )
        for use in (areas_in_use(state, rules) if areas else ())
        if use.keeps_out(candidate, areas)
    )


class AreaUse(NamedTuple):
    """A task in hand that reaches into exclusive areas."""

    task_id: TaskId
    holder: AgentId
    areas: frozenset[str]

    def keeps_out(self, candidate: AgentRecord, areas: frozenset[str]) -> bool:
        """Tell whether an agent must not reach into any of these areas now."""
        others = self.holder != candidate.agent.agent_id and not candidate.is_person
        return others and not self.areas.isdisjoint(areas)


def areas_in_use(state: CellState, rules: CellRules) -> list[AreaUse]:
    """Return which exclusive areas are in use by whom."""
    return [
        AreaUse(task_id, holder, areas)
        for task_id, holder in state.in_hand.items()
        if (areas := rules.areas_of(state.tasks[task_id].task))
    ]


def _of(agent: AgentRecord, reasons: Iterable[Reason]) -> Iterator[Reason]:
    """Say of one of two whose reasons they are."""
    for reason in reasons:
        yield Reason(code=reason.code, text=f'{agent.agent.agent_id} {reason.text}')


def _mode(task: Task, candidate: AgentRecord) -> Iterator[Reason]:
    if not task.allows(alone(candidate)):
        modes = ' or '.join(_MODES[mode] for mode in task.modes)
        yield Reason(
            code=ReasonCode.MODE_NOT_ALLOWED, text=f'would do it alone, it is to be done {modes}'
        )


_MODES = {
    WorkMode.ARM: 'by an arm',
    WorkMode.PERSON: 'by a person',
    WorkMode.TOGETHER: 'by an arm and a person together',
}


def _lasting_of_helper(
    record: TaskRecord, helper: AgentRecord, rules: CellRules
) -> Iterator[Reason]:
    yield from _unfit(record.task, helper)
    yield from _unequipped(record.task, helper, rules)
    yield from _excluded(record, helper)


def _unfit(task: Task, candidate: AgentRecord) -> Iterator[Reason]:
    if task.skill not in candidate.agent.skills:
        yield Reason(code=ReasonCode.SKILL_MISSING, text=f'lacks the skill {task.skill}')
    if candidate.is_person and task.is_hazardous:
        hazards = ', '.join(sorted(task.hazards))
        yield Reason(
            code=ReasonCode.HAZARD_NOT_FOR_PEOPLE, text=f'a person, and the task has {hazards}'
        )


def _excluded(record: TaskRecord, candidate: AgentRecord) -> Iterator[Reason]:
    if candidate.agent.agent_id in record.excluded:
        yield Reason(code=ReasonCode.EXCLUDED, text='failed at it before and was ruled out')


def _lasting(record: TaskRecord, candidate: AgentRecord, rules: CellRules) -> Iterator[Reason]:
    task, agent = record.task, candidate.agent
    yield from _unfit(task, candidate)
    if task.judgement and not candidate.is_person:
        yield Reason(
            code=ReasonCode.JUDGEMENT_NEEDS_PERSON, text='not a person, and judgement is needed'
        )
    if task.payload_kg > agent.payload_kg:
        yield Reason(
            code=ReasonCode.TOO_HEAVY,
            text=f'lifts {agent.payload_kg:g} kg, the part has {task.payload_kg:g} kg',
        )
    yield from _unequipped(task, candidate, rules)
    yield from _out_of_reach(task, candidate, rules)
    if record.excluded:
        yield from _excluded(record, candidate)


def _unequipped(task: Task, candidate: AgentRecord, rules: CellRules) -> Iterator[Reason]:
    agent, requirements = candidate.agent, rules.limits.requirements
    if candidate.is_person:
        for rule in requirements.certificates:
            if rule.skill == task.skill and rule.certificate not in agent.certificates:
                text = f'has no certificate {rule.certificate}, which {task.skill} needs'
                yield Reason(code=ReasonCode.CERTIFICATE_MISSING, text=text)
        return
    tools = rules.tools.get(agent.agent_id)
    for need in requirements.tools:
        if need.skill == task.skill and tools is not None and tools.isdisjoint(need.tools):
            has, needs = ', '.join(sorted(tools)), ' or '.join(need.tools)
            yield Reason(
                code=ReasonCode.TOOL_MISSING, text=f'has {has}, {task.skill} needs {needs}'
            )


def _out_of_reach(task: Task, candidate: AgentRecord, rules: CellRules) -> Iterator[Reason]:
    agent = candidate.agent
    unreachable = rules.unreachable.get(agent.agent_id, frozenset())
    for name in (task.source, task.target, task.station):
        if name in unreachable:
            text = f'no posture of its joints brings its tool to {name}'
            yield Reason(code=ReasonCode.OUT_OF_REACH, text=text)
            continue
        place = rules.locations.get(name)
        if place is None:
            continue
        distance = distance_m(agent.base, place)
        if agent.reach_m is not None and distance > agent.reach_m:
            yield Reason(
                code=ReasonCode.OUT_OF_REACH,
                text=f'reaches {agent.reach_m:g} m, {name} is {distance:.2f} m from its base',
            )


def _passing(candidate: AgentRecord, state: CellState) -> Iterator[Reason]:
    if candidate.health is not Health.READY:
        yield Reason(code=ReasonCode.OFFLINE, text=candidate.cause or 'not heard of')
        return
    in_hand = state.task_of(candidate.agent.agent_id)
    if in_hand is not None:
        yield Reason(code=ReasonCode.BUSY, text=_at_work(candidate.agent.agent_id, in_hand))
    if candidate.is_person:
        return
    if candidate.foreign:
        text = f'is at attempt {candidate.foreign}, which is not of this allocator or given up'
        yield Reason(code=ReasonCode.BUSY_ELSEWHERE, text=text)
    if state.mode not in MOVING:
        yield Reason(code=ReasonCode.CELL_NOT_MOVING, text=f'the cell is {state.mode.value}')
    if not candidate.may_move:
        cause = f': {candidate.cause}' if candidate.cause else ''
        yield Reason(code=ReasonCode.NOT_MOVING, text=f'is {candidate.mode.value} and held{cause}')


def _at_work(agent_id: AgentId, in_hand: TaskRecord) -> str:
    task_id = in_hand.task.task_id
    if agent_id != in_hand.holder:
        return f'works with {in_hand.holder} at task {task_id}'
    return f'has task {task_id} in hand'


def _away(candidate: AgentRecord, rules: CellRules, now_s: float) -> Iterator[Reason]:
    for absence in rules.limits.requirements.absences:
        time = absence.next(now_s) if absence.agent == candidate.agent.agent_id else None
        if time is not None and time[0] <= now_s:
            text = f'is away until {time[1]:.0f} s: {absence.reason}'
            yield Reason(code=ReasonCode.AWAY, text=text)


def _runs_into_absence(
    candidate: AgentRecord, work_s: float, rules: CellRules, now_s: float
) -> Iterator[Reason]:
    for absence in rules.limits.requirements.absences:
        time = absence.next(now_s) if absence.agent == candidate.agent.agent_id else None
        if time is None or time[0] <= now_s:
            continue
        between_s = absence.every_s - (time[1] - time[0]) if absence.every_s else math.inf
        # What fits between no two absences may begin at any time, or it never would.
        if now_s + work_s > time[0] and work_s <= between_s:
            text = (
                f'is away from {time[0]:.0f} s on ({absence.reason}), and the work would take'
                f' {work_s:.0f} s'
            )
            yield Reason(code=ReasonCode.AWAY_SOON, text=text)


def _energy_spent(
    candidate: AgentRecord, belief: Belief, state: CellState, rules: CellRules, now_s: float
) -> Iterator[Reason]:
    for budget in rules.limits.requirements.energy_budgets:
        drawn = state.energy.get(candidate.agent.agent_id)
        if budget.agent != candidate.agent.agent_id or drawn is None:
            continue
        if drawn.hour != int(now_s // HOUR_S):
            continue
        needed_j = belief.power_w * belief.work_s
        if drawn.joules + needed_j > budget.joules_per_hour:
            text = (
                f'has drawn {drawn.joules:.0f} J of {budget.joules_per_hour:.0f} J in this hour,'
                f' and the work would take {needed_j:.0f} J'
            )
            yield Reason(code=ReasonCode.ENERGY_SPENT, text=text)


def _in_cleaner_hours(
    record: TaskRecord,
    belief: Belief,
    state: CellState,
    rules: CellRules,
    now_s: float,
) -> Iterator[Reason]:
    """Keep what has no place in the plan yet for an hour that saves more than waiting costs."""
    task, policy = record.task, rules.preferences.policy
    hours = list(policy.cleaner_hours(now_s))
    if task.task_id in state.plan or not hours:
        return
    order = state.orders.get(task.order_id)
    # An order waits once, whatever many of its tasks do.
    energy_j = belief.power_w * belief.work_s * (1 if order is None else order.open_tasks)
    now_per_j = policy.carbon_per_j(now_s)
    latest_s = math.inf if task.deadline_s is None else task.deadline_s - belief.work_s
    for begin_s, per_j in hours:
        grams = energy_j * (now_per_j - per_j)
        if begin_s <= latest_s and is_worth_waiting(
            policy, waits_s=begin_s - now_s, saved_g=grams, weight=weight_of(task)
        ):
            text = f'could wait until {begin_s:.0f} s, a cleaner hour, and save {grams:.1f} g CO2e'
            yield Reason(code=ReasonCode.CLEANER_HOUR, text=text)
            return
