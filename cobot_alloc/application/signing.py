"""
Signed requests: what a person signs, and how the cell knows that it was them.

The middleware does not say who asks, so the application does. A signature covers every field
of a request and the cell it is for, so none can be changed, left out, or used elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cobot_alloc.application.operators import Operator
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused

#: Says what is signed; a change of the format changes it.
_HEADING = 'cobot_alloc action request 1'


def _framed(text: str) -> bytes:
    # Half a surrogate pair is no text, but must not be taken for another one either.
    data = text.encode('utf-8', 'surrogatepass')
    return b'%d:%b,' % (len(data), data)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequest:
    """
    What a person asks the cell to do.

    :ivar stamp_ns: when it was signed, in nanoseconds of the time of day.
    """

    cell_id: str
    request_id: str
    stamp_ns: int
    subject: Subject
    action: Action
    version: int
    actor: str
    note: str = ''
    arguments: tuple[tuple[str, str], ...] = ()

    def message(self) -> bytes:
        """
        Return the bytes to sign: the same for no two different requests.

        Each field is written with its length before it (``5:hello,``), so no text in a field
        can be taken for the border to the next one.
        """
        texts = (
            _HEADING,
            self.cell_id,
            self.request_id,
            str(self.stamp_ns),
            self.subject.kind.value,
            self.subject.id,
            self.action.value,
            str(self.version),
            self.actor,
            self.note,
            *(text for pair in self.arguments for text in pair),
        )
        return b''.join(_framed(text) for text in texts)


class Signer(Protocol):
    """Signs as one person."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""


class Verifier(Protocol):
    """Knows a genuine signature."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature is genuine; what is malformed is not."""


class Authenticator:
    """Knows the operators of a cell and lets nobody else act."""

    def __init__(
        self, operators: Iterable[Operator], verifier: Verifier, *, max_age_s: float
    ) -> None:
        """
        Take the people who may act.

        :param max_age_s: how far a request's stamp may be from now, either way.
        """
        self._operators = {operator.name: operator for operator in operators}
        self._verifier = verifier
        self._max_age_s = max_age_s

    def check(self, request: ActionRequest, signature: bytes, *, now_ns: int) -> Operator:
        """
        Return the operator who signed a request.

        :raises Refused: ``unknown_actor``, ``bad_signature``, ``expired`` or
            ``not_yet_valid``.
        """
        operator = self._operators.get(request.actor)
        if operator is None:
            raise Refused(
                RefusalCode.UNKNOWN_ACTOR, f'{request.actor!r} is not an operator of this cell'
            )
        if not self._verifier.verify(operator.public_key, request.message(), signature):
            raise Refused(
                RefusalCode.BAD_SIGNATURE, f'this was not signed with the key of {operator.name}'
            )
        # Only now, so that nobody learns from the clock what a forged request was worth.
        age_s = (now_ns - request.stamp_ns) / 1e9
        if age_s > self._max_age_s:
            raise Refused(
                RefusalCode.EXPIRED,
                f'signed {age_s:.1f} s ago, expected at most {self._max_age_s:g} s',
            )
        if age_s < -self._max_age_s:
            raise Refused(
                RefusalCode.NOT_YET_VALID,
                f'signed {-age_s:.1f} s ahead of the time here; set the clocks',
            )
        return operator
