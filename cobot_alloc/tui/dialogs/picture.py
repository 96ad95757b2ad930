"""The picture of a failure, as well as this terminal can show one."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.markup import escape
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

# Asks the terminal, when it is imported, what it can show: after the start it is too late.
from textual_image.widget import Image as TerminalImage


class PictureDialog(ModalScreen[None]):
    """Shows a picture until the person goes back."""

    BINDINGS = [  # noqa: RUF012 - as the library declares it
        Binding('escape,enter,q,p', 'back', 'Back'),
        Binding('o', 'open', 'Open with the desktop'),
    ]

    def __init__(self, *, title: str, uri: str, path: str) -> None:
        """Take what is to be shown; the file may not be there yet, or never be here."""
        super().__init__()
        self._heading = title
        self._uri = uri
        self._path = path

    def compose(self) -> ComposeResult:
        """Lay out the picture, with its path below."""
        with Vertical(classes='dialog picture') as box:
            box.border_title = escape(self._heading)
            box.border_subtitle = 'o opens it on the desktop, Esc back'
            yield self._picture()
            yield Static(self._path, id='path', markup=False)

    def _picture(self) -> Widget:
        try:
            with Image.open(Path(self._path)) as picture:
                return TerminalImage(picture.copy(), id='picture')
        except OSError:
            return Static('It is not here: not rendered yet, or on another machine.', markup=False)

    def action_open(self) -> None:
        """Open it with whatever the desktop shows pictures with."""
        self.app.open_url(self._uri)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)
