"""A page to read: help, or an explanation."""

from __future__ import annotations

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.markup import escape
from textual.screen import ModalScreen
from textual.widgets import Static


class ReadingDialog(ModalScreen[None]):
    """Shows a text until the person goes back."""

    BINDINGS = [  # noqa: RUF012 - as the library declares it
        Binding('escape,enter,q,question_mark,w', 'back', 'Back'),
    ]

    def __init__(self, *, title: str, text: RenderableType) -> None:
        """Take what is to be read."""
        super().__init__()
        self._heading = title
        self._text = text

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll(classes='dialog reading') as box:
            box.border_title = escape(self._heading)
            box.border_subtitle = 'Esc back'
            yield Static(self._text)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)
