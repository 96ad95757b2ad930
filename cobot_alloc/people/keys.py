"""Ed25519 keys: make, keep, sign, verify."""

from __future__ import annotations

import os
from pathlib import Path
import stat

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
    NoEncryption,
    PrivateFormat,
)

from cobot_alloc.domain.errors import BadInput

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Ed25519Signer:
    """Holds a person's private key."""

    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        """Take the key; it is not handed out again."""
        self._private_key = private_key

    @property
    def public_key(self) -> bytes:
        """The public key that belongs to it, 32 bytes."""
        return self._private_key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
        return self._private_key.sign(message)


class Ed25519Verifier:
    """Tells whether a signature was made with the private key to a public one."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Tell whether the signature is genuine; what is malformed is not."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def create_key(path: Path) -> bytes:
    """
    Make a private key, keep it in a new file for its owner's eyes only, return the public key.

    :raises BadInput: if the file exists or cannot be written. A key that someone signs with is
        not to be lost by a slip.
    """
    private_key = Ed25519PrivateKey.generate()
    pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if os.path.lexists(path):
        raise BadInput(f'{path}: there is a key already, and it is not overwritten')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Never readable by others, not even between its making and a chmod; and refused by
        # the system if another process made it just now.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput(f'{path}: cannot be written: {error.strerror}') from error
    with os.fdopen(handle, 'wb') as stream:
        stream.write(pem)
        stream.flush()
        os.fsync(stream.fileno())
    return private_key.public_key().public_bytes_raw()


def read_signer(path: Path) -> Ed25519Signer:
    """
    Return what signs with the private key in a file.

    :raises BadInput: if there is none, or others may read it.
    """
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f'{path}: cannot be read: {error.strerror}') from error
    if mode & _OTHERS:
        raise BadInput(
            f'{path}: got mode {stat.S_IMODE(mode):04o}, expected 0600: others may read the key;'
            ' chmod 600, or make a new one'
        )
    try:
        private_key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadInput(f'{path}: not a private key in PEM without a password') from error
    if not isinstance(private_key, Ed25519PrivateKey):
        raise BadInput(f'{path}: got a key of another kind, expected Ed25519')
    return Ed25519Signer(private_key)
