"""
Codes: each is known by a member, says what it means, and is used; nobody writes a word by hand.

The product's sources are looked through, so that a code that was added and forgotten somewhere,
or a word that was typed where a member belongs, shows here.
"""

import ast
from ast import Attribute, Call, Compare, expr
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.present import present

from cobot_alloc.domain.codes import (
    Action,
    Code,
    Door,
    FailureCode,
    Phase,
    ReasonCode,
    ReasonKind,
    RefusalCode,
    SkillCode,
)
from cobot_alloc.domain.codes.code import nearest
from cobot_alloc.domain.words import PRODUCT
from cobot_alloc.sim.skills.registry import known_skills
from cobot_alloc.sim.world import ToolKind

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / 'cobot_alloc'
KINDS = (Action, FailureCode, ReasonCode, RefusalCode, SkillCode)
MEMBERS = [member for kind in KINDS for member in kind]
each_member = pytest.mark.parametrize('member', MEMBERS, ids=repr)

#: What takes a code, and where among its arguments.
TAKERS = {
    'PlanFailure': 'code',
    'Failure': 'code',
    'Reason': 'code',
    'Refusal': 'code',
    'Answer': 'reason_code',
    'Refused': 0,
    'unfit': 0,
    'failed': 1,
}
#: Modules whose refusals answer what is asked at a door.
DOORS = {
    'domain/decisions/acting.py': Door.ACTION,
    'domain/decisions/intake.py': Door.ORDER,
    'domain/decisions/offering.py': Door.ACTION,
    'domain/decisions/presence.py': Door.BEAT,
    'application/arm_desk.py': Door.GOAL,
    'application/explain.py': Door.QUERY,
    'application/helping_hands.py': Door.CHORE,
    'application/signing.py': Door.ACTION,
    'sim/people/*.py': Door.CHORE,
}


@cache
def nodes(kind: type[Attribute] | type[Call] | type[Compare], *, only: str = '**/*.py'):
    """Return where it stands and each node of a kind in the product, but for the codes' own."""
    return [
        (f'{path.relative_to(ROOT)}:{node.lineno}', node)
        for path in sorted(PACKAGE.glob(only))
        if path.parent != PACKAGE / 'domain/codes'
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8')))
        if isinstance(node, kind)
    ]


def member_of(node: Attribute | Call | Compare) -> Any | None:
    """Return the member that an expression names, or None."""
    kinds = {kind.__name__: kind for kind in (*KINDS, Phase)}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        kind = kinds.get(node.value.id)
        return getattr(kind, node.attr, None) if kind is not None else None
    return None


def argument(call: Attribute | Call | Compare, at: object | int | str) -> Any | expr | None:
    """Return an argument of a call, by its name or its number."""
    if isinstance(at, int) and len(call.args) > at:
        return call.args[at]
    return next((it.value for it in call.keywords if it.arg == at), None)


def taken(call: Attribute | Call | Compare) -> Any | None:
    """Return the code that a call is given, as an expression, or None."""
    name = getattr(call.func, 'id', getattr(call.func, 'attr', ''))
    return argument(call, TAKERS[name]) if name in TAKERS else None


# Each member


@each_member
def test_it_is_a_text_that_equals_its_word(member) -> None:
    """Also as a key, in a message and in every format: wire, journal and files have the word."""
    word = member.value
    assert type(word) is str
    assert member == word
    assert {member: 1}[word] == 1
    assert f'{member}' == str(member) == '%s' % member == word  # noqa: UP031 - one way more
    assert member.name == word.upper()
    assert type(member).known(word) is member


@each_member
def test_it_says_what_it_means(member) -> None:
    assert isinstance(member, Code)
    assert member.meaning
    assert member.__doc__


def test_a_failure_has_phases_a_headline_and_a_teller() -> None:
    for code in FailureCode:
        assert code.phases
        assert set(code.phases) <= set(Phase)
        assert code.headline[0].isupper()
        assert code.by
        assert code.part_elsewhere or not code.outcome_unknown
        assert not code.outcome_unknown or code.phases == (Phase.SAFETY,)


def test_a_reason_has_a_kind_and_a_refusal_a_door() -> None:
    assert {code.kind for code in ReasonCode} == set(ReasonKind)
    assert all(code.until for code in ReasonCode)
    assert all(code.meanings and all(code.meanings.values()) for code in RefusalCode)
    assert {door for code in RefusalCode for door in code.meanings} == set(Door)


def test_each_is_used_in_the_product() -> None:
    used = {(type(found), found) for _, node in nodes(ast.Attribute) if (found := member_of(node))}
    assert [member for member in MEMBERS if (type(member), member) not in used] == []


def test_each_is_in_the_documentation() -> None:
    """As `word`; the tables are written from the code, but a page has to hold them."""
    pages = [page.read_text(encoding='utf-8') for page in (ROOT / 'docs').glob('*.md')]
    assert [it for it in MEMBERS if not any(f'`{it}`' in page for page in pages)] == []


# The sources


def test_no_code_is_written_as_a_word() -> None:
    """Whatever takes a code, or compares one, is given a member."""
    found = []
    for where, call in nodes(ast.Call):
        code = taken(call)
        if isinstance(code, ast.Constant) and code.value:
            found.append(f'{where}: {code.value!r}')
    for where, compare in nodes(ast.Compare):
        sides = [compare.left, *compare.comparators]
        names = {getattr(side, 'attr', getattr(side, 'id', '')) for side in sides}
        if not names & {'code', 'reason_code', 'skill', 'action'}:
            continue
        constants = (it for side in sides for it in ast.walk(side) if isinstance(it, ast.Constant))
        words = {it.value for it in constants if isinstance(it.value, str) and it.value}
        found += [f'{where}: {word!r}' for word in words]
    assert found == []


def test_failures_happen_in_the_phases_that_their_codes_say() -> None:
    found, wrong = 0, []
    for where, call in nodes(ast.Call):
        code, name = member_of(taken(call)), getattr(call.func, 'id', '')
        if not isinstance(code, FailureCode):
            continue
        phase = member_of(argument(call, 0 if name == 'failed' else 'phase'))
        phase = Phase.PRECONDITION if name == 'unfit' else phase
        found += phase is not None
        if phase is not None and phase not in code.phases:
            wrong.append(f'{where}: {code} in {phase.value}')
    assert wrong == []
    assert found > 60, 'the calls are recognised'


@pytest.mark.parametrize('only', DOORS)
def test_refusals_say_what_they_mean_where_they_are_raised(only: str) -> None:
    codes = {
        member_of(taken(call))
        for _, call in nodes(ast.Call, only=only)
        if getattr(call.func, 'id', '') == 'Refused'
    }
    assert codes, f'{only} refuses something'
    assert all(DOORS[only] in present(code).meanings for code in codes)


# What agrees with what


def test_the_simulation_has_the_skills_of_arms_with_their_tools() -> None:
    """A skill that is known but not simulated, or the other way round, shows here."""
    of_arms = {skill.value: skill.tools for skill in SkillCode if skill.of_arms}
    simulated = {
        name: {kind.value for kind in skill.tools} for name, skill in known_skills().items()
    }
    assert simulated == of_arms


def test_the_tools_that_skills_need_are_those_that_arms_can_have() -> None:
    assert {kind.value for kind in ToolKind} == PRODUCT.tools


def test_the_nearest_word_is_the_one_that_was_meant() -> None:
    assert nearest('goal_lots', FailureCode) == 'goal_lost'
    assert nearest('pick_plaec', SkillCode) == 'pick_place'
    assert nearest('zzz', SkillCode) is None
    assert type(nearest('goal_lots', FailureCode)) is str
