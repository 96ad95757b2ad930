"""A piece of text that is drawn again only when it says something else."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


class Line(Static):
    """Shows plain or styled text; nothing in it is read as markup."""

    def __init__(self, *, id: str, grows: bool = False) -> None:
        """
        Start empty.

        :param grows: its height follows the text, so that a new text may move others.
        """
        super().__init__(id=id, markup=False)
        self._grows = grows
        self._said: object = None

    def say(self, words: str | Text) -> None:
        """Show a text."""
        key = (words.plain, words.spans, words.style) if isinstance(words, Text) else words
        if key != self._said:
            self._said = key
            self.update(words, layout=self._grows)
