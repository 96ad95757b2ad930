"""Operators: who a person is to the cell, and how they become one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cobot_alloc.application.operators import create_operator, Operator, OperatorRegistry, Role
from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId

KEY = b'k' * 32
ADA = Operator(name='ada', public_key=KEY, skills=frozenset({'decide'}))


def test_an_operator_is_a_person_who_can_be_given_tasks() -> None:
    assert ADA.agent() == Agent(
        agent_id=AgentId('ada'),
        kind=AgentKind.PERSON,
        skills=frozenset({'decide'}),
        payload_kg=10.0,
        reach_m=None,
    )


@pytest.mark.parametrize(
    ('given', 'problem'),
    [
        ({'name': ''}, "name must be a letter, .* got ''"),
        ({'name': '../eve'}, 'name must be'),
        ({'name': 'a' * 65}, 'name must be'),
        ({'name': 'ada\n'}, 'name must be'),
        ({'public_key': b'k' * 31}, 'public_key must be 32 bytes, got 31'),
        ({'skills': frozenset({'Decide!'})}, "skills must be words of .* got 'Decide!'"),
        ({'payload_kg': 0.0}, 'payload_kg must be'),
        ({'payload_kg': float('nan')}, 'payload_kg must be'),
    ],
)
def test_what_names_nobody_is_refused(
    given: dict[str, Any],
    problem: str,
) -> None:
    fields: dict[str, Any] = {'name': 'ada', 'public_key': KEY, **given}
    with pytest.raises(ValueError, match=problem):
        Operator(**fields)


class Desk:
    """Stands for the folder: keys made and operators kept."""

    def __init__(self, *known: Operator) -> None:
        self.known = known
        self.keys: list[Any] = []

    def create(self, folder: Path, name: str, **given: Any) -> Operator:
        registry = OperatorRegistry(known=self.known, create_key=self._key, keep=self._keep)
        return create_operator(folder, name, registry, **given)

    def _key(self, path: Path) -> bytes:
        self.keys.append(path)
        return b'n' * 32

    def _keep(self, operators: Sequence[Operator]) -> None:
        self.known = tuple(operators)


def test_a_new_operator_gets_a_key_and_is_kept_with_the_others(tmp_path: Path) -> None:
    desk = Desk(ADA)
    bob = desk.create(tmp_path, 'bob', skills=frozenset({'inspect'}), role=Role.SUPERVISOR)
    assert bob == Operator(
        name='bob',
        public_key=b'n' * 32,
        skills=frozenset({'inspect'}),
        role=Role.SUPERVISOR,
    )
    assert desk.known == (ADA, bob)
    assert desk.keys == [tmp_path / 'bob.key']


@pytest.mark.parametrize('name', ['ada', '', '../eve', 'a b'])
def test_no_key_is_made_for_a_name_that_is_taken_or_none(tmp_path: Path, name: str) -> None:
    desk = Desk(ADA)
    with pytest.raises(BadInput, match='operator: got'):
        desk.create(tmp_path, name)
    assert desk.keys == []
    assert desk.known == (ADA,)
