"""
A dictionary whose copies cost what was changed lately, and not what it holds.

States are values: each input makes a new one of the last. A dictionary of ten thousand tasks
that is copied for each of them would make the cost of a decision grow with what waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import TypeVar

KeyT = TypeVar('KeyT')
ValueT = TypeVar('ValueT')

_ABSENT = object()
#: Changes that are kept beside the shared part: so many, or this share of it.
_FEW, _SHARE = 64, 16


class PersistentDict(MutableMapping[KeyT, ValueT]):
    """
    A dictionary in order of insertion, as ``dict`` is, that shares its bulk with its copies.

    What has changed is kept beside a shared part that nobody changes any more; now and then a
    copy makes a new shared part of both.
    """

    __slots__ = ('_gone', '_new', '_shared', '_tail')

    def __init__(self, pairs: Iterable[tuple[KeyT, ValueT]] = ()) -> None:
        """Take the first content."""
        self._shared: dict[KeyT, ValueT] = dict(pairs)
        self._new: dict[KeyT, ValueT] = {}  # changed and added
        self._tail: dict[KeyT, None] = {}  # of these, what stands behind the shared part
        self._gone: set[KeyT] = set()  # no longer where it stands in the shared part

    def copy(self) -> PersistentDict[KeyT, ValueT]:
        """Return a dictionary of one's own with the same content."""
        if len(self._new) + len(self._gone) > max(_FEW, len(self._shared) // _SHARE):
            self._settle()
        twin: PersistentDict[KeyT, ValueT] = PersistentDict.__new__(PersistentDict)
        twin._shared = self._shared
        twin._new = self._new.copy()
        twin._tail = self._tail.copy()
        twin._gone = self._gone.copy()
        return twin

    def _settle(self) -> None:
        shared = self._shared.copy()
        for key in self._gone:
            del shared[key]
        shared.update(self._new)  # what was changed keeps its place, the rest goes to the end
        self._shared, self._new, self._tail, self._gone = shared, {}, {}, set()

    def __getitem__(self, key: KeyT) -> ValueT:
        """Return the value of a key."""
        value = self._new.get(key, _ABSENT)
        if value is not _ABSENT:
            return value  # type: ignore[return-value]
        if self._gone and key in self._gone:
            raise KeyError(key)
        return self._shared[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether there is such a key."""
        return key in self._new or (key in self._shared and key not in self._gone)

    def __setitem__(self, key: KeyT, value: ValueT) -> None:
        """Set a value; one that is set again keeps its place."""
        if key not in self._new and (key in self._gone or key not in self._shared):
            self._tail[key] = None
        self._new[key] = value

    def __delitem__(self, key: KeyT) -> None:
        """Take a key out."""
        if key in self._tail:
            del self._tail[key]
        elif key in self._shared and key not in self._gone:
            self._gone.add(key)
        else:
            raise KeyError(key)
        self._new.pop(key, None)

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self._shared) - len(self._gone) + len(self._tail)

    def __iter__(self) -> Iterator[KeyT]:
        """Walk the keys in their order."""
        if self._gone:
            gone = self._gone
            yield from (key for key in self._shared if key not in gone)
        else:
            yield from self._shared
        yield from self._tail

    def __repr__(self) -> str:
        """Return what it holds."""
        return f'PersistentDict({dict(self.items())!r})'
