"""The pages to read: help and why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TYPE_CHECKING

from PIL import Image
import pytest

from cobot_alloc.domain.errors import Refused
from cobot_alloc.tui.desk_screen import DeskScreen

if TYPE_CHECKING:
    from tui.conftest import OpenTerminal, RecordingGateway


async def test_help_names_the_keys_and_the_modes_and_goes_away(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('?')
        for words in ('stop the cell, even while typing', 'choose a row', 'LATCHED'):
            assert words in terminal.text()
        await terminal.press('escape')
        assert isinstance(terminal.app.screen, DeskScreen)


async def test_why_asks_about_the_task_behind_the_selected_case(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        await terminal.press('w')
        assert gateway.calls[-1] == ('explain', 't04', None)
        assert 'Why: task t04' in terminal.text()
        assert 'chosen, would finish in' in terminal.text('.dialog')
        await terminal.press('escape')
        assert isinstance(terminal.app.screen, DeskScreen)


async def test_why_without_an_answer_is_told(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    gateway.broken['explain'] = Refused('unknown_task', 'there is no task t04')
    async with a_terminal(gateway) as terminal:
        await terminal.press('w')
        assert 'No explanation: unknown task there is no task t04' in terminal.told


async def test_why_without_a_task_says_what_to_choose(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
) -> None:
    gateway = a_gateway(tasks=())
    async with a_terminal(gateway) as terminal:
        await terminal.press('w')
        assert 'Choose a task' in terminal.told
        assert not any(name == 'explain' for name, *_ in gateway.calls)


async def test_a_case_says_where_its_picture_is_and_shows_it(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
    tmp_path: Path,
) -> None:
    path = tmp_path / 'panda 1.png'
    Image.new('RGB', (64, 36), (200, 30, 30)).save(path)
    async with a_terminal(a_gateway(picture=path.as_uri())) as terminal:
        await terminal.press('pagedown')
        assert 'p shows it' in terminal.text()
        await terminal.press('p')
        shown = terminal.app.screen.query_one('#picture')
        assert shown.size.width > 20
        assert shown.size.height > 5
        assert '1.png' in terminal.text('#path')
        await terminal.press('escape')
        assert isinstance(terminal.app.screen, DeskScreen)


async def test_a_picture_is_opened_outside(
    a_terminal: OpenTerminal,
    a_gateway: Callable[..., RecordingGateway],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Any] = []
    async with a_terminal(a_gateway(picture='file:///pictures/panda-1.png')) as terminal:
        monkeypatch.setattr(terminal.app, 'open_url', opened.append)
        await terminal.press('p')
        assert 'not rendered yet, or on another machine' in terminal.text('.dialog')
        await terminal.press('o')
    assert opened == ['file:///pictures/panda-1.png']


async def test_without_a_picture_it_says_what_to_choose(
    a_terminal: OpenTerminal,
    gateway: RecordingGateway,
) -> None:
    async with a_terminal(gateway) as terminal:
        assert 'p shows it' not in terminal.text()
        await terminal.press('p')
        assert 'Choose a case that has a picture.' in terminal.told
