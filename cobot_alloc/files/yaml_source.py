"""
Read a YAML file into values that know their line; refuse whatever is not plain data.

The events of the parser are put together here rather than by the library, because a file
comes from anywhere: nesting and aliases are bounded before anything is built, keys cannot be
given twice, and no tag makes an object.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import Event

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.document import Document, printable, shown
from cobot_alloc.files.tree_builder import TreeBuilder

MAX_BYTES = 5_000_000
#: The parser takes a time that grows with the square of some very long words.
MAX_LINE = 10_000


def load(path: Path | str) -> Document:
    """
    Return a file's values with their lines.

    :raises BadInput: if it cannot be read, or is not one plain mapping.
    """
    name = str(path)
    text = _read_text(Path(path), name)
    try:
        root = TreeBuilder(name).build(_events(text, name))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f'{name}:{mark.line + 1}:{mark.column + 1}' if mark else f'{name}:1'
        reason = printable(str(error.problem or error.context))
        raise BadInput(f'{where}: not YAML: {reason}') from error
    except YAMLError as error:
        position = getattr(error, 'position', 0)
        line = text.count('\n', 0, position) + 1
        reason = printable(str(getattr(error, 'reason', error)))
        raise BadInput(f'{name}:{line}: not YAML: {reason}') from error
    if root is None:
        raise BadInput(f'{name}:1: got an empty file, expected a mapping (key: value)')
    if not isinstance(root.value, dict):
        raise BadInput(
            f'{name}:{root.place.line}: got {shown(root.plain())}, expected a mapping (key: value)'
        )
    return Document(path=name, root=root)


def _read_text(path: Path, name: str) -> str:
    try:
        if path.exists() and not path.is_file():
            raise BadInput(f'{name}: not a file')
        with path.open('rb') as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(f'{name}: cannot be read: {error.strerror}') from error
    except ValueError as error:  # a name that no file can have
        raise BadInput(f'{name!r}: cannot be read: {error}') from error
    if len(data) > MAX_BYTES:
        raise BadInput(f'{name}: larger than {MAX_BYTES:,} bytes, which no such file needs')
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError as error:
        line = data.count(b'\n', 0, error.start) + 1
        raise BadInput(
            f'{name}:{line}: got byte 0x{data[error.start]:02x}, expected text in UTF-8'
        ) from error
    for line, content in enumerate(text.split('\n'), start=1):
        if len(content) > MAX_LINE:
            raise BadInput(f'{name}:{line}: longer than {MAX_LINE:,} characters')
    return text


def _events(text: str, name: str) -> Iterator[Event]:
    line = 1
    try:
        for event in YAML(typ='safe', pure=True).parse(text):
            line = event.end_mark.line + 1
            yield event
    except YAMLError:
        raise
    except Exception as error:
        raise BadInput(f'{name}:{line}: not YAML: {printable(str(error))}') from error
