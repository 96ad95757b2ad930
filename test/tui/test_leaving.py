"""How a terminal ends: by its key, or because the shift did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.lifecycles.task import FINAL
from cobot_alloc.tui import app as app_module
from cobot_alloc.tui.dialogs.shift_ended import ShiftEndedDialog

if TYPE_CHECKING:
    from tui.conftest import OpenTerminal, RecordingGateway, Terminal


def is_running(terminal: Terminal) -> bool:
    return terminal.app.return_code is None


def all_done(view: CellView) -> bool:
    return all(task.state in FINAL for task in view.tasks.values())


async def test_with_nothing_left_behind_q_quits(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(failing=(), present=('ben',))
    async with a_terminal(gateway) as terminal:
        await terminal.pilot.press('q')
        assert not is_running(terminal)
        assert ('close', None, None) not in gateway.calls, 'whoever made it closes it'


async def test_q_asks_back_while_something_would_be_left_behind(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('q')
        assert '1 question waits for an answer.' in terminal.text('.dialog')
        assert 'ana stays signed on' in terminal.text('.dialog')
        await terminal.press('escape')
        assert is_running(terminal)
        await terminal.press('q')
        await terminal.pilot.press('enter')
        assert not is_running(terminal)


async def test_at_the_end_of_the_shift_any_key_closes(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(failing=(), now_s=0.0)
    async with a_terminal(gateway, exit_when=all_done) as terminal:
        assert not isinstance(terminal.app.screen, ShiftEndedDialog)
        gateway.clock.now_s = 60.0
        await terminal.refresh()
        assert 'Shift ended' in terminal.text()
        assert '2 of 2 tasks done, 0 questions answered.' in terminal.text('.dialog')
        await terminal.pilot.press('x')
        assert not is_running(terminal)


async def test_it_closes_by_itself(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app_module, 'LAST_PAGE_S', 1)
    async with a_terminal(a_gateway(failing=()), exit_when=all_done) as terminal:
        dialog = terminal.app.screen
        assert isinstance(dialog, ShiftEndedDialog)
        dialog.count_down()
        await terminal.pilot.pause()
        assert not is_running(terminal)


async def test_escape_stays_and_then_q_quits_without_a_question(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    async with a_terminal(a_gateway(failing=()), exit_when=all_done) as terminal:
        await terminal.press('escape')
        await terminal.refresh()
        assert is_running(terminal)
        assert not isinstance(terminal.app.screen, ShiftEndedDialog)
        await terminal.pilot.press('q')
        assert not is_running(terminal)


async def test_nobody_is_torn_out_of_a_half_written_note(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    case = gateway.case_about('t04')
    async with a_terminal(gateway, exit_when=all_done) as terminal:
        await terminal.press('x', 'h')
        gateway.act_as('ben', case, Action.SKIP, note='done with it')
        await terminal.refresh()
        assert not isinstance(terminal.app.screen, ShiftEndedDialog)
        await terminal.press('escape')
        await terminal.refresh()
        assert isinstance(terminal.app.screen, ShiftEndedDialog)
