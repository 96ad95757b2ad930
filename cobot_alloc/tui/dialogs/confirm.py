"""Asks back before an action is sent."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.markup import escape
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static


class NoteInput(Input):
    """A line of text that leaves the stop key alone."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Tell whether a key is typed here; the exclamation mark is the terminal's own."""
        return character != '!' and super().check_consume_key(key, character)


class ConfirmDialog(ModalScreen[str | None]):
    """Gives back the note (empty if none was asked for), or None if the person went back."""

    BINDINGS = [  # noqa: RUF012 - as the library declares it
        Binding('escape', 'back', 'Back'),
        Binding('enter', 'confirm', 'Confirm', show=False),
    ]

    def __init__(
        self,
        *,
        title: str,
        lines: tuple[str, ...] = (),
        statement: str = '',
        confirm: str,
        needs_note: bool = False,
    ) -> None:
        """
        Say what is asked.

        :param statement: what the person asserts about the world by confirming.
        """
        super().__init__()
        self._heading = title
        self._lines = lines
        self._statement = statement
        self._confirm = confirm
        self._needs_note = needs_note

    def compose(self) -> ComposeResult:
        """Lay out the question, the note and the two ways out."""
        with Vertical(classes='dialog') as box:
            box.border_title = escape(self._heading)
            for line in self._lines:
                yield Static(Content(line), classes='line')
            if self._statement:
                yield Static(Content(self._statement), classes='statement')
            if self._needs_note:
                yield NoteInput(placeholder='Why? This note is kept with the answer.', id='note')
                yield Static('', id='missing')
            with Horizontal(classes='choices'):
                yield Button(_label('Enter', self._confirm), id='confirm', compact=True)
                yield Button(_label('Esc', 'Back'), id='back', compact=True)

    def on_mount(self) -> None:
        """Put the cursor where the person goes on."""
        self.query_one('#note' if self._needs_note else '#confirm').focus()

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_confirm()

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == 'confirm':
            self.action_confirm()
        else:
            self.action_back()

    def action_confirm(self) -> None:
        """Go ahead, once there is a note where one is needed."""
        note = self.query_one(Input).value.strip() if self._needs_note else ''
        if self._needs_note and not note:
            self.query_one('#missing', Static).update('A note is needed here.')
            self.query_one(Input).focus()
            return
        self.dismiss(note)

    def action_back(self) -> None:
        """Go back; nothing is sent."""
        self.dismiss(None)


def _label(key: str, words: str) -> Content:
    return Content.assemble((f' {key} ', 'bold $accent'), words)
