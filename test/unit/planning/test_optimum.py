"""
What the planner calls proved is the optimum: held against trying everything.

The fixed set is the same in every run. ``make soak-optimum`` takes ten thousand others.
"""

from itertools import product
import math

from hypothesis import event, given, HealthCheck, Phase, seed, settings
import pytest
from support.brute_force import least_cost
from support.scheduling import a_problem, an_agent, an_operation, problems

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.scheduling.dispatch import cost_of, schedule_of
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import Mode, Operation, SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule

pytest.importorskip('ortools')

from ortools.sat.python import cp_model

from cobot_alloc.planning.bound import Bound
from cobot_alloc.planning.cp_model import ScheduleModel
from cobot_alloc.planning.plan_search import PlanSearch
from cobot_alloc.planning.ticks import in_ticks

#: Seconds by which figures may differ after they were added up in another order.
SAME_S = 2e-6
CHUNKS, IN_CHUNK = 20, 500


def a_poor_start(problem: SchedulingProblem) -> Schedule:
    """Return a schedule with everything in its last mode, in the order it was given in."""
    indexed = index(problem)
    modes = [choices[-1] for choices in indexed.modes_of]
    return schedule_of(indexed, (list(indexed.order), modes), origin='poor')


def searched(problem: SchedulingProblem) -> tuple[PlanSearch, Schedule]:
    """Return a search that has ended, and the best schedule."""
    plans = [a_poor_start(problem)]
    search = PlanSearch(problem, plans[0], found=plans.append)
    search.run()
    return search, plans[-1]


def solved(problem: SchedulingProblem, *, free: bool = True) -> tuple[float, float]:
    """Return the bound of a model, from a poor start, and what it found costs."""
    indexed = index(problem)
    modes = [choices[-1] for choices in indexed.modes_of]
    choice = (list(indexed.order), modes)
    movable = {i for i in indexed.order if indexed.started_s[i] is None}
    ticks = in_ticks(indexed)
    model = ScheduleModel(ticks, choice, movable if free else set())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.model) == cp_model.OPTIMAL
    return model.bound(solver).cost_s, cost_of(indexed, model.choice(solver))


def is_simple(problem: SchedulingProblem) -> bool:
    """Tell whether the model allows no more than the problem does."""
    changes = any(any(agent.setup_s.values()) for agent in problem.agents)
    return not changes and not problem.policy.carbon


def check(problem: SchedulingProblem) -> None:
    """Hold what is claimed against the least cost of all schedules."""
    least_s = least_cost(problem)
    if not math.isfinite(a_poor_start(problem).cost_s):
        return
    bound_s, _ = solved(problem)
    assert bound_s <= least_s + SAME_S
    search, plan = searched(problem)
    assert violations(problem, plan) == ()
    assert search.bound.cost_s <= least_s + SAME_S
    assert plan.cost_s >= least_s - SAME_S
    event('proved' if search.is_proved else 'not proved')
    if search.is_proved:
        assert plan.cost_s == pytest.approx(least_s, abs=search.bound.rounding_s + SAME_S)
    assert search.is_proved or not is_simple(problem)


@settings(max_examples=60, derandomize=True, database=None)
@given(problem=problems(most=4))
def test_what_is_called_proved_is_the_optimum(problem: SchedulingProblem) -> None:
    """Of problems with any of the features; it is proved wherever the model is exact."""
    check(problem)


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize('number', range(CHUNKS))
def test_what_is_called_proved_is_the_optimum_of_ten_thousand_problems(number: int) -> None:
    """The same, of other problems in each part."""
    some = settings(
        max_examples=IN_CHUNK,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(some(given(problem=problems(most=4))(check)))()


def test_an_operation_of_two_lengths_before_two_others_is_proved_right() -> None:
    """
    All that one agent can have of the kind, no length at all among them.

    OR-Tools 9.15 called 4 optimal, of 0 or 2, 1 and 1, where the optimum is 2.
    """
    for long, short, second, third, other in product(range(4), (0, 1), (0, 1), (0, 1), (1, 3)):
        problem = a_problem(
            an_operation('a', ('panda', short), ('panda', long)),
            an_operation('b', ('panda', second), predecessors=('a',)),
            an_operation('c', ('panda', third), ('panda', other), predecessors=('a',)),
            agents=['panda'],
        )
        least_s = min(short, long) + second + min(third, other)
        assert solved(problem) == (least_s, least_s)


@pytest.mark.parametrize(
    ('cost_s', 'proved'),
    [(9.9, False), (10.0, True), (10.3, True), (10.6, False), (math.inf, False)],
)
def test_a_cost_at_the_bound_is_proved_and_one_below_it_is_not(
    cost_s: float, proved: bool
) -> None:
    """A cost below the bound shows that the bound is wrong."""
    assert Bound(10.0, rounding_s=0.5).proves(cost_s) == proved


@settings(max_examples=60, derandomize=True, database=None)
@given(problem=problems(most=7))
def test_in_the_model_no_schedule_costs_more_than_it_does(problem: SchedulingProblem) -> None:
    """Whatever is rounded or left out makes it cheaper."""
    start = a_poor_start(problem)
    if math.isfinite(start.cost_s):
        bound_s, _ = solved(problem, free=False)
        assert bound_s <= start.cost_s + SAME_S


def test_times_that_are_no_whole_ticks_are_proved_to_what_rounding_can_hide() -> None:
    """Sevenths of seconds: the bound is below the cost, and by no more than is said."""
    problem = a_problem(
        *(an_operation(f't{n}', ('panda', 3 + n / 7), ('kuka', 2 + n / 3)) for n in range(4)),
        policy=Policy(),
    )
    search, plan = searched(problem)
    assert search.is_proved
    assert 0 < search.bound.rounding_s < 1e-4
    assert plan.cost_s - search.bound.rounding_s <= search.bound.cost_s < plan.cost_s
    assert plan.cost_s == pytest.approx(least_cost(problem))


def test_whole_times_are_proved_to_the_last_digit() -> None:
    """Tenths and hundredths are whole at some decimal place."""
    problem = a_problem(
        *(an_operation(f't{n}', ('panda', 3 + n / 10), ('kuka', 2.25)) for n in range(4)),
        policy=Policy(),
    )
    search, plan = searched(problem)
    assert search.is_proved
    assert search.bound.rounding_s < 1e-9
    assert search.bound.cost_s == pytest.approx(plan.cost_s, abs=1e-9)


def test_a_way_round_a_long_change_of_setup_counts() -> None:
    """Straight from suction to gripper takes 9 s; by way of other work it takes none."""
    arm = an_agent(AgentId('panda'), setup='suction', setup_s={('suction', 'gripper'): 9.0})
    tasks = [an_operation(tool, ('panda', 2), setup=tool) for tool in ('gripper', 'driver')]
    search, plan = searched(a_problem(*tasks, agents=[arm]))
    assert search.is_proved
    assert plan.cost_s == 4.0


def test_work_that_exactly_fills_a_window_fits_in_ticks() -> None:
    """Thirds of a second, one after the other, before the arm goes away."""
    arm = an_agent(AgentId('panda'), windows=((0.0, 5.0 / 3), (100.0, 200.0)))
    tasks = [an_operation(f't{n}', ('panda', 5.0 / 6)) for n in range(2)]
    search, plan = searched(a_problem(*tasks, agents=[arm]))
    assert search.is_proved
    assert plan.makespan_s == pytest.approx(5.0 / 3)


def test_what_the_model_allows_and_the_problem_does_not_is_not_called_proved() -> None:
    """
    The model changes the tool while a person holds the arm still; the problem does not.

    The schedule is the best there is all the same.
    """
    change = {('suction', 'gripper'): 6.0}
    problem = a_problem(
        Operation(
            task_id='near', modes=(Mode(agents=('anna',), duration_s=6.0, stilled=('panda',)),)
        ),
        an_operation('grip', ('panda', 3), setup='gripper', predecessors=('near',)),
        agents=[an_agent(AgentId('panda'), setup='suction', setup_s=change), 'anna'],
    )
    search, plan = searched(problem)
    assert plan.cost_s == least_cost(problem) == 15.0
    assert search.bound.cost_s == 9.0
    assert not search.is_proved


def test_nothing_is_proved_before_the_whole_was_solved() -> None:
    """A search that was stopped at once claims nothing."""
    problem = a_problem(*(an_operation(f't{n}', ('panda', 5), ('kuka', 4)) for n in range(30)))
    search = PlanSearch(problem, a_poor_start(problem), found=lambda _: None)
    search.stop()
    search.run()
    assert not search.is_proved
    assert search.bound.cost_s == -math.inf


def test_where_nothing_can_be_moved_there_is_nothing_better() -> None:
    """Only work that has begun: its schedule is the only one."""
    from cobot_alloc.domain.scheduling.problem import Underway

    begun = an_operation('t', ('panda', 5), underway=Underway(mode=0, started_s=0.0))
    search, plan = searched(a_problem(begun))
    assert search.is_proved
    assert search.bound.cost_s == plan.cost_s == 5.0
