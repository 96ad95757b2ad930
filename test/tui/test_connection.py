"""A lost allocator is loud, actions are off with a reason, and all is well when it returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Button

from cobot_alloc.domain.case import Action
from cobot_alloc.domain.errors import Refused
from cobot_alloc.tui import offer_book

if TYPE_CHECKING:
    from tui.conftest import OpenTerminal, RecordingGateway


async def test_a_lost_allocator_is_loud_and_actions_are_off_until_it_returns(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        gateway.demo.is_heard = False
        await terminal.refresh()
        assert 'ALLOCATOR NOT HEARD' in terminal.text('CellBar')
        assert 'NO ANSWER' in terminal.text('CellBar')
        assert 'Actions are off: the allocator is not heard.' in terminal.text('ActionBar')
        assert not any(button.focusable for button in terminal.app.screen.query(Button))
        before = len(gateway.calls)
        await terminal.press('m', 'r', 'tab', 'escape')
        assert len(gateway.calls) == before, 'nothing is asked or sent'
        gateway.demo.is_heard = True
        await terminal.refresh()
        assert 'NOT HEARD' not in terminal.text('CellBar')
        await terminal.press('m')
        assert gateway.actions == [Action.CLAIM]


async def test_a_terminal_that_never_heard_one_says_for_whom_it_waits(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(tasks=(), present=())
    gateway.demo.is_heard = False
    async with a_terminal(gateway) as terminal:
        assert 'ALLOCATOR NOT HEARD' in terminal.text('CellBar')
        assert 'gearbox' in terminal.text('CellBar')


async def test_offers_that_do_not_come_are_asked_for_again(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gateway.broken['offers'] = Refused('no_answer', 'no answer within 2 s')
    async with a_terminal(gateway) as terminal:
        assert 'no answer within 2 s' in terminal.text('ActionBar')
        asked = len(gateway.calls)
        await terminal.refresh()
        assert len(gateway.calls) == asked, 'not at every look'
        del gateway.broken['offers']
        monkeypatch.setattr(offer_book, 'PATIENCE_S', 0.0)
        await terminal.refresh()
        assert 'Claim' in terminal.text('ActionBar')
