"""What all codes have in common."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

_CodeT = TypeVar('_CodeT', bound='Code')


class Code(str, Enum):
    """
    A word for programs: a text that equals its word, also as a key and in a message.

    :ivar meaning: what it says, for people; the member's docstring as well.
    """

    _value_: str
    meaning: str

    def __str__(self) -> str:
        """Return the word, in every version of the language."""
        return self._value_

    @classmethod
    def known(cls: type[_CodeT], word: str) -> _CodeT | None:
        """Return the member of that word, or None: others may have words of their own."""
        try:
            return cls(word)
        except ValueError:
            return None
