"""The cost of a schedule in whole numbers, and what a solver's bound says in seconds."""

from __future__ import annotations

from collections.abc import Sequence
import math
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from cobot_alloc.planning.cp_times import Times
from cobot_alloc.planning.ticks import decimals, SAME

#: The objective at most; solvers give their bounds as floating point numbers.
MOST = 2**50


class Term(NamedTuple):
    """
    A part of a cost.

    :ivar each_s: cost of each unit, in seconds.
    :ivar units: an expression that is never negative.
    :ivar most: units at most.
    """

    each_s: float
    units: Any
    most: int


class Objective:
    """
    A sum of terms as a whole number of some fraction of a second, rounded down.

    :ivar rounding_s: by how much the terms may be more than that.
    """

    def __init__(self, model: cp_model.CpModel, terms: Sequence[Term], constant_s: float) -> None:
        """
        Let a model minimise it.

        :param constant_s: what every schedule costs.
        """
        most_s = sum(each_s * most for each_s, _, most in terms)
        digits = math.floor(math.log10(MOST / max(most_s, 1.0)))
        self._per_s = 10.0 ** decimals([each_s for each_s, _, _ in terms], digits)
        weights = [math.floor(each_s * self._per_s * (1 + SAME)) for each_s, _, _ in terms]
        self.rounding_s = sum(
            max(0.0, term.each_s - weight / self._per_s) * term.most
            for weight, term in zip(weights, terms, strict=True)
        )
        self._constant_s = constant_s
        model.minimize(
            sum(weight * term.units for weight, term in zip(weights, terms, strict=True))
        )

    def bound_s(self, solver: cp_model.CpSolver) -> float:
        """Return what a solver has shown that every solution costs at least, in seconds."""
        return self._constant_s + solver.best_objective_bound / self._per_s


def cost_of_times(times: Times) -> Objective:
    """Let a model minimise the cost by the policy, of all schedules that have these times."""
    ticks, problem = times.ticks, times.ticks.problem
    weight, tick_s = problem.policy.makespan, ticks.tick_s
    terms: list[Term] = []
    constant_s = weight * ticks.origin_s
    if weight:
        last = [i for i, after in enumerate(problem.successors) if not after]
        terms.append(Term(weight * tick_s, times.latest(last), times.horizon))
    for members, arrived, deadline, flow, late in problem.goals:
        end = times.latest(members)
        constant_s -= flow * arrived * tick_s
        terms.append(Term(flow * tick_s, end, times.horizon))
        if late and deadline < times.horizon:
            terms.append(_lateness(times, members, end, int(deadline), late * tick_s))
    for options in times.options:
        costs_s = [
            problem.fixed_s[option.mode] + ticks.carbon_s[option.mode] for option in options
        ]
        constant_s += min(costs_s)
        terms += [
            Term(cost_s - min(costs_s), option.literal, 1)
            for cost_s, option in zip(costs_s, options, strict=True)
        ]
    return Objective(times.model, [term for term in terms if term.each_s], constant_s)


def _lateness(
    times: Times, members: Sequence[int], end: Any, deadline: int, each_s: float
) -> Term:
    most = times.horizon - deadline
    lateness = times.model.new_int_var(0, most, '')
    times.model.add(lateness >= end - deadline)
    times.model.add_hint(lateness, max(0, max(times.hint_ends[i] for i in members) - deadline))
    return Term(each_s, lateness, most)
