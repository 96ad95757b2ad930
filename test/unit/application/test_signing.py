"""Signed requests: no two have the same bytes, and nobody but an operator is let through."""

from dataclasses import fields, replace
import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
import pytest
from support.present import present

from cobot_alloc.application.operators import Operator
from cobot_alloc.application.signing import ActionRequest, Authenticator
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.errors import Refused

NOW_NS = 1_700_000_000 * 10**9
ADA = Operator(name='ada', public_key=b'a' * 32)
BOB = Operator(name='bob', public_key=b'b' * 32)

REQUEST = ActionRequest(
    cell_id='cell_a',
    request_id='r1',
    stamp_ns=NOW_NS,
    subject=Subject(SubjectKind.CASE, 'case-1'),
    action=Action.RETRY,
    version=3,
    actor='ada',
    note='put back',
    arguments=(('k', 'v'),),
)

# Half surrogate pairs too: they are no text, yet a message can carry them.
TEXT = st.text(st.characters(exclude_categories=()), max_size=6) | st.text(
    '0123456789:,', max_size=6
)
REQUESTS = st.builds(
    ActionRequest,
    cell_id=TEXT,
    request_id=TEXT,
    stamp_ns=st.integers(0, 2**63),
    subject=st.builds(Subject, st.sampled_from(SubjectKind), TEXT),
    action=st.sampled_from(Action),
    version=st.integers(0, 2**64),
    actor=TEXT,
    note=TEXT,
    arguments=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
)


def read_back(message: bytes) -> ActionRequest:
    """Return the request of a message, which shows that no two requests can share one."""
    texts = []
    while message:
        length = int(present(re.match(rb'[0-9]+', message)).group())
        start = message.index(b':') + 1
        texts.append(message[start : start + length].decode('utf-8', 'surrogatepass'))
        assert message[start + length : start + length + 1] == b','
        message = message[start + length + 1 :]
    cell_id, request_id, stamp_ns, kind, subject_id, action, version, actor, note = texts[1:10]
    return ActionRequest(
        cell_id=cell_id,
        request_id=request_id,
        stamp_ns=int(stamp_ns),
        subject=Subject(SubjectKind(kind), subject_id),
        action=Action(action),
        version=int(version),
        actor=actor,
        note=note,
        arguments=tuple(zip(texts[10::2], texts[11::2], strict=True)),
    )


@given(REQUESTS)
def test_a_request_can_be_read_back_from_what_is_signed(request_: ActionRequest) -> None:
    assert read_back(request_.message()) == request_


@given(REQUESTS, REQUESTS)
def test_no_two_requests_have_the_same_bytes(one: ActionRequest, other: ActionRequest) -> None:
    assert (one.message() == other.message()) == (one == other)


@given(TEXT, TEXT, st.integers(0, 3))
@example('ab', '2:', 1)
@example('\ud83d', '\ude00', 1)
def test_a_border_inside_a_field_does_not_move_the_border(one: str, other: str, cut: int) -> None:
    """What moves from the end of one field to the start of the next changes the bytes."""
    whole = one + other
    first = replace(REQUEST, actor=whole[:cut], note=whole[cut:]).message()
    second = replace(REQUEST, actor=one, note=other).message()
    assert (first == second) == (whole[:cut] == one)


@pytest.mark.parametrize(
    'change',
    [
        {'cell_id': 'cell_b'},
        {'request_id': 'r2'},
        {'stamp_ns': NOW_NS + 1},
        {'subject': Subject(SubjectKind.TASK, 'case-1')},
        {'subject': Subject(SubjectKind.CASE, 'case-2')},
        {'action': Action.SCRAP},
        {'version': 4},
        {'actor': 'bob'},
        {'note': 'put back '},
        {'arguments': (('k', 'w'),)},
        {'arguments': ()},
        {'arguments': (('k', 'v'), ('', ''))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_field_is_signed(change: dict[str, Any]) -> None:
    assert replace(REQUEST, **change).message() != REQUEST.message()


def test_no_field_is_forgotten_here() -> None:
    """Whoever adds a field to a request is to sign it too, and to add it above."""
    assert {field.name for field in fields(ActionRequest)} == {
        'cell_id',
        'request_id',
        'stamp_ns',
        'subject',
        'action',
        'version',
        'actor',
        'note',
        'arguments',
    }


class FakeVerifier:
    """Takes the key followed by the message for a signature."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        return signature == public_key + message


def check(
    request: ActionRequest, *, key: bytes = ADA.public_key, now_ns: int = NOW_NS
) -> Operator:
    authenticator = Authenticator([ADA, BOB], FakeVerifier(), max_age_s=30.0)
    return authenticator.check(request, key + request.message(), now_ns=now_ns)


def test_a_request_of_an_operator_is_let_through() -> None:
    assert check(REQUEST) is ADA


@pytest.mark.parametrize('age_s', [-30.0, 0.0, 30.0])
def test_the_stamp_may_be_as_far_off_as_allowed(age_s: float) -> None:
    assert check(REQUEST, now_ns=NOW_NS + int(age_s * 1e9)) is ADA


@pytest.mark.parametrize(
    ('request_', 'given', 'code'),
    [
        (replace(REQUEST, actor='eve'), {}, 'unknown_actor'),
        (replace(REQUEST, actor=''), {}, 'unknown_actor'),
        (REQUEST, {'key': BOB.public_key}, 'bad_signature'),
        (replace(REQUEST, actor='bob'), {}, 'bad_signature'),
        (REQUEST, {'now_ns': NOW_NS + 31 * 10**9}, 'expired'),
        (REQUEST, {'now_ns': NOW_NS - 31 * 10**9}, 'not_yet_valid'),
        # A forgery is one, however old.
        (REQUEST, {'key': BOB.public_key, 'now_ns': NOW_NS + 31 * 10**9}, 'bad_signature'),
    ],
)
def test_anything_else_is_refused_with_its_reason(
    request_: ActionRequest,
    given: dict[str, Any],
    code: str,
) -> None:
    with pytest.raises(Refused) as refusal:
        check(request_, **given)
    assert refusal.value.code == code


def test_a_signature_for_one_request_does_not_serve_another() -> None:
    authenticator = Authenticator([ADA], FakeVerifier(), max_age_s=30.0)
    signature = ADA.public_key + REQUEST.message()
    with pytest.raises(Refused, match='not signed with the key of ada'):
        authenticator.check(replace(REQUEST, version=4), signature, now_ns=NOW_NS)
