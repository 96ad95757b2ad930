"""Read and write the operators of a cell."""

from __future__ import annotations

from collections.abc import Sequence
import contextlib
from dataclasses import dataclass
import io
import os
from pathlib import Path
import re
import tempfile

from ruamel.yaml import YAML

from cobot_alloc.application.operators import Operator, PUBLIC_KEY_BYTES, Role
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.files.expectations import known_keys
from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.yaml_source import load

_STRICT = {'extra': 'forbid'}
# With a prefix, because digits alone look like a number to a YAML reader.
_KEY = re.compile(rf'ed25519:([0-9a-f]{{{2 * PUBLIC_KEY_BYTES}}})')

_COMMENT = """\
# The people who may act in this cell, with their public keys. Each keeps the private key,
# NAME.key, to themselves. Whoever is taken off this list can act no more.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An operator as people write one."""

    __pydantic_config__ = _STRICT

    name: str
    public_key: str
    skills: frozenset[str] = frozenset()
    role: Role = Role.OPERATOR
    payload_kg: float = 10.0
    certificates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__ = _STRICT

    operators: tuple[_Entry, ...]


def read_operators(path: Path | str) -> tuple[Operator, ...]:
    """
    Return the operators.

    :raises BadInput: with one line for each problem.
    """
    document = load(path)
    written = validate(document, _File)
    problems = Problems(document)
    _check_unique(written, problems)
    operators = []
    for index, entry in enumerate(written.operators):
        keys = ('operators', index)
        match = _KEY.fullmatch(entry.public_key)
        if match is None:
            what = f'ed25519: and {2 * PUBLIC_KEY_BYTES} digits 0-9a-f'
            problems.expected((*keys, 'public_key'), what)
            continue
        try:
            operators.append(_operator(entry, public_key=bytes.fromhex(match[1])))
        except ValueError as error:
            problems.refused(keys, str(error), known=known_keys(_Entry))
    problems.refuse_if_any()
    return tuple(operators)


def write_operators(path: Path, operators: Sequence[Operator]) -> None:
    """
    Write the operators, all of them; the file is whole at every instant.

    :raises BadInput: if it cannot be written.
    """
    text = io.StringIO(_COMMENT)
    text.seek(0, io.SEEK_END)
    yaml = YAML(typ='safe', pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # declared None
    yaml.dump({'operators': [_entry(operator) for operator in operators]}, text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text.getvalue())
    except OSError as error:
        raise BadInput(f'{path}: cannot be written: {error.strerror}') from error


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f'.{path.name}.')
    try:
        with os.fdopen(handle, 'w', encoding='utf-8') as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _check_unique(written: _File, problems: Problems) -> None:
    for key in ('name', 'public_key'):
        first: dict[str, int] = {}
        for index, entry in enumerate(written.operators):
            value = getattr(entry, key)
            if value in first:
                # With one key for two names, nobody could tell who of them acted.
                line = problems.document.place(('operators', first[value], key)).line
                keys = ('operators', index, key)
                problems.expected(keys, f'one of their own; line {line} has it')
            first.setdefault(value, index)


def _operator(entry: _Entry, *, public_key: bytes) -> Operator:
    return Operator(
        name=entry.name,
        public_key=public_key,
        skills=entry.skills,
        role=entry.role,
        payload_kg=entry.payload_kg,
        certificates=entry.certificates,
    )


def _entry(operator: Operator) -> dict[str, object]:
    certificates = sorted(operator.certificates)
    return {
        'name': operator.name,
        'role': operator.role.value,
        'skills': sorted(operator.skills),
        **({'certificates': certificates} if certificates else {}),
        'payload_kg': operator.payload_kg,
        'public_key': f'ed25519:{operator.public_key.hex()}',
    }
