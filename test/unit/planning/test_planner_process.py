"""The planner's process: never in the way, and gone when its caller is gone."""

from collections.abc import Iterator
from importlib import util
import os
from pathlib import Path
import signal
import subprocess
import sys

import psutil
import pytest
from support.present import present
from support.scheduling import a_problem, an_operation
from support.waiting import wait_until

from cobot_alloc.application.planner import Planner, PlanningWork
from cobot_alloc.domain.scheduling.dispatch import dispatch_schedule, schedule_of
from cobot_alloc.domain.scheduling.feasibility import violations
from cobot_alloc.domain.scheduling.indexed import index
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.planning import planner_process
from cobot_alloc.planning.planner_process import open_planner, PlannerProcess

needs_solver = pytest.mark.skipif(util.find_spec('ortools') is None, reason='no OR-Tools')

CALLER = """
from cobot_alloc.planning.planner_process import PlannerProcess
import time
planner = PlannerProcess()
while not planner.is_ready:
    planner.poll()
    time.sleep(0.01)
print(planner.process_id, flush=True)
time.sleep(300)
"""


def a_poor_start(problem: SchedulingProblem) -> Schedule:
    """Return a schedule with everything in its first mode."""
    indexed = index(problem)
    modes = [choices[0] for choices in indexed.modes_of]
    return schedule_of(indexed, (list(indexed.order), modes), origin='poor')


def some_work(count: int = 30) -> SchedulingProblem:
    return a_problem(
        *(an_operation(f't{i}', ('panda', 5 + i % 4), ('kuka', 5 + i % 3)) for i in range(count))
    )


@pytest.fixture
def planner() -> Iterator[Planner]:
    process = open_planner(niceness=0)
    yield process
    process.close()


@needs_solver
def test_it_improves_what_it_is_given(planner: Planner) -> None:
    """A problem that is given before the process is up waits for it."""
    problem = some_work()
    start = a_poor_start(problem)
    planner.start(problem, start)
    plan = wait_until(planner.poll, timeout_s=30)
    assert present(plan).cost_s < start.cost_s
    assert violations(problem, present(plan)) == ()


@needs_solver
def test_counted_work_comes_to_an_end_and_always_to_the_same():
    """Two processes find the same for the same problem, and say when that was all."""
    found = []
    for _ in range(2):
        process = open_planner(niceness=0, work=PlanningWork())
        try:
            problem = some_work()
            process.start(problem, a_poor_start(problem))
            wait_until(lambda process=process: process.has_ended(0.1), timeout_s=30)
            found.append(process.poll())
            process.start(problem, a_poor_start(problem))
            assert not process.has_ended(0.0)
        finally:
            process.close()
    assert found[0] is not None
    assert found[0] == found[1]


@needs_solver
def test_only_the_latest_problem_is_answered(planner):
    """What was found for a problem that is no longer of interest is not handed out."""
    old, new = some_work(40), some_work(12)
    wait_until(lambda: planner.poll() or planner.is_ready, timeout_s=30)
    planner.start(old, a_poor_start(old))
    wait_until(planner._child.has_message, timeout_s=30)  # a plan for the old is on its way
    planner.start(new, a_poor_start(new))
    plan = wait_until(planner.poll, timeout_s=30)
    assert set(present(plan).placements) == {o.task_id for o in new.operations}


@needs_solver
def test_what_was_canceled_is_not_answered(planner: Planner) -> None:
    """After a cancel, the next plan belongs to the next problem."""
    old, new = some_work(40), some_work(12)
    wait_until(lambda: planner.poll() or planner.is_ready, timeout_s=30)
    planner.start(old, a_poor_start(old))
    wait_until(planner._child.has_message, timeout_s=30)
    planner.cancel()
    assert planner.poll() is None
    planner.start(new, a_poor_start(new))
    plan = wait_until(planner.poll, timeout_s=30)
    assert len(present(plan).placements) == 12


@needs_solver
def test_it_ends_with_a_caller_that_is_killed() -> None:
    """The process sees its link end, however the caller ended."""
    caller = subprocess.Popen([sys.executable, '-c', CALLER], stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(present(caller.stdout).readline()))
    caller.send_signal(signal.SIGKILL)
    caller.wait(10)
    present(caller.stdout).close()
    psutil.wait_procs([child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@needs_solver
def test_a_planner_that_died_says_so() -> None:
    """The caller goes on without plans, and without an exception."""
    planner = PlannerProcess()
    os.kill(planner.process_id, signal.SIGKILL)
    wait_until(lambda: planner.poll() or planner.absence, timeout_s=20)
    problem = some_work(5)
    planner.start(problem, dispatch_schedule(problem))
    assert planner.poll() is None
    assert planner.has_ended(0.0)
    assert 'dispatch pass plans alone' in planner.absence
    planner.close()


def test_without_the_solver_the_dispatch_pass_plans_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing and how to get it."""
    monkeypatch.setattr(planner_process, 'find_spec', lambda _: None)
    planner = open_planner()
    problem = some_work(5)
    planner.start(problem, dispatch_schedule(problem))
    assert planner.poll() is None
    assert planner.has_ended(0.0)
    assert 'pip install' in planner.absence
    planner.cancel()
    planner.close()


def test_the_port_can_be_imported_without_the_solver() -> None:
    """Nothing of OR-Tools is loaded in the caller's process."""
    code = (
        'import sys; import cobot_alloc.planning.planner_process;'
        " sys.exit(any(m.partition('.')[0] == 'ortools' for m in sys.modules))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, '-c', code], cwd=root, timeout=60).returncode == 0
