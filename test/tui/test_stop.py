"""A stop is two keys away from anywhere, and nothing in the terminal holds it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cobot_alloc.domain.case import Action
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode

if TYPE_CHECKING:
    from tui.conftest import OpenTerminal, RecordingGateway


@pytest.mark.parametrize(
    'before',
    [(), ('tab',), ('?',), ('x', 'h'), ('q',)],
    ids=['desk', 'button', 'help', 'note', 'quit'],
)
async def test_two_keys_stop_the_cell_from_anywhere(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
    before: tuple[str, ...],
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press(*before)
        await terminal.press('!', '!')
        assert gateway.actions == [Action.STOP]
        assert gateway.view().mode is SafetyMode.LATCHED
        if before == ('x', 'h'):
            await terminal.press('enter')
            assert gateway.sent[1]['note'] == 'h', 'a stop leaves a half-written note alone'


async def test_two_keys_in_a_burst_are_enough(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.pilot.press('!', '!')
        await terminal.refresh()
        assert gateway.actions == [Action.STOP]


async def test_a_stop_is_tried_even_if_the_allocator_is_not_heard(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        gateway.demo.is_heard = False
        await terminal.refresh()
        gateway.broken['act'] = Refused('no_answer', 'the allocator did not answer')
        await terminal.press('!', '!')
        assert gateway.actions == [Action.STOP]
        assert 'Use the stop button at the cell.' in terminal.told


async def test_a_stop_does_not_wait_for_an_answer_to_something_else(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        gateway.hold.clear()
        await terminal.pilot.press('m')
        await terminal.pilot.press('!', '!')
        gateway.hold.set()
        await terminal.refresh()
        assert gateway.actions == [Action.CLAIM, Action.STOP]


async def test_the_cell_key_stops_too_and_the_way_back_is_asked_back(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('c', 's')
        assert 'CELL LATCHED' in terminal.text('CellBar')
        await terminal.press('c', 'e', 'k', 'enter')
        assert gateway.view().mode is SafetyMode.STOPPED
        await terminal.press('c', 'r')
        assert gateway.actions == [Action.STOP, Action.RESET_STOP]
        await terminal.press('enter')
        assert gateway.actions == [Action.STOP, Action.RESET_STOP, Action.RESUME]
        assert gateway.view().mode is SafetyMode.NORMAL
