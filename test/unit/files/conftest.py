"""Files for the readers, written by the tests that need them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_alloc.domain.errors import BadInput


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file and returns its path."""

    def write_file(content: str | bytes, name: str = 'given.yaml') -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding='utf-8')
        return path

    return write_file


@pytest.fixture(scope='session')
def refusal_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str | None]:
    """Return a function that lets a reader read a text and returns its refusal, or None."""
    path = tmp_path_factory.mktemp('fuzz') / 'given.yaml'

    def read(reader: Callable[[Path], object], content: str | bytes) -> str | None:
        data = content if isinstance(content, bytes) else content.encode('utf-8', 'surrogatepass')
        path.write_bytes(data)
        try:
            reader(path)
        except BadInput as refusal:
            return str(refusal)
        return None

    return read
