"""A node as a process: what it says and how it ends when its files are not right."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
import signal
from signal import Signals
import subprocess
from subprocess import Popen
from typing import Any

import pytest
from support.waiting import wait_until

from cobot_alloc.application.processes import cell_nodes
from cobot_alloc.bootstrap import prepare_cell
from cobot_alloc.cli.runner import spawn

UP_WITHIN_S = 50.0


def _says_active(log: Path) -> bool:
    return 'action=activated' in log.read_text()


@pytest.fixture
def start(domain: int, tmp_path: Path) -> Iterator[Callable[..., tuple[Popen[bytes], Path]]]:
    """Return a function that starts a node with other parameters; all are ended at last."""
    layout = prepare_cell('two_arm_cell', state=tmp_path, person='anna', speed=0.0)
    nodes = {node.name: node for node in cell_nodes(layout)}
    started = []

    def begin(name: str, **parameters: Any) -> tuple[Popen[bytes], Path]:
        node = replace(nodes[name], parameters={**nodes[name].parameters, **parameters})
        process = spawn(node, tmp_path / f'{name}.log')
        started.append(process)
        return process, tmp_path / f'{name}.log'

    yield begin
    for process in started:
        process.kill()
        process.wait()


BAD_FILES = [
    ('allocator', 'limits', 'silence_s: -3\n', ['silence_s', '-3', '0.1..600']),
    ('cell', 'world', 'cell: cell_b\narms: []\n', ['arms', 'got an empty list', 'at least one']),
]


def test_a_bad_file_is_refused_with_what_was_expected(
    start: Callable[..., tuple[Popen[bytes], Path]], tmp_path: Path
) -> None:
    """The log names file, key, what is given and what is expected; the exit status is 1."""
    refused = []
    for name, parameter, content, told in BAD_FILES:
        path = tmp_path / f'bad_{parameter}.yaml'
        path.write_text(content)
        refused.append((*start(name, **{parameter: str(path)}), [path.name, *told]))
    for process, log, told in refused:
        assert process.wait(timeout=UP_WITHIN_S) == 1
        said = log.read_text()
        assert 'action=configure_refused' in said
        assert [words for words in told if words not in said] == [], said
        assert 'Traceback' not in said


@pytest.mark.parametrize('signals', [[signal.SIGINT] * 2, [signal.SIGTERM, signal.SIGINT]])
def test_a_node_ends_in_an_orderly_way(
    start: Callable[..., tuple[Popen[bytes], Path]], signals: list[Signals]
) -> None:
    """However often it is told to: exit status 0 and nothing but log lines."""
    for process, log in [start('cell'), start('allocator')]:
        wait_until(partial(_says_active, log), UP_WITHIN_S, what=log.read_text)
        for number in signals:
            process.send_signal(number)
        assert process.wait(timeout=UP_WITHIN_S) == 0
        assert 'Traceback' not in log.read_text()


def test_a_node_ends_with_whoever_brought_the_cell_up(
    start: Callable[..., tuple[Popen[bytes], Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where that process is gone already, the node does not even begin."""
    real: Any = subprocess.Popen

    def popen(*arguments: Any, env: dict[str, str], **more: Any) -> Any:
        return real(*arguments, env={**env, 'COBOT_ALLOC_PARENT': '1'}, **more)

    monkeypatch.setattr('cobot_alloc.cli.runner.subprocess.Popen', popen)
    process, log = start('allocator')
    assert process.wait(timeout=UP_WITHIN_S) == 1
    assert 'has ended' in log.read_text()
