"""Events and reports as JSON texts, and back."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event, EVENT_TYPES

T = TypeVar('T')

_KINDS = {kind.__name__: kind for kind in EVENT_TYPES}
_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}
# Sets have no order of their own; a fixed one makes equal records equal texts.
_encoder = msgspec.json.Encoder(order='deterministic')


def encode_event(event: Event) -> tuple[str, bytes]:
    """Return the event's kind and its body as JSON, in UTF-8."""
    return type(event).__name__, _encoder.encode(event)


def decode_event(kind: str, body: str | bytes) -> Event:
    """
    Return the event of a journal record.

    :raises JournalError: if the kind is not known or the body does not fit it.
    """
    if kind not in _KINDS:
        raise JournalError(f'unknown kind of event {kind!r}; is the journal from a newer version?')
    event: Event = _decode(_KINDS[kind], body)
    return event


def encode_report(report: AttemptReport) -> str:
    """Return an attempt's report as JSON."""
    return _encoder.encode(report).decode()


def decode_report(body: str) -> AttemptReport:
    """
    Return the report of a ledger record.

    :raises JournalError: if the body does not fit.
    """
    return _decode(AttemptReport, body)


def _decode(kind: type[T], body: str | bytes) -> T:
    if kind not in _decoders:
        _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        decoded: T = _decoders[kind].decode(body)
    except msgspec.MsgspecError as error:
        raise JournalError(f'a record of kind {kind.__name__} cannot be read: {error}') from error
    return decoded
