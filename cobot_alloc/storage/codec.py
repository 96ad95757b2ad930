"""Events and reports as JSON texts, and back."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import msgspec

from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.events import Event, EVENT_TYPES, TaskSubmitted

T = TypeVar('T')

_KINDS = {kind.__name__: kind for kind in EVENT_TYPES}
_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}
# Sets have no order of their own; a fixed one makes equal records equal texts.
_encoder = msgspec.json.Encoder(order='deterministic')


def encode_event(event: Event) -> tuple[str, bytes]:
    """
    Return the event's kind and its body as JSON, in UTF-8.

    :raises JournalError: if it would not be read back as it is, so that no journal ever holds
        a record that ends its next start.
    """
    kind = type(event).__name__
    try:
        body = _encoder.encode(event)
        # JSON has no word for what is not a number; the encoder writes null.
        is_same = b'null' not in body or _reads_the_same(event, kind, body)
    except (JournalError, TypeError, ValueError, OverflowError) as error:
        raise JournalError(f'an event of kind {kind} cannot be written: {error}') from error
    if not is_same:
        raise JournalError(f'an event of kind {kind} cannot be written: {event} reads otherwise')
    return kind, body


def _reads_the_same(event: Event, kind: str, body: bytes) -> bool:
    if isinstance(event, TaskSubmitted):  # by the thousand, and this is four times as fast
        task = event.task
        numbers = (event.at_s, task.payload_kg, task.earliest_start_s, task.deadline_s or 0.0)
        return math.isfinite(sum(numbers))
    return decode_event(kind, body) == event


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
    """
    Return an attempt's report as JSON.

    :raises JournalError: if it would not be read back as it is.
    """
    try:
        body = _encoder.encode(report).decode()
        is_same = decode_report(body) == report
    except (JournalError, TypeError, ValueError, OverflowError) as error:
        raise JournalError(f'a report cannot be written: {error}') from error
    if not is_same:
        raise JournalError(f'a report cannot be written: {report} reads otherwise')
    return body


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
