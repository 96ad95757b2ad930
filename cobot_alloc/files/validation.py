"""
Turn a file into a record, or refuse it with one plain line for each problem.

pydantic finds the problems; what they are called, here, is up to the record's own type
hints, because "got 'fast', expected a number" helps whoever wrote the file and the name of a
validator does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from cobot_alloc.domain.codes.code import nearest
from cobot_alloc.files.document import Document
from cobot_alloc.files.expectations import (
    below,
    choices,
    described,
    Hint,
    is_record,
    known_keys,
    one_of,
    words,
)
from cobot_alloc.files.problems import Problems

T = TypeVar('T')


@cache
def _adapter(record: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(record)


def validate(document: Document, record: type[T]) -> T:
    """
    Return a file as a record.

    :raises BadInput: with one line for each problem.
    """
    # Through JSON, because there strictness means what it does in a file: a list may become
    # a tuple and a word an enum member, but 1 is not true and '1' is not 1.
    data = json.dumps(document.root.plain())
    kind: Any = record
    try:
        made: T = _adapter(kind).validate_json(data, strict=True)
    except ValidationError as error:
        problems = Problems(document)
        _collect(error, record, problems)
        problems.refuse_if_any()
        raise
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """A place in a record: the way to it in the file, and what is expected there and above."""

    keys: tuple[str | int, ...]
    hint: Hint
    above: Hint


def _collect(error: ValidationError, record: type, problems: Problems) -> None:
    faults = [
        (_located(problems.document, record, fault['loc']), fault)
        for fault in error.errors(include_url=False, include_input=False)
    ]
    ways = {spot.keys for spot, _ in faults}
    for spot, fault in faults:
        # Of a union, each alternative reports; what lies deepest is what was meant.
        if not any(_leads_beyond(way, spot.keys) for way in ways):
            _explain(problems, spot, fault)


def _leads_beyond(way: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    return len(way) > len(other) and way[: len(other)] == other


def _located(document: Document, record: type, loc: tuple[str | int, ...]) -> _Spot:
    keys: list[str | int] = []
    hint: Hint = record
    above: Hint = None
    for key in loc:
        following = below(hint, key)
        if isinstance(key, str) and _record_of(hint) is None:
            continue  # the name of a union's alternative
        if isinstance(key, int) and document.find((*keys, key)) is None:
            break  # a list that is too short: the list is at fault, not what it lacks
        keys.append(key)
        hint, above = following, hint
    return _Spot(keys=tuple(keys), hint=hint, above=above)


def _record_of(hint: Hint) -> Hint | None:
    return next((arm for arm in choices(hint) if is_record(arm)), None)


def _explain(problems: Problems, spot: _Spot, fault: Mapping[str, Any]) -> None:
    if fault['type'] == 'value_error':
        record = _record_of(spot.hint)
        known = known_keys(record) if record is not None else ()
        problems.refused(spot.keys, str(fault['ctx']['error']), known=known)
    elif fault['type'] == 'unexpected_keyword_argument':
        names = list(known_keys(_record_of(spot.above)))
        problems.add(
            spot.keys, f'got an unknown key, expected {one_of(str(spot.keys[-1]), names)}'
        )
    else:
        problems.expected(spot.keys, described(spot.hint) + _perhaps(problems.document, spot))


def _perhaps(document: Document, spot: _Spot) -> str:
    """Return the word of an enumeration that a slip is most like, to follow what is expected."""
    node = document.find(spot.keys)
    if node is None or not isinstance(node.value, str):
        return ''
    alike = nearest(node.value, words(spot.hint))
    return '' if alike is None else f', perhaps {alike!r}'
