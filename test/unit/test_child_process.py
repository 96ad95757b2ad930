"""A process that is started to work beside this one."""

from collections.abc import Iterator
import os
from pathlib import Path
import signal
import subprocess
import sys

import pytest
from support.present import present
from support.waiting import wait_until

from cobot_alloc.child_process import ChildEnded, ChildProcess

ECHO = 'support.echo_process'


@pytest.fixture
def child() -> Iterator[ChildProcess]:
    child = ChildProcess(ECHO, 'one', 'two')
    yield child
    child.close()


def test_messages_go_both_ways(child: ChildProcess) -> None:
    assert not child.has_message()
    child.send({'a': 1})
    assert child.has_message(30.0)
    assert child.receive() == ({'a': 1}, ['one', 'two'])


def test_its_end_is_told_with_its_status(child: ChildProcess) -> None:
    child.send(('exit', 7))
    with pytest.raises(ChildEnded, match='has ended with exit status 7') as end:
        child.receive(ends_within_s=30.0)
    assert end.value.status == 7
    with pytest.raises(ChildEnded):
        child.send('anybody there?')


def test_a_killed_process_is_told(child: ChildProcess) -> None:
    child.kill()
    with pytest.raises(ChildEnded, match='-9'):
        child.receive(ends_within_s=30.0)


def test_it_ends_by_itself_once_the_line_is_closed(child: ChildProcess) -> None:
    child.send('hello')
    child.receive()
    assert child.close(within_s=30.0) == 0
    assert child.close() == 0


def test_one_that_is_stuck_is_killed_in_the_end(child: ChildProcess) -> None:
    child.send('hello')
    child.receive()
    os.kill(child.process.pid, signal.SIGSTOP)
    assert child.close(within_s=0.1) == -signal.SIGKILL


def test_ctrl_c_is_not_for_it(child: ChildProcess) -> None:
    child.send('hello')
    child.receive()
    os.kill(child.process.pid, signal.SIGINT)
    child.send('still there?')
    assert child.receive()[0] == 'still there?'


def test_it_ends_with_its_parent_however_that_ends() -> None:
    program = (
        'from cobot_alloc.child_process import ChildProcess\n'
        f'child = ChildProcess({ECHO!r})\n'
        'child.send(1)\n'
        'child.receive()\n'
        'print(child.process.pid, flush=True)\n'
        'child.receive()\n'
    )
    path = os.pathsep.join(filter(None, sys.path))
    with subprocess.Popen(
        [sys.executable, '-c', program],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {'PYTHONPATH': path},
    ) as parent:
        pid = int(present(parent.stdout).readline())
        parent.kill()
    wait_until(lambda: not _is_running(pid), timeout_s=30)


def _is_running(pid: int) -> bool:
    try:
        stat = Path(f'/proc/{pid}/stat').read_text(encoding='utf-8')
    except FileNotFoundError:
        return False
    return stat.rpartition(')')[2].split()[0] != 'Z'
