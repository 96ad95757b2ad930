"""What the main screen shows, and what of it is selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.tui.desk_screen import DeskScreen
from cobot_alloc.tui.widgets.desk import Desk

if TYPE_CHECKING:
    from tui.conftest import OpenTerminal, RecordingGateway


SIZES = [(80, 24), (120, 36)]


@pytest.mark.parametrize('size', SIZES, ids=str)
async def test_everything_that_matters_is_on_the_screen(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
    size: tuple[int, int],
) -> None:
    async with a_terminal(gateway, size=size) as terminal:
        screen = terminal.text()
        for words in (
            'gearbox  00:00:30  ● NORMAL  attended: ana (you), ben  ● connected',
            'The part was lost on the way',
            '1 open case, 0 human tasks',
            'gear_2 fell at 0.3 m',
            'm Claim',
            'd Done by me',
            'n Cancel task',
            'arm_1',
            'all zones clear',
            '1/2 done',
            'c Cell',
            'q Quit',
        ):
            assert words in screen, words


async def test_the_offers_are_those_of_the_gateway_and_no_others(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    case = gateway.case_about('t04')
    async with a_terminal(gateway) as terminal:
        shown = terminal.text('ActionBar')
        labels = [offer.label for offer in gateway.demo.offers(case).actions]
        assert all(label in shown for label in labels)
        buttons = terminal.app.screen.query('OfferButton')
        assert len(labels) == sum(button.display for button in buttons)


async def test_only_what_changed_is_asked_for_and_drawn_again(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = gateway.case_about('t04')
    async with a_terminal(gateway) as terminal:
        asked = gateway.calls.count(('offers', case, None))
        for _ in range(3):
            await terminal.refresh()
        assert gateway.calls.count(('offers', case, None)) == asked
        gateway.act_as('ben', case, Action.CLAIM)
        await terminal.refresh()
        assert gateway.calls.count(('offers', case, None)) == asked + 1
        assert 'u Release' in terminal.text('ActionBar')
        drawn = []
        monkeypatch.setattr(DeskScreen, 'show', lambda _, view: drawn.append(view))
        await terminal.refresh()
        assert drawn == []
        gateway.act_as('ben', case, Action.RELEASE)
        await terminal.refresh()
        assert len(drawn) == 1


async def test_a_new_row_above_does_not_move_the_selection(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(
        failing=('t02', 't12'), tasks=('t02', 't12'), now_s=0.0, present=('ana', 'ben')
    )
    async with a_terminal(gateway) as terminal:
        gateway.clock.now_s = 9.5
        await terminal.refresh()
        first = terminal.subject
        assert first == gateway.case_about('t02')
        gateway.clock.now_s = 20.0
        await terminal.refresh()
        assert len(terminal.app.screen.query_one(Desk).table.rows) == 2
        assert terminal.subject == first


async def test_the_next_one_is_selected_after_an_answer(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(failing=('t02', 't12'), tasks=('t02', 't12'))
    async with a_terminal(gateway) as terminal:
        assert terminal.subject == gateway.case_about('t02')
        await terminal.press('k', 'n', 'enter')
        assert gateway.actions == [Action.SKIP]
        assert terminal.subject == gateway.case_about('t12')
        assert 'Take over' in terminal.text('ActionBar')


async def test_a_case_that_someone_else_answered_is_told(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    case = gateway.case_about('t04')
    async with a_terminal(gateway) as terminal:
        gateway.act_as('ben', case, Action.SKIP, note='not today')
        await terminal.refresh()
        assert f'{case.id} was answered by ben: skip.' in terminal.told


@pytest.mark.parametrize(
    ('tasks', 'words'),
    [(('t12',), 'No open cases. 1 of 1 tasks done.'), ((), 'No open cases. No tasks yet.')],
)
async def test_an_empty_desk_is_friendly(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
    tasks: tuple[str],
    words: str,
) -> None:
    gateway = a_gateway(failing=(), tasks=tasks)
    async with a_terminal(gateway) as terminal:
        assert words in terminal.text('Desk')
        assert terminal.subject is None
        await terminal.press('m', 'r')
        assert gateway.actions == []


async def test_a_first_question_rings_the_bell_and_is_selected(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gateway = a_gateway(now_s=0.0)
    async with a_terminal(gateway) as terminal:
        rings = []
        monkeypatch.setattr(terminal.app, 'bell', lambda: rings.append(1))
        await terminal.refresh()
        assert rings == []
        gateway.clock.now_s = 30.0
        await terminal.refresh()
        await terminal.refresh()
        assert rings == [1]
        assert terminal.subject == gateway.case_about('t04')
        await terminal.press('m')
        assert gateway.actions == [Action.CLAIM]


async def test_a_human_task_is_claimed_and_reported_done(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(failing=(), tasks=('t11',), present=('ana',))
    async with a_terminal(gateway) as terminal:
        # The allocator gave it to the one person who is there.
        assert terminal.subject == Subject(SubjectKind.TASK, 't11')
        await terminal.press('d', 'o', 'k', 'enter')
        assert gateway.actions == [Action.DONE_BY_ME]
        assert gateway.sent[0]['note'] == 'ok'
        assert 'No open cases. 1 of 1 tasks done.' in terminal.text('Desk')


async def test_arms_can_be_looked_at_and_escape_returns_to_the_desk(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('shift+tab', 'down')
        assert terminal.subject == Subject(SubjectKind.AGENT, 'arm_2')
        assert 'dispense, fasten, pick_place' in terminal.text('DetailsPane')
        assert 'Nothing can be done about this now.' in terminal.text('ActionBar')
        await terminal.press('home')
        assert terminal.subject == Subject(SubjectKind.AGENT, 'arm_1')
        await terminal.press('escape')
        assert terminal.subject == gateway.case_about('t04')


async def test_what_comes_from_the_cell_is_never_read_as_markup(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = gateway.view()
    case_id = gateway.case_about('t04').id
    odd = replace(
        view,
        cell_id='[/b]cell',
        mode_cause='[bold',
        serial=view.serial + 1,
        cases={case_id: replace(view.cases[case_id], title='[red]x[/', question='[/]?')},
    )
    async with a_terminal(gateway) as terminal:
        monkeypatch.setattr(gateway, 'view', lambda: odd)
        await terminal.refresh()
        await terminal.press('r')
        assert '[red]x[/' in terminal.text('.dialog')
        await terminal.press('escape')
        assert '[/b]cell' in terminal.text('CellBar')


async def test_the_columns_follow_the_size_of_the_terminal(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway, size=(120, 36)) as terminal:
        await terminal.pilot.resize_terminal(80, 24)
        await terminal.refresh()
        assert 'The part was lost on the' in terminal.text('Desk')
        assert terminal.subject == gateway.case_about('t04')
        assert not terminal.app.screen.query_one(Desk).table.show_horizontal_scrollbar
