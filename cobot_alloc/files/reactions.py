"""Read reaction rules: what follows a failure, with someone there and without."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cobot_alloc.domain.codes import FailureCode, Phase
from cobot_alloc.domain.reactions import Condition, faults, Reaction, ReactionRule
from cobot_alloc.domain.words import PRODUCT, Words
from cobot_alloc.files.document import Keys
from cobot_alloc.files.one_or_more import as_set, refuse_empty
from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.words import refuse_unknown_failures, refuse_unknown_skills
from cobot_alloc.files.yaml_source import load

_STRICT = {'extra': 'forbid'}


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """Conditions as people write them: one word or a list of words."""

    __pydantic_config__ = _STRICT

    phase: Phase | tuple[Phase, ...] = ()
    code: str | tuple[str, ...] = ()
    skill: str | tuple[str, ...] = ()
    hazardous: bool | None = None
    attempts_below: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    __pydantic_config__ = _STRICT

    name: str
    when: _When = field(default_factory=_When)
    attended: Reaction
    unattended: Reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    __pydantic_config__ = _STRICT

    rules: tuple[_Rule, ...]


def read_reactions(path: Path | str, *, words: Words = PRODUCT) -> tuple[ReactionRule, ...]:
    """
    Return the rules in their order.

    :param words: the codes and skills that they may name.
    :raises BadInput: with one line for each problem; a table that could leave a failure
        without an answer is refused too.
    """
    document = load(path)
    table = validate(document, _Table)
    problems = Problems(document)
    for row, rule in enumerate(table.rules):
        _check_words(problems, ('rules', row, 'when'), rule.when, words)
    problems.refuse_if_any()
    rules = tuple(_rule(written) for written in table.rules)
    for fault in faults(rules):
        keys: Keys = ('rules', fault.row, fault.key) if rules else ('rules',)
        problems.add(keys, fault.text)
    problems.refuse_if_any()
    return rules


def _check_words(problems: Problems, keys: Keys, when: _When, words: Words) -> None:
    refuse_empty(problems, keys, ('phase', 'code', 'skill'))
    refuse_unknown_failures(problems, (*keys, 'code'), words)
    refuse_unknown_skills(problems, (*keys, 'skill'), words)
    for code in map(FailureCode.known, sorted(as_set(when.code))):
        if code is not None and code.for_a_person:
            text = f'{code} is never answered by a rule: a person is asked at once'
            problems.add((*keys, 'code'), text)


def _rule(written: _Rule) -> ReactionRule:
    when = written.when
    return ReactionRule(
        name=written.name,
        when=Condition(
            phase=as_set(when.phase),
            code=as_set(when.code),
            skill=as_set(when.skill),
            hazardous=when.hazardous,
            attempts_below=when.attempts_below,
        ),
        attended=written.attended,
        unattended=written.unattended,
    )
