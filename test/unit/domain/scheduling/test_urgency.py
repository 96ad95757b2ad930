"""What is urgent goes first where that costs nothing."""

from __future__ import annotations

from hypothesis import given, settings
from support.scheduling import a_problem, an_operation, problems

from cobot_alloc.domain.scheduling.construction import construct
from cobot_alloc.domain.scheduling.dispatch import cost_of, dispatch_schedule, schedule_of
from cobot_alloc.domain.scheduling.dispatch_rules import rules
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.urgency import urgent_first


def test_what_much_waits_for_goes_before_what_nothing_waits_for() -> None:
    """One arm is busy for 12 s in any order; the chain of three begins, and all can follow it."""
    problem = a_problem(
        an_operation('spare', ('panda', 3)),
        an_operation('first', ('panda', 3)),
        an_operation('second', ('panda', 3), predecessors=('first',)),
        an_operation('third', ('panda', 3), predecessors=('second',)),
    )
    indexed = index(problem)
    poor = ([0, 1, 2, 3], [choices[0] for choices in indexed.modes_of])
    sequence, _ = urgent_first(indexed, poor)
    assert sequence[:2] == [1, 2]
    assert next(iter(dispatch_schedule(problem).placements)) == 'first'


def test_what_would_make_it_dearer_stays_where_it_is() -> None:
    """The kuka waits for the short one: it goes first, though the long one is not done sooner."""
    problem = a_problem(
        an_operation('short', ('panda', 1)),
        an_operation('behind', ('kuka', 9), predecessors=('short',)),
        an_operation('long', ('panda', 8)),
    )
    indexed = index(problem)
    best = ([0, 1, 2], [choices[0] for choices in indexed.modes_of])
    assert urgent_first(indexed, best) == best


@settings(max_examples=100)
@given(problem=problems(most=8))
def test_it_never_costs_more_and_breaks_no_rule(problem: SchedulingProblem) -> None:
    """Whatever it begins with, and whatever the problem: setups, windows, areas, deadlines."""
    indexed = index(problem)
    for rule in rules(indexed).values():
        choice = construct(indexed, rule)
        found = urgent_first(indexed, choice)
        assert found[1] == choice[1]
        assert cost_of(indexed, found) <= cost_of(indexed, choice) + 1e-6
        before = violations(problem, schedule_of(indexed, choice, origin=''))
        assert violations(problem, schedule_of(indexed, found, origin='')) == () or before
