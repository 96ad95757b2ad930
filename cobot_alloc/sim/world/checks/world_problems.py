"""Where the checks of a world note what they find; the reader of world files has the lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

#: The way to a value: names of keys, and numbers in lists from 0.
Keys: TypeAlias = Sequence[str | int]


class WorldProblems(Protocol):
    """Collects what is wrong, so that a person mends a file once and not line by line."""

    def add(self, keys: Keys, text: str) -> None:
        """Note a problem with the value at the end of a way."""

    def expected(self, keys: Keys, what: str) -> None:
        """Note that a value is not what was expected."""

    def unknown(self, keys: Keys, what: str, name: str, known: Sequence[str]) -> None:
        """Note that a name is none of those known; ``what`` says of what kind they are."""

    def line(self, keys: Keys) -> int:
        """Return the line of a value, to be told where else to look."""
