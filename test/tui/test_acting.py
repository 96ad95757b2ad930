"""From a key to the gateway: what is sent, what is asked back, what a refusal does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from support.present import present
from textual.widgets import Button, Input

from cobot_alloc.domain.case import Action
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.tui.dialogs.confirm import ConfirmDialog

if TYPE_CHECKING:
    from tui.conftest import OpenTerminal, RecordingGateway


def task_state(gateway: RecordingGateway, task_id: str = 't04') -> TaskState:
    return gateway.view().tasks[task_id].state


async def test_claim_and_release_are_sent_at_once_with_the_version_shown(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    case = gateway.case_about('t04')
    version = gateway.view().cases[case.id].version
    async with a_terminal(gateway) as terminal:
        await terminal.press('m')
        assert gateway.sent[0] | {'offer': None} == {
            'subject': case,
            'action': Action.CLAIM,
            'version': version,
            'note': '',
            'offer': None,
        }
        assert gateway.view().cases[case.id].claimed_by == 'ana'
        assert 'ana' in terminal.text('#desk-table')
        await terminal.press('u')
        assert gateway.actions == [Action.CLAIM, Action.RELEASE]
        assert gateway.view().cases[case.id].state is CaseState.OPEN


async def test_a_retry_is_asked_back_with_what_is_asserted_about_the_world(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('r')
        assert isinstance(terminal.app.screen, ConfirmDialog)
        assert 'You state: part gear_2 is at tray_a.2.' in terminal.text()
        assert 'The part was lost on the way (t04)' in terminal.text('.dialog')
        await terminal.press('escape')
        assert not isinstance(terminal.app.screen, ConfirmDialog)
        assert gateway.actions == []
        assert task_state(gateway) is TaskState.AWAITING_DECISION
        await terminal.press('r', 'enter')
        assert gateway.actions == [Action.RETRY]
        assert gateway.sent[0]['offer'].asserts_part == 'gear_2'
        assert task_state(gateway) is not TaskState.AWAITING_DECISION


async def test_a_note_is_asked_for_until_there_is_one(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('x', 'space', 'enter')
        assert gateway.actions == []
        assert terminal.app.screen.query_one(Input).has_focus
        assert 'A note is needed' in terminal.text('.dialog')
        await terminal.press('backspace', 'q', 'c', 'enter')
        assert gateway.actions == [Action.SCRAP]
        assert gateway.sent[0]['note'] == 'qc', (
            "the terminal's own keys are letters like any other here"
        )
        assert task_state(gateway) is TaskState.SCRAPPED


async def test_a_button_does_what_its_key_does(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('enter')
        focused = terminal.app.focused
        assert isinstance(focused, Button)
        assert 'Claim' in str(focused.label)
        await terminal.press('enter')
        assert gateway.actions == [Action.CLAIM]
        assert present(terminal.app.focused).id == 'desk-table'


async def test_a_click_on_a_button_acts(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.pilot.click('OfferButton')
        await terminal.refresh()
        assert gateway.actions == [Action.CLAIM]


async def test_a_stale_screen_cannot_act_and_is_told(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    case = gateway.case_about('t04')
    async with a_terminal(gateway) as terminal:
        # ben claims and gives back while ana's terminal has not looked again.
        gateway.act_as('ben', case, Action.CLAIM)
        gateway.act_as('ben', case, Action.RELEASE)
        await terminal.press('m')
        assert gateway.actions == [Action.CLAIM]
        assert gateway.view().cases[case.id].claimed_by == ''
        assert 'stale version' in terminal.told
        assert 'decide again' in terminal.told
        # The offers were asked for again, so the second try is good.
        await terminal.press('m')
        assert gateway.view().cases[case.id].claimed_by == 'ana'


async def test_a_confirmation_keeps_the_version_that_was_shown(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    case = gateway.case_about('t04')
    shown = gateway.view().cases[case.id].version
    async with a_terminal(gateway) as terminal:
        await terminal.press('r')
        gateway.act_as('ben', case, Action.CLAIM)
        await terminal.refresh()
        await terminal.press('enter')
        assert gateway.sent[0]['version'] == shown
        assert 'stale version' in terminal.told
        assert task_state(gateway) is TaskState.AWAITING_DECISION


async def test_a_refusal_is_told_with_its_code_and_sentence(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    case = gateway.case_about('t04')
    async with a_terminal(gateway) as terminal:
        gateway.act_as('ben', case, Action.CLAIM)
        await terminal.refresh()
        await terminal.press('d', 'enter')
        assert 'claimed by other' in terminal.told
        assert 'is with ben' in terminal.told


@pytest.mark.parametrize(
    'error', [ValueError('broken [wire'), OSError('gone')], ids=['value', 'os']
)
async def test_a_call_that_breaks_is_told_and_the_terminal_lives(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
    error: ValueError | OSError,
) -> None:
    async with a_terminal(gateway) as terminal:
        gateway.broken['act'] = error
        await terminal.press('m')
        assert str(error) in terminal.told
        del gateway.broken['act']
        await terminal.press('m')
        assert gateway.actions == [Action.CLAIM, Action.CLAIM]


async def test_while_an_action_is_on_its_way_no_other_is_taken(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        gateway.hold.clear()
        await terminal.pilot.press('m')
        await terminal.pilot.press('m')
        await terminal.pilot.press('r')
        await terminal.pilot.pause()
        assert 'Sending: Claim' in terminal.text('ActionBar')
        gateway.hold.set()
        await terminal.refresh()
        assert gateway.actions == [Action.CLAIM]


async def test_whoever_is_not_signed_on_is_told_before_and_after(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(present=())
    async with a_terminal(gateway) as terminal:
        assert 'You are not signed on' in terminal.text('ActionBar')
        await terminal.press('m')
        assert 'not signed on' in terminal.told
        await terminal.press('c', 'o')
        assert gateway.view().people == ('ana',)
        assert 'You are not signed on' not in terminal.text('ActionBar')
