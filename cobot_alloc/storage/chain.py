"""The hash chain: each record carries the digest of itself and of the one before."""

from __future__ import annotations

import hashlib

#: What stands before the first record.
START = b'\0' * 32


def link(before: bytes, seq: int, recorded_at: str, kind: str, body: str) -> bytes:
    """Return the SHA-256 digest that binds a record to the one before it."""
    fields = (str(seq).encode(), recorded_at.encode(), kind.encode(), body.encode())
    return _digest(before, fields)


def seal(event_hash: bytes, seq: int, recorded_at: str, made_as: str, body: bytes) -> bytes:
    """Return the SHA-256 digest that binds a snapshot to the event it is of."""
    fields = (b'snapshot', str(seq).encode(), recorded_at.encode(), made_as.encode(), body)
    return _digest(event_hash, fields)


def _digest(before: bytes, fields: tuple[bytes, ...]) -> bytes:
    parts = [before]
    for field in fields:
        # The length first, so that no two records run together to the same bytes.
        parts += (len(field).to_bytes(8, 'big'), field)
    return hashlib.sha256(b''.join(parts)).digest()
