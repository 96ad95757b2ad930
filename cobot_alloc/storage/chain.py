"""The hash chain: each record carries the digest of itself and of the one before."""

from __future__ import annotations

import hashlib

#: What stands before the first record.
START = b'\0' * 32


def link(before: bytes, seq: int, recorded_at: str, kind: str, body: str) -> bytes:
    """Return the SHA-256 digest that binds a record to the one before it."""
    digest = hashlib.sha256(before)
    for field in (str(seq), recorded_at, kind, body):
        data = field.encode()
        # The length first, so that no two records run together to the same bytes.
        digest.update(len(data).to_bytes(8, 'big') + data)
    return digest.digest()
