"""The terminal's own keys, in one line; each can be clicked."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

#: Key as shown, words, action of the app.
KEYS = (
    ('c', 'Cell', 'cell'),
    ('!!', 'Stop', 'stop'),
    ('w', 'Why', 'why'),
    ('p', 'Picture', 'picture'),
    ('?', 'Help', 'help'),
    ('q', 'Quit', 'leave'),
)


class KeyLine(Static):
    """
    Always the same line.

    The library's footer is built anew whenever the focus moves, which costs more than
    everything else on the screen together.
    """

    def __init__(self) -> None:
        """Write the line."""
        markup = '  '.join(
            f'[bold $accent]{key}[/] [@click=app.{action}]{words}[/]'
            for key, words, action in KEYS
        )
        super().__init__(Content.from_markup(markup))
