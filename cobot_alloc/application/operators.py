"""Operators: the named people who may act in a cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
import re

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId

PUBLIC_KEY_BYTES = 32

_NAME = re.compile(r'[A-Za-z][A-Za-z0-9_-]{0,63}')
_SKILL = re.compile(r'[a-z][a-z0-9_]*')


class Role(str, Enum):
    """What a person is in the cell."""

    OPERATOR = 'operator'  #: works in the cell
    SUPERVISOR = 'supervisor'  #: answers for the cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """
    A person who may act, and be given tasks by skill.

    :ivar name: also names the file of the private key, so letters, digits, - and _ only.
    :ivar public_key: of Ed25519, 32 bytes.
    :ivar payload_kg: what the person lifts by hand at most.
    :ivar certificates: what the person was trained and examined for.
    """

    name: str
    public_key: bytes
    skills: frozenset[str] = frozenset()
    role: Role = Role.OPERATOR
    payload_kg: float = 10.0
    certificates: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what names nobody."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f'name must be a letter, then up to 63 letters, digits, - or _, got {self.name!r}'
            )
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise ValueError(
                f'public_key must be {PUBLIC_KEY_BYTES} bytes, got {len(self.public_key)}'
            )
        if not all(_SKILL.fullmatch(skill) for skill in self.skills):
            raise ValueError(
                f'skills must be words of a-z, 0-9 and _, got {", ".join(sorted(self.skills))!r}'
            )
        if not all(_SKILL.fullmatch(certificate) for certificate in self.certificates):
            raise ValueError(
                'certificates must be words of a-z, 0-9 and _, got'
                f' {", ".join(sorted(self.certificates))!r}'
            )
        if not 0 < self.payload_kg <= 50:
            raise ValueError(f'payload_kg must be above 0, at most 50, got {self.payload_kg}')

    def agent(self) -> Agent:
        """Return the person as someone who can be given tasks."""
        return Agent(
            agent_id=AgentId(self.name),
            kind=AgentKind.PERSON,
            skills=self.skills,
            payload_kg=self.payload_kg,
            reach_m=None,
            certificates=self.certificates,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRegistry:
    """
    Who is an operator so far, and how one more becomes one.

    :ivar create_key: makes a key file that must not exist and returns the public key.
    :ivar keep: writes down the operators, all of them.
    """

    known: Sequence[Operator]
    create_key: Callable[[Path], bytes]
    keep: Callable[[Sequence[Operator]], None]


def create_operator(
    folder: Path,
    name: str,
    registry: OperatorRegistry,
    *,
    skills: frozenset[str] = frozenset(),
    certificates: frozenset[str] = frozenset(),
    role: Role = Role.OPERATOR,
) -> Operator:
    """
    Make a person an operator: a private key for them, the public one for the cell.

    :param folder: gets ``NAME.key``.
    :raises BadInput: if the name is taken or cannot be one.
    """
    if any(operator.name == name for operator in registry.known):
        raise BadInput(f'operator: got {name!r}, expected a new name; {name} has a key already')
    if not _NAME.fullmatch(name):
        raise BadInput(f'operator: got {name!r}, expected a letter, then letters, digits, - or _')
    operator = Operator(
        name=name,
        public_key=registry.create_key(folder / f'{name}.key'),
        skills=skills,
        role=role,
        certificates=certificates,
    )
    registry.keep((*registry.known, operator))
    return operator
