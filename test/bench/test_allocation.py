"""The benchmarks of the allocation: their files are read right, their cell loses nothing."""

from collections.abc import Callable
from pathlib import Path
import sys

import pytest
from support.cells import a_running_cell, a_task, an_arm

from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule

BENCH = Path(__file__).parents[2] / 'bench'
sys.path.insert(0, str(BENCH))

from allocation_online import by_dispatch, by_rule, POLICY  # noqa: E402
from allocation_physics import Gate, RuleWatch, Run, scenario, StepPlanner  # noqa: E402
from instances import (  # noqa: E402
    human_alone_s,
    MalformedInstance,
    read_flexible_job_shop,
    read_human_robot_cell,
)
from online_cell import OnlineCell  # noqa: E402
from online_stream import draw_shift  # noqa: E402


def test_a_flexible_job_shop_is_read_as_it_is() -> None:
    """mk01: 10 jobs, 6 machines, 55 operations; machines that count from 0."""
    problem = read_flexible_job_shop(BENCH / 'data' / 'fjsp' / 'mk01.txt')
    assert len(problem.operations) == 55
    assert [agent.agent_id for agent in problem.agents] == [f'm{i}' for i in range(6)]
    first = problem.operations[0]
    assert [(m.agents, m.duration_s) for m in first.modes] == [(('m0',), 5.0), (('m2',), 4.0)]


def test_machines_from_1_and_work_of_no_duration_are_read(tmp_path: Path) -> None:
    path = tmp_path / 'small.txt'
    path.write_text('2 2 1.5\n2 1 1 0 2 1 3 2 4\n1 1 2 7\n')
    problem = read_flexible_job_shop(path)
    assert [agent.agent_id for agent in problem.agents] == ['m1', 'm2']
    assert [m.duration_s for o in problem.operations for m in o.modes] == [0.0, 3.0, 4.0, 7.0]


@pytest.mark.parametrize(
    'text', ['', '2 2\n1 1 0 3\n', '1 2\n1 2 0 3\n', '1 2\n1 1 0 3 9\n', '1 2\n1 1 a 3\n']
)
def test_what_is_no_instance_is_refused_with_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / 'odd.txt'
    path.write_text(text)
    with pytest.raises(MalformedInstance, match=r'odd\.txt'):
        read_flexible_job_shop(path)


def test_human_robot_work_is_read_as_it_is() -> None:
    """Instance 141: 20 tasks, 2908 for the person alone; -1 is no mode; several predecessors."""
    folder = BENCH / 'data' / 'hrc_albp'
    problem = read_human_robot_cell(folder / 'instance_n=20_141_RF0.4_R1_S5.csv')
    assert len(problem.operations) == 20
    assert human_alone_s(problem) == 2908
    by_id = {operation.task_id: operation for operation in problem.operations}
    assert [m.agents for m in by_id[TaskId('1')].modes] == [('human',), ('human', 'robot')]
    assert by_id[TaskId('5')].predecessors == ('1',)
    several = read_human_robot_cell(folder / 'instance_n=20_165_RF0.4_R1_S5.csv')
    assert max(len(operation.predecessors) for operation in several.operations) > 1


@pytest.mark.parametrize('decide', [by_rule('SPT'), by_dispatch], ids=['rule', 'dispatch'])
def test_every_order_of_a_shift_is_finished(
    decide: Callable[[SchedulingProblem, Schedule | None], Schedule],
) -> None:
    """With failures, breakdowns and pauses; a person never has hazardous work in hand."""
    shift = draw_shift(seed=5, load=0.9, orders=25)
    figures = OnlineCell(shift, POLICY, decide).run()
    assert len(figures.flow_s) == 25
    assert figures.strain_s.get('hazardous', 0.0) == 0.0
    shortest = [
        max(min(m.duration_s for m in w.operation.modes) * w.share for w in arrival.works)
        for arrival in shift.arrivals
    ]
    assert sum(figures.flow_s) > sum(shortest)


def test_one_seed_is_one_shift() -> None:
    """The same for every policy; another load brings the same orders, further apart."""
    one, same, sparse = (draw_shift(3, load, 10) for load in (0.8, 0.8, 0.4))
    assert one == same
    assert [a.works for a in one.arrivals] == [a.works for a in sparse.arrivals]
    assert sparse.arrivals[-1].at_s == pytest.approx(2 * one.arrivals[-1].at_s)


@pytest.mark.sim
@pytest.mark.parametrize('decider', ['SPT', 'none', 'balanced'])
def test_a_cell_in_its_physics_does_what_it_is_asked_for(decider: str) -> None:
    """The first task of the shipped order, by a rule, the dispatch pass and the planner."""
    given = scenario('assembly_cell', size=1)
    run = Run(given, decider, {})
    try:
        figures = run.run()
    finally:
        run.close()
    assert (figures['completed'], figures['tasks'], figures['cases']) == (1, 1, 0)
    assert 2.0 < figures['makespan_s'] == figures['order_flow_mean_s'] < 20.0
    assert figures['person_min'] == 0.0 < figures['energy_kj']


def test_nothing_is_given_out_but_by_the_rule() -> None:
    """Between its decisions the gate is shut; what it decides is given out at once."""
    gate = Gate()
    cell = a_running_cell(an_arm('left'), an_arm('right'), attended=False, pair=gate.pair)
    cell.submit(a_task('long', source='a', target='b'), a_task('short'))
    assert cell.task('long').agent_id is None
    watch = RuleWatch('SPT', cell.rules, gate)

    def offer(plan: AdoptPlan) -> bool:
        return bool(cell.give(plan))

    watch.look(cell.state, cell.index, now_s=cell.now_s, offer=offer)
    assert {cell.task(t).agent_id for t in ('long', 'short')} == {'left', 'right'}
    cell.submit(a_task('later'))
    cell.begin('short')
    cell.succeed('short')
    assert cell.task('later').agent_id is None
    watch.look(cell.state, cell.index, now_s=cell.now_s, offer=offer)
    assert cell.task('later').agent_id is not None
    assert not gate.is_open


def test_the_planner_of_a_bench_plans_the_same_again() -> None:
    """Nothing of it depends on a clock."""
    pytest.importorskip('ortools')
    problem = read_flexible_job_shop(BENCH / 'data' / 'fjsp' / 'mk01.txt')
    start = by_rule('SPT')(problem, None)
    plans = []
    for _ in range(2):
        planner = StepPlanner()
        planner.start(problem, start)
        plans.append(planner.poll())
    assert plans[0] is not None
    assert plans[0] == plans[1]
    assert plans[0].cost_s < start.cost_s
