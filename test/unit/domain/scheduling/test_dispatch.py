"""The dispatch pass: always a schedule, always one that the problem allows, no chance in it."""

from typing import Any

from hypothesis import given
import pytest
from support.scheduling import a_problem, an_agent, an_operation, problems

from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.scheduling.construction import construct
from cobot_alloc.domain.scheduling.dispatch import (
    choice_of,
    cost_of,
    dispatch_schedule,
    schedule_of,
)
from cobot_alloc.domain.scheduling.dispatch_rules import rules
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.objective import cost_terms
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import (
    Mode,
    Operation,
    OrderTarget,
    SchedulingProblem,
    Underway,
)


@given(problem=problems())
def test_it_keeps_to_every_problem(problem: SchedulingProblem) -> None:
    """Whatever the problem has: modes, predecessors, setups, windows, areas, work under way."""
    schedule = dispatch_schedule(problem)
    assert violations(problem, schedule) == ()


@given(problem=problems())
def test_its_cost_is_the_sum_of_the_terms(problem: SchedulingProblem) -> None:
    """The searches count as the explanation does."""
    schedule = dispatch_schedule(problem)
    assert schedule.cost_s == pytest.approx(sum(cost_terms(problem, schedule).values()))


@given(problem=problems())
def test_it_is_no_worse_than_any_rule(problem: SchedulingProblem) -> None:
    """The best rule is where it begins."""
    indexed = index(problem)
    schedule = dispatch_schedule(problem)
    for rule in rules(indexed).values():
        assert schedule.cost_s <= cost_of(indexed, construct(indexed, rule)) + 1e-6


@given(problem=problems())
def test_the_plan_in_force_is_never_made_worse(problem: SchedulingProblem) -> None:
    """From the plan of a moment ago, what comes out costs no more; the same twice is the same."""
    plan = dispatch_schedule(problem, seed=1)
    again = dispatch_schedule(problem, incumbent=plan)
    assert again.cost_s <= plan.cost_s + 1e-6
    assert dispatch_schedule(problem, incumbent=plan) == again


def test_nothing_to_do_is_a_schedule() -> None:
    """No tasks cost nothing."""
    assert dispatch_schedule(a_problem()).placements == {}


def test_an_arm_and_a_person_together() -> None:
    """Two people's work of 6 s each is done in 7 s by both together, one after the other."""
    both = ('panda+anna', 3.5)
    problem = a_problem(an_operation('a', ('anna', 6), both), an_operation('b', ('anna', 6), both))
    schedule = dispatch_schedule(problem)
    assert schedule.makespan_s == 7.0
    assert {p.agents for p in schedule.placements.values()} == {('panda', 'anna')}


def test_tools_are_not_changed_to_and_fro() -> None:
    """Four tasks of two tools: one change of 30 s, not three."""
    arm = an_agent(AgentId('panda'), setup='suction', setup_s={('suction', 'gripper'): 30.0})
    operations = [
        an_operation(f't{i}', ('panda', 5), setup=tool)
        for i, tool in enumerate(('gripper', 'suction', 'gripper', 'suction'))
    ]
    assert dispatch_schedule(a_problem(*operations, agents=[arm])).makespan_s == 4 * 5 + 30


def test_an_order_with_a_deadline_goes_first() -> None:
    """The later order is not late, at the price of the earlier one's waiting."""
    problem = a_problem(
        an_operation('early', ('panda', 10), order_id='o1'),
        an_operation('urgent', ('panda', 10), order_id='o2'),
        policy=Policy(),
        orders=(
            OrderTarget(order_id=OrderId('o1')),
            OrderTarget(order_id=OrderId('o2'), deadline_s=10.0),
        ),
    )
    placements = dispatch_schedule(problem).placements
    assert placements[TaskId('urgent')].start_s == 0.0
    assert placements[TaskId('early')].start_s == 10.0


def test_gentle_weights_take_heavy_work_from_people() -> None:
    """What a person would do quicker goes to the arm once heavy work counts."""
    from dataclasses import replace

    from cobot_alloc.domain.scheduling.problem import Mode, Operation, Strain

    lift = Operation(
        task_id=TaskId('lift'),
        modes=(
            Mode(agents=(AgentId('anna'),), duration_s=10.0, strain=Strain(heavy_s=10.0)),
            Mode(agents=(AgentId('panda'),), duration_s=15.0),
        ),
    )
    hasty = a_problem(lift, policy=Policy())
    gentle = replace(hasty, policy=Policy(heavy=2.0))
    assert dispatch_schedule(hasty).placements[TaskId('lift')].agents == ('anna',)
    assert dispatch_schedule(gentle).placements[TaskId('lift')].agents == ('panda',)


def test_who_is_never_there_long_enough_shows_in_the_schedule() -> None:
    """A schedule is still made; the check and the cost say what is wrong with it."""
    arm = an_agent(AgentId('panda'), windows=((0.0, 5.0),))
    problem = a_problem(an_operation('t1', ('panda', 10)), agents=[arm])
    schedule = dispatch_schedule(problem)
    assert schedule.cost_s == float('inf')
    assert 'never starts' in violations(problem, schedule)[0]


def _a_day(**weights: Any) -> SchedulingProblem:
    """Return eight hours of work for one arm from 7 to 19 o'clock, the sun at noon."""
    rates = (90.0,) * 10 + (50.0,) * 5 + (90.0,) * 9
    operations = [
        Operation(
            task_id=TaskId(f't{n}'),
            modes=(Mode(agents=(AgentId('panda'),), duration_s=1800.0, energy_j=1e6),),
            deadline_s=19 * 3600.0,
        )
        for n in range(8)
    ]
    return a_problem(
        *operations,
        agents=[AgentId('panda')],
        policy=Policy(carbon_g_per_mj=rates, **weights),
        now_s=7 * 3600.0,
    )


def _grams(problem: SchedulingProblem) -> float:
    placements = dispatch_schedule(problem).placements.values()
    return sum(1e6 * problem.policy.carbon_per_j(p.start_s) for p in placements)


def test_energy_is_drawn_in_clean_hours_where_waiting_costs_less() -> None:
    """All of it with the sun, and none late; where time counts, at once as before."""
    patient = _a_day(flow=0.001, carbon=20.0)
    schedule = dispatch_schedule(patient)
    assert violations(patient, schedule) == ()
    assert _grams(patient) == pytest.approx(8 * 50.0)
    assert schedule.makespan_s <= 19 * 3600.0
    hasty = _a_day(flow=1.0, carbon=20.0)
    assert _grams(hasty) == pytest.approx(6 * 90.0 + 2 * 50.0)
    assert {p.not_before_s for p in dispatch_schedule(hasty).placements.values()} == {None}


def test_the_plan_in_force_keeps_the_hours_that_it_waits_for() -> None:
    """A beginning for the next pass: the same times, not as early as can be."""
    problem = _a_day(flow=0.001, carbon=20.0)
    indexed, schedule = index(problem), dispatch_schedule(problem)
    again = schedule_of(indexed, choice_of(indexed, schedule), origin='again')
    assert again.placements == schedule.placements


@pytest.mark.parametrize(
    ('features', 'hours'),
    [
        ({}, [10, 11]),
        ({'deadline_s': 11.4 * 3600.0}, [10]),
        ({'earliest_start_s': 10.5 * 3600.0}, [11]),
        ({'underway': Underway(mode=0, started_s=0.0)}, []),
    ],
)
def test_only_hours_that_an_operation_might_wait_for_are_choices(
    features: dict[str, float] | dict[str, Underway], hours: list[int]
) -> None:
    """Each cleaner than all before it; not after a deadline, nor before it may start."""
    work = Mode(agents=(AgentId('panda'),), duration_s=1800.0, energy_j=1e6)
    rates = (90.0,) * 10 + (60.0, 50.0, 70.0) + (90.0,) * 11
    problem = a_problem(
        Operation(task_id=TaskId('t'), modes=(work,), **features),
        agents=[AgentId('panda')],
        policy=Policy(flow=0.001, carbon=20.0, carbon_g_per_mj=rates),
        now_s=7 * 3600.0,
    )
    assert index(problem).not_before_s[1:] == tuple(3600.0 * hour for hour in hours)
