"""Conditions that a file may give as one word or as a list of words."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

from cobot_alloc.files.document import Keys
from cobot_alloc.files.problems import Problems

WordT = TypeVar('WordT', bound=str | Enum)


def as_set(written: WordT | tuple[WordT, ...]) -> frozenset[WordT]:
    """Return the words; none stand for all."""
    return frozenset(written if isinstance(written, tuple) else (written,))


def refuse_empty(problems: Problems, keys: Keys, names: Iterable[str]) -> None:
    """Note an empty word or list: it reads as "none of them" and would match all of them."""
    for name in names:
        node = problems.document.find((*keys, name))
        if node is not None and (not node.value or '' in _words(node.plain())):
            problems.expected((*keys, name), 'at least one word; leave the key out to match all')


def _words(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
