"""What a cell has learned, scope by scope, with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.cost import ASSUMED_ARM_WORK_S, ASSUMED_PERSON_WORK_S
from cobot_alloc.domain.experience.belief import assumption, Belief, belief_along
from cobot_alloc.domain.experience.evidence import Scope

#: Of everything that is believed, this much lies within the ranges: nine in ten.
LOW, HIGH = 0.05, 0.95

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """
    What is believed in one scope; ranges hold nine tenths of the belief.

    :ivar agent_id: empty: all agents of the kind; ``part_kind`` likewise.
    :ivar runs: attempts that it was learned from.
    :ivar remembered: what they still count, in runs.
    :ivar work_s: expected duration, and the range of what it may be.
    :ivar next_s: range of the next run.
    :ivar success: probability, and its range.
    :ivar questions_per_h: rate of questions to a person, and its range.
    :ivar power_w: electrical, while at work.
    """

    skill: str
    agent_kind: str
    agent_id: str
    part_kind: str
    runs: int
    remembered: float
    work_s: float
    work_range_s: Range
    next_s: Range
    success: float
    success_range: Range
    questions_per_h: float
    questions_range_per_h: Range
    power_w: float


def learned(state: CellState) -> tuple[Lesson, ...]:
    """Return what the state knows, by skill, kind of agent, agent and kind of part."""
    return tuple(_lesson(scope, state) for scope in sorted(state.experience))


def _lesson(scope: Scope, state: CellState) -> Lesson:
    evidence = state.experience[scope]
    belief = _belief(scope, state)
    widest = state.experience.get(Scope(scope.skill, scope.agent_kind), evidence)
    share = evidence.share_after(widest.skill_runs)
    return Lesson(
        skill=scope.skill,
        agent_kind=scope.agent_kind.value,
        agent_id=scope.agent_id,
        part_kind=scope.part_kind,
        runs=evidence.runs,
        remembered=share * (evidence.successes + evidence.failures),
        work_s=belief.work_s,
        work_range_s=(belief.work_quantile_s(LOW), belief.work_quantile_s(HIGH)),
        next_s=(belief.duration_quantile_s(LOW), belief.duration_quantile_s(HIGH)),
        success=belief.success,
        success_range=(belief.success_quantile(LOW), belief.success_quantile(HIGH)),
        questions_per_h=belief.exceptions_per_h,
        questions_range_per_h=(
            belief.exceptions_quantile_per_h(LOW),
            belief.exceptions_quantile_per_h(HIGH),
        ),
        power_w=belief.power_w,
    )


def _belief(scope: Scope, state: CellState) -> Belief:
    person = scope.agent_kind is AgentKind.PERSON
    assumed = ASSUMED_PERSON_WORK_S if person else ASSUMED_ARM_WORK_S
    chain = [Scope(scope.skill, scope.agent_kind)]
    if scope.agent_id:
        chain.append(Scope(scope.skill, scope.agent_kind, scope.agent_id))
    if scope.part_kind:
        chain.append(scope)
    return belief_along(state.experience, chain, assumption(assumed, scope.agent_kind))
