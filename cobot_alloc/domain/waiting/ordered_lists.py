"""Ordered lists by key, of which empty ones are not kept."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Sequence
from typing import Any, Generic, TypeVar

KeyT = TypeVar('KeyT', bound=Hashable)
ItemT = TypeVar('ItemT', bound=Any)  # anything with an order


class OrderedLists(Generic[KeyT, ItemT]):
    """For each key, items in their order; an item that is there twice is kept twice."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lists: dict[KeyT, list[ItemT]] = {}

    def __getitem__(self, key: KeyT) -> Sequence[ItemT]:
        """Return the items of a key; none is an empty sequence."""
        return self._lists.get(key, ())

    def add(self, key: KeyT, item: ItemT) -> None:
        """Put an item in its place."""
        insort(self._lists.setdefault(key, []), item)

    def remove(self, key: KeyT, item: ItemT) -> None:
        """Take out an item that is there."""
        items = self._lists[key]
        del items[bisect_left(items, item)]
        if not items:
            del self._lists[key]

    def change(self, key: KeyT, item: ItemT, *, by: int) -> None:
        """Put an item in, by 1, or take it out, by -1."""
        if by > 0:
            self.add(key, item)
        else:
            self.remove(key, item)
