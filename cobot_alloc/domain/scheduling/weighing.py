"""
What a way to do an operation costs, term by term, in seconds of one order's waiting.

The one place where the weights of a policy meet what is expected. A plan adds these terms up over
a schedule; a dispatcher compares them between candidates for one operation, which it weighs as a
plan would that had nothing else to do. What only a plan can know is left to the plan: when an
order as a whole ends, and what a change of agents costs (``PLAN_ONLY``).
"""

from __future__ import annotations

from typing import NamedTuple

from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import Mode, Operation, Strain

#: What a question costs a person, seconds.
QUESTION_S = 60.0

#: Terms that an operation by itself does not have.
PLAN_ONLY = frozenset({'switching'})


class Expectation(NamedTuple):
    """
    What is expected of a way to do an operation: of a mode, or of one that is no mode yet.

    :ivar duration_s: of the work, without setup; the other figures as of a ``Mode``.
    """

    duration_s: float
    energy_j: float = 0.0
    rework: float = 0.0
    questions: float = 0.0
    strain: Strain = Strain()


def time_terms(
    policy: Policy,
    *,
    since_s: float,
    end_s: float,
    deadline_s: float | None = None,
    weight: float = 1.0,
) -> dict[str, float]:
    """
    Return what it costs that an operation, or an order, ends then.

    :param since_s: its time in the cell counts from here.
    :param weight: how much its time counts.
    """
    late_s = 0.0 if deadline_s is None else max(0.0, end_s - deadline_s)
    return {
        'flow': policy.flow * weight * (end_s - since_s),
        'lateness': policy.lateness * weight * late_s,
    }


def mode_terms(policy: Policy, mode: Mode | Expectation) -> dict[str, float]:
    """Return what a way to do an operation costs whenever it is done."""
    return {
        'rework': policy.rework * mode.rework * mode.duration_s,
        'questions': policy.rework * QUESTION_S * mode.questions,
        'energy': policy.energy * mode.energy_j,
        'heavy': policy.heavy * mode.strain.heavy_s,
        'repetitive': policy.repetitive * mode.strain.repetitive_s,
        'awkward': policy.awkward * mode.strain.awkward_s,
    }


def carbon_s(policy: Policy, energy_j: float, start_s: float) -> float:
    """Return what the carbon costs of energy whose use begins then: all is of that hour."""
    return policy.carbon * energy_j * policy.carbon_per_j(start_s)


def switching_s(policy: Policy, operation: Operation, mode: Mode) -> float:
    """Return what it costs that a mode moves an operation to other agents than planned."""
    moved = bool(operation.planned) and set(operation.planned) != set(mode.agents)
    return policy.switching * moved


def operation_terms(
    policy: Policy,
    mode: Mode | Expectation,
    *,
    since_s: float,
    start_s: float,
    deadline_s: float | None = None,
    weight: float = 1.0,
) -> dict[str, float]:
    """
    Return what an operation costs that is all there is to do, if it starts then.

    :param since_s: time counts from here.
    """
    end_s = start_s + mode.duration_s
    return {
        'makespan': policy.makespan * (end_s - since_s),
        **time_terms(policy, since_s=since_s, end_s=end_s, deadline_s=deadline_s, weight=weight),
        **mode_terms(policy, mode),
        'carbon': carbon_s(policy, mode.energy_j, start_s),
    }


def is_worth_waiting(
    policy: Policy, *, waits_s: float, saved_g: float, weight: float = 1.0
) -> bool:
    """Tell whether so many grams of CO2 equivalent are worth more than the wait for them."""
    return policy.carbon * saved_g > policy.flow * weight * waits_s
