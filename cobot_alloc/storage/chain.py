"""
The hash chain: each record carries the digest of itself and of the one before.

What is hashed is the hash before and then each field after its length, so that no two records
run together to the same bytes.
"""

from __future__ import annotations

from hashlib import sha256

#: What stands before the first record.
START = b'\0' * 32


def link(before: bytes, seq: int, recorded_at: str, kind: str, body: str) -> bytes:
    """Return the SHA-256 digest that binds a record to the one before it."""
    return link_fields(
        before, seq, field(recorded_at.encode()) + field(kind.encode()), body.encode()
    )


def link_fields(before: bytes, seq: int, middle: bytes, body: bytes) -> bytes:
    """
    Return the same digest, for whoever has many records that share fields.

    :param middle: ``field`` of the time of day and ``field`` of the kind, one after the other.
    """
    number = b'%d' % seq
    return sha256(
        b''.join(
            (
                before,
                len(number).to_bytes(8, 'big'),
                number,
                middle,
                len(body).to_bytes(8, 'big'),
                body,
            )
        )
    ).digest()


def field(data: bytes) -> bytes:
    """Return a field as it is hashed."""
    return len(data).to_bytes(8, 'big') + data


def seal(event_hash: bytes, seq: int, recorded_at: str, made_as: str, body: bytes) -> bytes:
    """Return the SHA-256 digest that binds a snapshot to the event it is of."""
    fields = (b'snapshot', b'%d' % seq, recorded_at.encode(), made_as.encode(), body)
    return sha256(event_hash + b''.join(map(field, fields))).digest()
