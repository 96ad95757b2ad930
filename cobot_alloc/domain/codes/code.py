"""What all codes have in common."""

from __future__ import annotations

from collections.abc import Iterable
import difflib
from enum import Enum
from typing import TypeVar

#: How like another a word has to be (0 to 1) to be meant, and to be a slip of it.
_MEANT, SLIP = 0.6, 0.8
#: Comparing takes its time: a longer list is compared as far as this.
_MANY = 100

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


def nearest(word: str, known: Iterable[str], *, alike: float = _MEANT) -> str | None:
    """
    Return the known word that is most like another, or None if none is like it.

    :param alike: how like it has to be, 0 to 1.
    """
    few = [str(other) for other, _ in zip(known, range(_MANY), strict=False)]
    found = difflib.get_close_matches(word, few, n=1, cutoff=alike)
    return found[0] if found else None
