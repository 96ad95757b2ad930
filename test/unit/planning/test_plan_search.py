"""The planner's search: only feasible schedules, only better ones, the optimum of a small one."""

import math
import threading
from typing import Any

from hypothesis import given, settings
import pytest
from support.scheduling import a_problem, an_agent, an_operation, problems

from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule, schedule_of
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import Mode, Operation, SchedulingProblem, Underway
from cobot_alloc.domain.scheduling.schedule import Schedule

pytest.importorskip('ortools')

from ortools.sat.python import cp_model

from cobot_alloc.planning.cp_model import ScheduleModel
from cobot_alloc.planning.plan_search import PlanSearch
from cobot_alloc.planning.ticks import in_ticks


def plans_of(problem: SchedulingProblem, incumbent: Schedule) -> list[Any]:
    """Return everything that a search finds until it has proved that there is no more."""
    found: list[Any] = []
    PlanSearch(problem, incumbent, found=found.append).run()
    return found


@settings(max_examples=25)
@given(problem=problems(most=5))
def test_what_it_finds_is_feasible_and_better(problem: SchedulingProblem) -> None:
    """Each schedule costs less than the one before it, and breaks no rule of the problem."""
    last = dispatch_schedule(problem, seed=3)
    for plan in plans_of(problem, last):
        assert violations(problem, plan) == ()
        assert plan.cost_s < last.cost_s
        last = plan


def test_the_search_ends_by_itself_where_it_has_proved_the_optimum() -> None:
    """Nine tasks of 3 s on two arms that need one table in turn: no better than one by one."""
    table = frozenset({'table'})
    operations = [an_operation(f't{i}', ('panda', 3), ('kuka', 3), areas=table) for i in range(9)]
    problem = a_problem(*operations)
    found: list[Any] = []
    search = PlanSearch(problem, dispatch_schedule(problem), found=found.append)
    search.run()
    assert found == []
    assert search.is_proved
    assert search.bound.cost_s == 27.0


def test_it_changes_setups_as_seldom_as_can_be() -> None:
    """Six tasks of two tools in turn, one arm: one change, from a start with five."""
    change = {('suction', 'gripper'): 9.0, ('gripper', 'suction'): 9.0}
    arm = an_agent(AgentId('panda'), setup='suction', setup_s=change)
    tools = ('gripper', 'suction') * 3
    operations = [an_operation(f't{n}', ('panda', 5), setup=t) for n, t in enumerate(tools)]
    problem = a_problem(*operations, agents=[arm])
    indexed = index(problem)
    in_turn = (list(indexed.order), [modes[0] for modes in indexed.modes_of])
    start = schedule_of(indexed, in_turn, origin='in turn')
    assert start.makespan_s == 6 * 5 + 6 * 9
    assert plans_of(problem, start)[-1].makespan_s == 6 * 5 + 9


def test_what_is_under_way_leaves_its_setup_behind() -> None:
    """The arm has the gripper on by then, and needs no change for what comes next."""
    change = {('suction', 'gripper'): 4.0, ('gripper', 'suction'): 4.0}
    problem = a_problem(
        an_operation('next', ('panda', 3), setup='gripper'),
        an_operation(
            'begun', ('panda', 2), setup='gripper', underway=Underway(mode=0, started_s=1.0)
        ),
        agents=[an_agent(AgentId('panda'), setup='suction', setup_s=change)],
        now_s=2.0,
    )
    indexed = index(problem)
    ticks = in_ticks(indexed)
    modes = [choices[0] for choices in indexed.modes_of]
    model = ScheduleModel(ticks, (list(indexed.order), modes), {0})
    solver = cp_model.CpSolver()
    assert solver.solve(model.model) == cp_model.OPTIMAL
    assert model.bound(solver).cost_s == 3.0 + 3.0


def test_the_model_knows_the_hours_that_are_worth_waiting_for() -> None:
    """From a start as early as can be: four pieces of work, two of them hours away."""
    rates = (90.0,) * 3 + (50.0,) * 2 + (90.0,) * 19
    policy = Policy(flow=0.001, carbon=20.0, carbon_g_per_mj=rates)
    work = Mode(agents=(AgentId('panda'),), duration_s=1800.0, energy_j=1e6)
    problem = a_problem(
        *(Operation(task_id=TaskId(f't{n}'), modes=(work,)) for n in range(4)),
        agents=[AgentId('panda')],
        policy=policy,
    )
    indexed = index(problem)
    early = (list(indexed.order), [modes[0] for modes in indexed.modes_of])
    model = ScheduleModel(in_ticks(indexed), early, set(indexed.order))
    solver = cp_model.CpSolver()
    assert solver.solve(model.model) == cp_model.OPTIMAL
    best = schedule_of(indexed, model.choice(solver), origin='model')
    assert violations(problem, best) == ()
    grams = sum(1e6 * policy.carbon_per_j(p.start_s) for p in best.placements.values())
    assert grams == pytest.approx(4 * 50.0)


def test_what_waits_for_an_hour_in_the_model_waits_also_where_it_is_not_free() -> None:
    """A part of the schedule is repaired; the rest keeps its hours."""
    policy = Policy(carbon=1e6, carbon_g_per_mj=(90.0, 50.0))
    work = Mode(agents=(AgentId('panda'),), duration_s=600.0, energy_j=1e6)
    problem = a_problem(
        Operation(task_id=TaskId('t'), modes=(work,)), agents=[AgentId('panda')], policy=policy
    )  # fmt: skip
    indexed = index(problem)
    assert [*indexed.not_before_s] == [-math.inf, 3600.0]
    model = ScheduleModel(in_ticks(indexed), ([0], [1]), set())
    solver = cp_model.CpSolver()
    assert solver.solve(model.model) == cp_model.OPTIMAL
    least_s = 1e6 * 50.0 + 600.0 + 3600.0
    assert model.bound(solver).cost_s == pytest.approx(least_s, abs=1e-3)


def test_it_ends_when_it_is_stopped() -> None:
    """A problem too large to be proved: the search goes on until it is told to stop."""
    operations = [
        an_operation(f't{i}', ('panda', 7 + i % 5), ('kuka', 6 + i % 7), ('anna', 5 + i % 11))
        for i in range(60)
    ]
    problem = a_problem(*operations)
    search = PlanSearch(problem, dispatch_schedule(problem), found=lambda _: None)
    runner = threading.Thread(target=search.run)
    runner.start()
    search.stop()
    runner.join(30)
    assert not runner.is_alive()


def test_times_that_are_no_whole_seconds_are_rounded_to_what_fits() -> None:
    """Thirds of seconds: what is found still keeps to the problem exactly."""
    operations = [
        an_operation(f't{i}', ('panda', 10 / 3 + i / 7), ('kuka', 11 / 3 + i / 9))
        for i in range(9)
    ]
    problem = a_problem(*operations)
    # From a poor start, so that there is something to find.
    indexed = index(problem)
    everything_on_one = (list(indexed.order), [modes[0] for modes in indexed.modes_of])
    start = schedule_of(indexed, everything_on_one, origin='poor')
    plans = plans_of(problem, start)
    assert plans[-1].cost_s < 0.7 * start.cost_s
    assert all(violations(problem, plan) == () for plan in plans)
