"""The demo cell keeps the port's promises, and the terminal runs on it for real."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.lifecycles.task import FINAL
from cobot_alloc.tui import screenshot
from cobot_alloc.tui.demo import story
from cobot_alloc.tui.demo.gateway import DemoGateway
from cobot_alloc.tui.waiting import waiting_for_people

if TYPE_CHECKING:
    from tui.conftest import RecordingGateway


ROOT = Path(__file__).parents[2]
CELL = Subject(SubjectKind.CELL, story.CELL)


def test_versions_grow_and_stale_ones_are_refused(gateway: RecordingGateway) -> None:
    case = gateway.case_about('t04')
    first = gateway.offers(case).version
    assert gateway.act(case, Action.CLAIM, version=first).version > first
    answer = gateway.act(case, Action.RELEASE, version=first)
    assert (answer.done, answer.reason_code) == (False, 'stale_version')


def test_a_lost_demo_answers_nothing_and_shows_the_last_it_knew(gateway: RecordingGateway) -> None:
    case, before = gateway.case_about('t04'), gateway.view()
    gateway.demo.is_heard = False
    gateway.clock.now_s += 100.0
    assert gateway.view().now_s == before.now_s
    assert not gateway.view().connected
    with pytest.raises(Refused) as refusal:
        gateway.offers(case)
    assert refusal.value.code == 'no_answer'


def test_the_story_can_be_played_to_its_end() -> None:
    now = [0.0]
    demo = DemoGateway(actor='ana', clock=lambda: now[0])
    demo.submit(story.ORDER, story.TASKS, idempotency_key='k')
    demo.act(CELL, Action.SIGN_ON, version=demo.offers(CELL).version)
    for _ in range(30):
        now[0] += 20.0
        for item in waiting_for_people(demo.view()):
            offers = demo.offers(item.subject)
            offered = {offer.action for offer in offers.actions}
            action = Action.DONE_BY_ME if Action.DONE_BY_ME in offered else Action.RETRY
            if action in offered:
                demo.act(item.subject, action, version=offers.version, note='seen to')
    view = demo.view()
    assert {task.state for task in view.tasks.values()} <= FINAL
    assert not any(case.is_open for case in view.cases.values())
    assert view.mode_cause == ''


async def test_the_screenshot_shows_the_desk() -> None:
    svg = await screenshot.draw(columns=120, rows=36)
    text = svg.replace('&#160;', ' ')
    assert text.startswith('<svg')
    for words in ('HAZARDOUS', 'Nozzle blocked (t02)', 'attended: ana (you), ben', 'OCCUPIED'):
        assert words in text, words


def read_until(fd: int, words: str, *, within_s: float) -> str:
    """Return what a terminal's program wrote, once the words are in it."""
    read, deadline_s = '', time.monotonic() + within_s
    while words not in read:
        left_s = deadline_s - time.monotonic()
        ready = select.select([fd], [], [], max(left_s, 0.0))[0]
        assert ready, f'no {words!r} in {read!r}'
        read += os.read(fd, 65536).decode(errors='replace')
    return read


def drain(fd: int) -> None:
    """Read until the program's end of a terminal is closed, so that it is never held up."""
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass  # how Linux says that nobody has the other end any more


def test_it_runs_in_a_real_terminal_and_q_ends_it() -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, '-m', 'cobot_alloc.tui.demo'],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {'TERM': 'xterm-256color', 'COLORTERM': 'truecolor'},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        read_until(ours, 'gearbox', within_s=20)
        os.write(ours, b'c')
        read_until(ours, 'STOP the cell', within_s=20)
        os.write(ours, b'c')
        os.write(ours, b'q')
        drain(ours)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
