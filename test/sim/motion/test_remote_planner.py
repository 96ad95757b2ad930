"""The planner beside the simulation: the same bits, no stall, and an end to every question."""

from __future__ import annotations

from collections.abc import Callable
import hashlib
import os
from pathlib import Path
import signal
import struct
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc import child_process
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.motion import remote_planner
from cobot_alloc.sim.motion.planner_client import LEAST_S
from cobot_alloc.sim.motion.remote_planner import RemotePlanner
from cobot_alloc.sim.world.cell import World

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim


@pytest.fixture
def beside(small_world: World, trial_of: Callable[..., Trial]) -> Trial:
    """Return the small cell with its planner in another process."""
    trial = trial_of()
    trial.cell.close()
    trial.planner = RemotePlanner(small_world)
    trial.cell = SimulatedCell(small_world, planner=trial.planner)
    return trial.ready()


def digests(trial: Trial) -> list[str]:
    """Do a task and return hashes of all joints and of the part on the way."""
    fence, seen = trial.begin(), []

    def is_over() -> bool:
        pose = trial.cell._parts.pose('block')
        figures = [*trial.status().joint_positions, *pose.position, *pose.orientation]
        seen.append(hashlib.sha256(struct.pack(f'{len(figures)}d', *figures)).hexdigest())
        return any(it.fence == fence for it in trial.reports)

    trial.step_until(is_over)
    return seen


def test_the_same_bits_with_the_process_and_without(beside: Trial, trial: Trial) -> None:
    first, second = digests(beside), digests(trial)
    assert first == second
    assert len(set(first)) > 500  # it did move
    assert beside.reports == trial.reports
    assert beside.reports[0].failure is None


def test_time_goes_on_while_a_way_is_planned(beside: Trial) -> None:
    """The planner is stopped, and all steps up to when its answer is due are made all the same."""
    os.kill(beside.planner.process.pid, signal.SIGSTOP)
    beside.begin()
    beside.reach('plan')
    begun_s = beside.cell.now_s
    while beside.cell.now_s < begun_s + LEAST_S - 2.5 / 120:
        beside.cell.step()
    assert beside.status().step == 'plan'
    os.kill(beside.planner.process.pid, signal.SIGCONT)
    beside.reach('approach')


def test_the_first_way_waits_for_no_imports(small_world: World) -> None:
    planner = RemotePlanner(small_world)
    try:
        planner.wait_until_ready()
        files = Path(f'/proc/{planner.process.pid}/maps').read_text()
        assert '/ompl/' in files
        assert '/toppra/' in files
    finally:
        planner.close()


def test_a_plan_can_be_canceled_while_it_is_waited_for(beside: Trial) -> None:
    os.kill(beside.planner.process.pid, signal.SIGSTOP)
    fence = beside.begin()
    beside.reach('plan')
    assert beside.cell.cancel(AgentId('panda'), Fence(fence))
    os.kill(beside.planner.process.pid, signal.SIGCONT)
    report = beside.finish(fence, limit_s=1.0)  # it was at home: there is nothing to plan
    assert present(report.failure).detail == 'block is at here'
    assert beside.do().failure is None


def test_a_planner_that_is_killed_is_started_again_and_asked_again(
    beside: Trial, trial: Trial
) -> None:
    beside.begin()
    beside.reach('plan')
    beside.planner.process.kill()
    report = beside.finish(1)
    assert report.failure is None
    assert report == trial.do()  # nothing of it is seen in the simulation


def test_a_planner_that_is_stuck_is_replaced(
    beside: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside.do()  # it is there, and has read everything
    stuck = beside.planner.process
    monkeypatch.setattr(remote_planner, 'SILENCE_S', 5.0)
    os.kill(stuck.pid, signal.SIGSTOP)
    assert beside.do(source='there', target='here').failure is None
    assert stuck.returncode == -signal.SIGKILL


def test_a_planner_that_ends_over_every_question_is_a_failure_of_planning(
    small_world: World, trial_of: Callable[..., Trial], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_process.sys, 'executable', '/bin/false')
    trial = trial_of()
    trial.cell.close()
    planner = RemotePlanner(small_world)
    planner.wait_until_ready()  # but not for ever
    trial.cell = SimulatedCell(small_world, planner=planner)
    report = trial.ready().do()
    assert (present(report.failure).phase.value, present(report.failure).code) == (
        'planning',
        'planner_lost',
    )
    assert 'ended 3 times over it, exit code 1' in present(report.failure).detail
    assert trial.distance('block', 'here') < 0.002


def test_the_process_ends_with_the_cell(beside: Trial) -> None:
    process = beside.planner.process
    beside.cell.close()
    assert process.poll() is not None


SCRIPT = """
import sys, time
from cobot_alloc.sim.world import World
from cobot_alloc.sim.motion.remote_planner import RemotePlanner
planner = RemotePlanner(World(cell='empty', arms=()))
print(planner.process.pid, flush=True)
time.sleep(60)
"""


def test_the_process_ends_with_its_parent_even_where_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, '-c', SCRIPT], stdout=subprocess.PIPE, text=True) as it:
        lines = iter(present(it.stdout).readline, '')
        pid = int(next(line for line in lines if line.strip().isdigit()))
        it.kill()
    until = time.monotonic() + 30.0
    while is_running(pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return ') Z' not in Path(f'/proc/{pid}/stat').read_text(encoding='utf-8')
    except FileNotFoundError:
        return False
