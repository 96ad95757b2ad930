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
        (('up', '--policy', 'balancd'), ", perhaps 'balanced'"),
        (('explain', 't1', '--at', 'noon'), '--at'),
        (('learned', '--journal', 'nothing.sqlite'), 'no such journal'),
        (('run',), '--headless'),
        (('report',), 'start a run first'),
        (('act', 'case-1', 'applaud'), 'expected one of'),
        (('act', 'case-1', 'retyr'), "sign_off, perhaps 'retry'"),
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


RULES = """\
rules:
  - {name: first, when: {code: goal_lots}, attended: ask, unattended: hold}
  - {name: else, attended: ask, unattended: hold}
"""
ORDER = """\
tasks:
  - {id: a, skill: pick_plaec, part: housing_1, from: tray_a_1, to: fixture_a_1, payload_kg: 0.3}
"""
ANSWERS = 'actor: anna\nanswers: [{when: {code: goal_lots}, action: retry}]\n'
LIMITS = 'requirements: {certificates: [{skill: inpsect, certificate: c}]}\n'


@pytest.mark.parametrize(
    ('arguments', 'text', 'told'),
    [
        (('up', '--reactions'), RULES, "mine.yaml:2: rules[0].when.code: got 'goal_lots', expec"),
        (('up', '--limits'), LIMITS, "mine.yaml:1: requirements.certificates[0].skill: got 'inp"),
        (('run', '--headless', '--reactions'), RULES, "2: rules[0].when.code: got 'goal_lots', "),
        (('run', '--headless', '--orders'), ORDER, "tasks[0].skill: got 'pick_plaec', expected "),
        (('run', '--headless', '--answers'), ANSWERS, "2: answers[0].when.code: got 'goal_lots'"),
    ],
)
def test_a_word_that_nobody_knows_is_refused_before_anything_is_made(
    call: Callable[..., tuple[str | int | None, str]],
    tmp_path: Path,
    arguments: tuple[str, ...],
    text: str,
    told: str,
) -> None:
    """With file, line and key; no run folder is left behind."""
    (tmp_path / 'mine.yaml').write_text(text)
    status, said = call(*arguments, 'mine.yaml')
    assert status == 2
    assert told in said
    assert [path.name for path in tmp_path.iterdir()] == ['mine.yaml']


def test_a_skill_of_an_operator_that_is_nearly_one_is_pointed_out(
    call: Callable[..., tuple[str | int | None, str]], tmp_path: Path
) -> None:
    """It may be a word of their own, so it is taken all the same."""
    add = ('operator', 'add', 'ben', '--folder', str(tmp_path), '--skill')
    assert "was 'inspect' meant?" in call(*add, 'insepct')[1]
    assert 'meant' not in call(*add[:2], 'eve', *add[3:], 'load_tray')[1]


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
