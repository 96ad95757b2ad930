"""A YAML file as it was read: plain values that know their line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Scalar = str | int | float | bool | None
#: The way to a value: keys of mappings and indices of lists, from the top.
Keys = Sequence[str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """
    One value.

    :ivar keys: for a mapping, where each key stands.
    :ivar size: how many values it holds, itself included.
    :ivar height: how deeply it is nested, 0 for a single value.
    """

    place: Place
    value: Scalar | list[Node] | dict[str, Node]
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    height: int = 0

    def child(self, key: str | int) -> Node | None:
        """Return the value under a key or index, or None."""
        if isinstance(self.value, dict) and isinstance(key, str):
            return self.value.get(key)
        if isinstance(self.value, list) and isinstance(key, int) and key < len(self.value):
            return self.value[key]
        return None

    def plain(self) -> object:
        """Return it as dicts, lists and single values."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file whose top is a mapping."""

    path: str
    root: Node

    def find(self, keys: Keys) -> Node | None:
        """Return the value at the end of a way, or None."""
        node: Node | None = self.root
        for key in keys:
            node = node.child(key) if node is not None else None
        return node

    def place(self, keys: Keys) -> Place:
        """Return where a value stands, or the nearest thing above it that the file has."""
        node, place = self.root, self.root.place
        for key in keys:
            following = node.child(key)
            if following is None:
                break
            # A key is where a person looks; its value may begin lines below.
            place = node.keys[key] if isinstance(key, str) else following.place
            node = following
        return place


def dotted(keys: Iterable[str | int]) -> str:
    """Return a way as people write it: ``arms[0].payload_kg``."""
    text = ''.join(f'[{key}]' if isinstance(key, int) else f'.{key}' for key in keys)
    return text.removeprefix('.')


def printable(text: str) -> str:
    """Return a text on one line: a file's words must not play tricks on a terminal."""
    return ''.join(it if it.isprintable() else repr(it)[1:-1] for it in text)


def shown(value: object) -> str:
    """Return a value as a person would know it from the file, shortened."""
    if isinstance(value, dict):
        return 'a mapping' if value else 'an empty mapping'
    if isinstance(value, list):
        return f'a list of {len(value)}' if value else 'an empty list'
    if value is None:
        return 'nothing'
    if isinstance(value, bool):
        return 'true' if value else 'false'
    text = repr(value)
    return text if len(text) <= 60 else f'{text[:56]}...{text[-1]}'
