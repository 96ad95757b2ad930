"""Say in plain words what a record's field expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
import types
from typing import Annotated, Any, get_args, get_origin, get_type_hints, Union

from cobot_alloc.domain.codes.code import nearest

# A type hint can be a class, a NewType, a union or a generic; nothing narrower names them all.
Hint = Any

_WORDS = {
    float: 'a number',
    int: 'a whole number',
    str: 'text',
    bool: 'true or false',
    type(None): 'nothing',
}

_MANY = 100


def origin(hint: Hint) -> Hint:
    """Return what a generic hint is made of, None for a plain one."""
    return get_origin(hint)


def is_record(hint: Hint) -> bool:
    """Tell whether a hint names a record of the package."""
    return is_dataclass(hint)


def bare(hint: Hint) -> Hint:
    """Return a hint without the names and notes wrapped around it."""
    while True:
        if origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif hasattr(hint, '__supertype__'):  # a NewType
            hint = hint.__supertype__
        else:
            return hint


def choices(hint: Hint) -> tuple[Hint, ...]:
    """Return the alternatives of a union, or the hint itself."""
    hint = bare(hint)
    if origin(hint) in (Union, types.UnionType):
        return tuple(bare(arm) for arm in get_args(hint))
    return (hint,)


@cache
def known_keys(record: Hint) -> dict[str, Hint]:
    """Return the keys that a record has in a file, and what each expects."""
    hints = get_type_hints(record, include_extras=True)
    rename = getattr(record, '__pydantic_config__', {}).get('alias_generator', str)
    return {rename(_key(item.name, hints[item.name])): hints[item.name] for item in fields(record)}


def _key(name: str, hint: Hint) -> str:
    # A word of Python, such as "from", can only be a key by another name, given here or by
    # the record's alias generator.
    notes = get_args(hint)[1:] if origin(hint) is Annotated else ()
    return next((note.alias for note in notes if getattr(note, 'alias', None)), name)


def below(hint: Hint, key: str | int) -> Hint | None:
    """Return what is expected under a key or index, or None where nothing is."""
    for arm in choices(hint):
        if is_record(arm) and isinstance(key, str) and key in known_keys(arm):
            return known_keys(arm)[key]
        if origin(arm) in (tuple, list, frozenset) and isinstance(key, int):
            return _item(get_args(arm), key)
    return None


def _item(arms: tuple[Hint, ...], index: int) -> Hint | None:
    if len(arms) < 2 or arms[1] is Ellipsis:
        return arms[0] if arms else None
    return arms[index] if index < len(arms) else None


def words(hint: Hint) -> list[str]:
    """Return the words that an enumeration, or several, have for a value."""
    kinds = [it for it in choices(hint) if isinstance(it, type) and issubclass(it, Enum)]
    return [str(member.value) for kind in kinds for member in kind]


def described(hint: Hint) -> str:
    """Return what a hint expects, to follow "expected"."""
    return ' or '.join(dict.fromkeys(_described(arm) for arm in choices(hint)))


def _described(hint: Hint) -> str:
    if hint in _WORDS:
        return _WORDS[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f'one of {", ".join(str(member.value) for member in hint)}'
    arms = get_args(hint)
    if origin(hint) in (tuple, list, frozenset) and arms:
        number = '' if len(arms) < 2 or arms[1] is Ellipsis else f'{len(arms)} '
        return f'a list of {number}{_several(arms[0])}'
    return 'a mapping (key: value)'


def _several(hint: Hint) -> str:
    hint = bare(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f'words, each {_described(hint)}'
    if origin(hint) in (tuple, list, frozenset):
        return _described(hint).replace('a list of', 'lists of', 1)
    single = _WORDS.get(hint)
    return f'{single.removeprefix("a ")}s' if single else 'mappings'


def one_of(word: str, known: Sequence[str]) -> str:
    """Return the known word most like another, or all of them, to follow "expected"."""
    alike = nearest(word, known)
    if alike is not None:
        return repr(alike)
    few = known[:_MANY]  # nobody reads a list of thousands
    if not few:
        return 'none'
    return f'one of {", ".join(sorted(few))}{" ..." if len(known) > _MANY else ""}'
