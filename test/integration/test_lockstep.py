"""The same world, seed and order give the same run, on a quiet machine and on a busy one."""

import os
import signal
import subprocess

import psutil
import pytest
from support.shift import PERSON, Shift, shipped_order, table
from support.twice import COMMAND, facts, hogs, run
from support.waiting import wait_until

from cobot_alloc.application.processes import cell_nodes
from cobot_alloc.bootstrap import prepare_cell
from cobot_alloc.cli.runner import Runner
from cobot_alloc.domain.lifecycles.task import TaskState

#: A part that is missing, for which a person is asked and another one walks in, a part that is
#: lost, a judgement.
ORDER = """\
order: short
tasks:
  - {id: house_3, skill: pick_place, part: housing_3, from: tray_a_3, to: fixture_a_3, payload_kg: 1}
  - {id: shift_plate_1, skill: pick_place, part: plate_1, from: buffer_1, to: buffer_3, payload_kg: 1}
  - {id: load_gear_2, skill: pick_place, part: gear_2, from: tray_b_2, to: fixture_b_2, payload_kg: 1}
  - {id: release_lot, skill: decide, judgement: true, after: [house_3, load_gear_2]}
"""  # noqa: E501 - a task a line
HOGS = 3


@pytest.fixture
def order(tmp_path):
    """Return the arguments of a run of the short order."""
    path = tmp_path / 'short.yaml'
    path.write_text(ORDER)
    return ['--orders', str(path), '--answers', 'first_shift']


def test_two_runs_are_the_same_also_beside_others(tmp_path, order):
    """What they say is the same byte for byte, and their journals event by event."""
    quiet = run(tmp_path / 'quiet', *order)
    with hogs(HOGS):
        busy = run(tmp_path / 'busy', *order)
    assert '4 of 4 tasks final' in quiet
    assert busy == quiet
    assert facts(tmp_path / 'busy') == facts(tmp_path / 'quiet')


def test_an_allocator_that_stands_still_ends_the_cell_with_its_name(tmp_path):
    """It is told, and nothing hangs; until then time stands with it."""
    layout = prepare_cell('two_arm_cell', state=tmp_path, person=PERSON, speed=0.0)
    cell, allocator = cell_nodes(layout)
    cell.parameters.update(lockstep_given_up_s=3)
    runner = Runner(logs=tmp_path / 'logs', say=lambda _: None)
    runner.start([cell, allocator])
    try:
        log = tmp_path / 'logs' / 'allocator.log'
        wait_until(lambda: 'action=AgentModeChanged' in log.read_text(), 60.0, what=log.read_text)
        os.kill(runner.process_ids()['allocator'], signal.SIGSTOP)
        wait_until(lambda: runner.failure, 60.0)
    finally:
        runner.stop()
    assert 'cell ended (exit status 1)' in runner.failure
    assert 's were waited for allocator' in runner.failure


def test_ctrl_c_ends_a_run_whose_allocator_stands_still(tmp_path, order):
    """Whoever waits for a turn can still be ended, and leaves no process."""
    said = tmp_path / 'said.txt'
    with said.open('wb') as output:
        process = subprocess.Popen(
            [*COMMAND, 'run', '--headless', '--state', 'state', *order],
            cwd=tmp_path,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until(lambda: ' is at ' in said.read_text(), 120.0, what=said.read_text)
        nodes = psutil.Process(process.pid).children(recursive=True)
        (allocator,) = [node for node in nodes if node.cmdline()[3:4] == ['allocator']]
        allocator.suspend()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60.0) == 130, said.read_text()
        _, alive = psutil.wait_procs(nodes, timeout=60.0)
        assert alive == []
    finally:
        process.kill()
        process.wait()
    assert 'Traceback' not in said.read_text()
    assert 'Traceback' not in (tmp_path / 'state' / 'logs' / 'cell.log').read_text()


def test_whoever_takes_no_part_is_not_waited_for(tmp_path):
    """Commands and people come, look, act and go; the cell and its allocator go on."""
    order = shipped_order('house_1', 'load_gear_1')
    shift = Shift(tmp_path)
    try:
        assert shift.layout.lockstep == ('allocator',)
        shift.submit(order)
        shift.until(lambda: TaskState.UNDERWAY in shift.states().values())
        looked = subprocess.run(
            [*COMMAND, 'status', '--timeout', '30'], capture_output=True, text=True, check=False
        )
        assert looked.returncode == 0, looked.stderr
        assert 'house_1' in looked.stdout
        shift.until_over(order)
    finally:
        shift.close()
    assert table(tmp_path) == {
        'house_1': ('completed', 'arm'),
        'load_gear_1': ('completed', 'arm'),
    }
