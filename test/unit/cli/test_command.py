"""What the command answers to a slip of the user: one message, never a traceback."""

from collections.abc import Callable, Iterator
from pathlib import Path
import signal
from signal import Signals
import sys
from typing import Any

import pytest

from cobot_alloc.cli.main import main


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Callable[..., tuple[str | int | None, str]]]:
    """Return a function that runs the command and returns its exit status and messages."""
    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[str | int | None, str]:
        monkeypatch.setattr(sys, 'argv', ['cobot-alloc', *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return ended.value.code, written.out + written.err

    yield run
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ('arguments', 'told'),
    [
        (('run', '--nope'), '--nope'),
        (('run', '--time-limit', '0'), '--time-limit'),
        (('run', '--headless', '--world', 'nowhere'), 'two_arm_cell'),
        (('run', '--headless', '--orders', 'nothing'), 'first_shift'),
        (('run', '--headless', '--speed', 'fast'), "'real', 'max'"),
        (('up', '--policy', 'greedy'), "got 'greedy', expected one of fastest, balanced"),
        (('explain', 't1', '--at', 'noon'), '--at'),
        (('learned', '--journal', 'nothing.sqlite'), 'no such journal'),
        (('run',), '--headless'),
        (('report',), 'start a run first'),
        (('act', 'case-1', 'applaud'), 'expected one of'),
    ],
)
def test_a_slip_is_one_message_and_status_2(
    call: Callable[..., tuple[str | int | None, str]], arguments: tuple[str, ...], told: str
) -> None:
    """The message says what is expected."""
    status, said = call(*arguments)
    assert status == 2
    assert told in said
    assert 'Traceback' not in said


def test_help_and_version_are_no_errors(call: Callable[..., tuple[str | int | None, str]]) -> None:
    """Asked for, they are the answer."""
    assert call('--version')[0] == 0
    status, said = call('--help')
    assert status == 0
    assert 'not a safety' in said


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGHUP])
def test_being_ended_from_outside_is_an_interrupt(
    call: Callable[..., tuple[str | int | None, str]], number: Signals
) -> None:
    """Ended by another program or by its terminal's end, it takes its processes with it."""
    call('--version')
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def test_an_interrupt_is_status_130(
    call: Callable[..., tuple[str | int | None, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As shells expect it of a program that was ended by Ctrl-C."""

    def interrupt(*_: object, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr('cobot_alloc.bootstrap.prepare_cell', interrupt)
    assert call('up')[0] == 130
