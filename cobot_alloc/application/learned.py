"""What a cell has learned, scope by scope, with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.allocation.expectation import (
    ASSUMED_ARM_WORK_S,
    ASSUMED_PERSON_WORK_S,
    ASSUMED_TOGETHER_WORK_S,
)
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.experience.belief import assumption, Belief, belief_along
from cobot_alloc.domain.experience.evidence import Scope
from cobot_alloc.domain.identifiers import AgentId

#: Of everything that is believed, this much lies within the ranges: nine in ten.
LOW, HIGH = 0.05, 0.95

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """
    What is believed in one scope; ranges hold nine tenths of the belief.

    :ivar agent_id: empty: all agents of the kind; ``part_kind`` likewise.
    :ivar together: of arms at work together with a person.
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
    together: bool
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
    """Return what the state knows, by skill, kind of agent, alone first, agent, kind of part."""
    return tuple(_lesson(scope, state) for scope in sorted(state.experience, key=_rank))


def _rank(scope: Scope) -> tuple[str, str, bool, str, str]:
    return (scope.skill, scope.agent_kind, scope.together, scope.agent_id, scope.part_kind)


def _lesson(scope: Scope, state: CellState) -> Lesson:
    evidence = state.experience[scope]
    belief = _belief(scope, state)
    widest = state.experience.get(_down_to(scope)[0], evidence)
    share = evidence.share_after(widest.skill_runs)
    return Lesson(
        skill=scope.skill,
        agent_kind=scope.agent_kind.value,
        agent_id=scope.agent_id,
        part_kind=scope.part_kind,
        together=scope.together,
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
    assumed_s = ASSUMED_TOGETHER_WORK_S if scope.together else _ASSUMED_S[scope.agent_kind]
    return belief_along(state.experience, _down_to(scope), assumption(assumed_s, scope.agent_kind))


_ASSUMED_S = {AgentKind.ARM: ASSUMED_ARM_WORK_S, AgentKind.PERSON: ASSUMED_PERSON_WORK_S}


def _down_to(scope: Scope) -> list[Scope]:
    """Return a scope and those that hold it, the widest first."""
    agent = scope._replace(part_kind='')
    return list(dict.fromkeys((agent._replace(agent_id=AgentId('')), agent, scope)))
