"""A cell's state as bytes, and back: equal states are equal bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, MISSING
from functools import cache
import hashlib
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.experience.evidence import Scope
from cobot_alloc.domain.persistent_dict import PersistentDict

#: To be raised when the same events lead to another state than before, in the same shape.
FORMAT = 1

_HINTS = get_type_hints(CellState)
_DICTIONARIES: dict[str, Callable[[Iterable[tuple[Any, Any]]], Any]] = {
    name: get_origin(kind)
    for name, kind in _HINTS.items()
    if get_origin(kind) in (dict, PersistentDict)
}

# Sets have no order and get one, so that equal states are equal bytes. The encoder would sort
# dictionaries too, but theirs is part of the state: it is who came first. So they are lists.
_encoder = msgspec.msgpack.Encoder(order='deterministic')
_DEFAULTS = {field.name: field.default for field in fields(CellState)}


def _image_field(name: str, kind: object) -> tuple[str, Any] | tuple[str, Any, Any]:
    """Return a field of the image; one that an older state lacks has its default."""
    if name in _DICTIONARIES:
        pairs = list[tuple[get_args(kind)]]  # type: ignore[misc, valid-type]
        return (name, pairs, msgspec.field(default_factory=list))
    default = _DEFAULTS[name]
    return (name, kind) if default is MISSING else (name, kind, default)


_Image = msgspec.defstruct(
    'CellStateImage',
    [_image_field(name, kind) for name, kind in _HINTS.items()],
    kw_only=True,
)
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(_Image)


def encode_state(state: CellState) -> bytes:
    """Return a state as MessagePack."""
    fields = {name: getattr(state, name) for name in _HINTS}
    for name in _DICTIONARIES:
        fields[name] = list(fields[name].items())
    return _encoder.encode(fields)


def state_as_json(state: CellState) -> str:
    """Return a state as JSON, for people; what is kept under several words goes by all of them."""
    fields = {name: getattr(state, name) for name in _HINTS}
    for name in _DICTIONARIES:
        fields[name] = {_name(key): value for key, value in fields[name].items()}
    return msgspec.json.format(msgspec.json.encode(fields), indent=2).decode()


def _name(key: object) -> str:
    if not isinstance(key, Scope):
        return str(key)
    together = 'together' if key.together else ''
    words = (key.skill, key.agent_kind.value, key.agent_id, key.part_kind, together)
    return ' '.join(filter(None, words))


def decode_state(body: bytes) -> CellState:
    """
    Return the state of a snapshot.

    :raises JournalError: if the body does not fit.
    """
    try:
        image = _decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise JournalError(f'a state cannot be read: {error}') from error
    fields = {name: getattr(image, name) for name in _HINTS}
    for name, dictionary in _DICTIONARIES.items():
        fields[name] = dictionary(fields[name])
    return CellState(**fields)


@cache
def state_format() -> str:
    """Return what tells states of this shape and meaning from others."""
    shape = _without_words(msgspec.json.schema(_Image))
    digest = hashlib.sha256(msgspec.json.encode(shape, order='deterministic'))
    return f'{FORMAT}-{digest.hexdigest()[:16]}'


def _without_words(schema: object) -> object:
    """Return a schema without its docstrings."""
    if isinstance(schema, dict):
        return {k: _without_words(v) for k, v in schema.items() if k != 'description'}
    if isinstance(schema, list):
        return [_without_words(item) for item in schema]
    return schema
