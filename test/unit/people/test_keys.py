"""Keys: kept for their owner's eyes only, never overwritten; forgeries are told apart."""

from collections.abc import Callable
from pathlib import Path
import stat

from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key, SECP256R1
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    load_pem_private_key,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st
import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.people.keys import create_key, Ed25519Verifier, read_signer

VERIFIER = Ed25519Verifier()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / 'keys' / 'ada.key'


def test_what_is_signed_with_a_key_is_genuine(path: Path) -> None:
    public_key = create_key(path)
    signer = read_signer(path)
    assert signer.public_key == public_key
    assert VERIFIER.verify(public_key, b'stop', signer.sign(b'stop'))


def test_another_message_key_or_signature_is_not(path: Path, tmp_path: Path) -> None:
    public_key = create_key(path)
    signature = read_signer(path).sign(b'stop')
    assert not VERIFIER.verify(public_key, b'go', signature)
    assert not VERIFIER.verify(create_key(tmp_path / 'bob.key'), b'stop', signature)
    assert not VERIFIER.verify(public_key, b'stop', signature[:-1] + b'\0')


@given(public_key=st.binary(max_size=40), signature=st.binary(max_size=70))
def test_what_is_malformed_is_not_genuine(public_key: bytes, signature: bytes) -> None:
    assert not VERIFIER.verify(public_key, b'stop', signature)


def test_a_key_file_is_for_its_owner_only(path: Path) -> None:
    create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(path: Path) -> None:
    create_key(path)
    before = path.read_bytes()
    with pytest.raises(BadInput, match='there is a key already'):
        create_key(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / 'keys').write_text('a file where the folder should be')
    with pytest.raises(BadInput, match='cannot be written'):
        create_key(tmp_path / 'keys' / 'ada.key')


def test_a_key_that_others_may_read_is_refused(path: Path) -> None:
    create_key(path)
    path.chmod(0o640)
    with pytest.raises(BadInput, match='got mode 0640, expected 0600'):
        read_signer(path)


def test_a_key_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(BadInput, match='cannot be read: No such file'):
        read_signer(path)


def encrypted(path: Path) -> bytes:
    create_key(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b'x'))


def of_another_kind(_path: object) -> bytes:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ('made', 'reason'),
    [
        (lambda _path: b'', 'not a private key in PEM'),
        (lambda _path: b'\xff' * 100, 'not a private key in PEM'),
        (encrypted, 'without a password'),
        (of_another_kind, 'expected Ed25519'),
    ],
)
def test_what_is_not_such_a_key_is_refused(
    path: Path, made: Callable[..., bytes] | Callable[[Path], bytes], reason: str
) -> None:
    path.parent.mkdir(exist_ok=True)
    data = made(path)
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(BadInput, match=reason):
        read_signer(path)
