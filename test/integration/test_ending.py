"""A run that is ended from outside ends whole, and another one finishes its work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
import os
from pathlib import Path
import signal
import subprocess
import sys

import psutil
import pytest
from support.shift import assert_nothing_lost_and_nothing_twice, table
from support.waiting import wait_until
from torture.shared_memory import SharedMemory

COMMAND = [sys.executable, '-c', 'from cobot_alloc.cli.main import main; main()']
ARGUMENTS = ['--orders', 'short.yaml', '--answers', 'first_shift', '--state', 'state']
ORDER = """\
order: short
tasks:
  - {id: house_1, skill: pick_place, part: housing_1, from: tray_a_1, to: fixture_a_1, payload_kg: 1}
  - {id: house_2, skill: pick_place, part: housing_2, from: tray_a_2, to: fixture_a_2, payload_kg: 1}
  - {id: house_4, skill: pick_place, part: housing_4, from: tray_a_4, to: fixture_a_4, payload_kg: 1}
  - {id: load_gear_1, skill: pick_place, part: gear_1, from: tray_b_1, to: fixture_b_1, payload_kg: 1}
  - {id: release_lot, skill: decide, judgement: true, after: [house_1, house_2, load_gear_1]}
"""  # noqa: E501 - a task a line
FINAL = {'completed', 'skipped'}


class Run:
    """A ``cobot-alloc run`` in a folder."""

    def __init__(self, folder: Path, number: int, memory: SharedMemory, speed: str) -> None:
        self._memory = memory
        self._output = folder / f'output-{number}.txt'
        with self._output.open('wb') as output:
            self.process = subprocess.Popen(
                [*COMMAND, 'run', '--headless', '--speed', speed, *ARGUMENTS],
                cwd=folder,
                stdout=output,
                stderr=output,
                env=dict(os.environ),
                start_new_session=True,
            )

    def said(self) -> str:
        """Return what it has written."""
        return self._output.read_text()

    def end(self, number: int) -> None:
        """Send it a signal; what a killed process leaves in memory is cleaned up later."""
        self._memory.look(self.process.pid)
        self.process.send_signal(number)

    def nodes(self) -> list[psutil.Process]:
        """Return the processes that it started."""
        return list(psutil.Process(self.process.pid).children(recursive=True))


def _is_at_work(run: Run) -> bool:
    return ' is at ' in run.said()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Run]]:
    """Return a function that starts a run; none outlives the test."""
    runs: list[Run] = []
    memory = SharedMemory()

    def begin(speed: str) -> Run:
        runs.append(Run(tmp_path, len(runs), memory, speed))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.wait()
    memory.clean()


def test_signals_end_the_whole_run_and_another_one_finishes_it(
    start: Callable[[str], Run], tmp_path: Path
) -> None:
    """
    Ctrl-C, SIGTERM and even SIGKILL leave no process, and a journal to go on with.

    Each hits the run while an arm is in motion, so each leaves an attempt behind of which
    nobody knows how far it came: a person is asked, and no motion is begun twice.
    """
    (tmp_path / 'short.yaml').write_text(ORDER)
    endings = [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)]
    for ending, status in endings:
        run = start('real')  # or it would be over before the signal comes
        wait_until(partial(_is_at_work, run), 120.0, what=run.said)
        nodes = run.nodes()
        assert len(nodes) >= 2  # and what those have started for themselves: planners
        run.end(ending)
        assert run.process.wait(timeout=60.0) == status, run.said()
        _, alive = psutil.wait_procs(nodes, timeout=60.0)
        assert alive == []
        assert 'Traceback' not in run.said()
    last = start('max')
    assert last.process.wait(timeout=120.0) == 0, last.said()
    for log in (tmp_path / 'state' / 'logs').iterdir():
        assert 'Traceback' not in log.read_text(), log
    rows = table(tmp_path / 'state')
    assert len(rows) == 5
    assert {state for state, _ in rows.values()} <= FINAL
    assert_nothing_lost_and_nothing_twice(tmp_path / 'state')
