"""Read the answers of a scripted supervisor."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cobot_alloc.application.scripted_supervisor import Comes, Script, ScriptedAnswer, When
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.words import PRODUCT, Words
from cobot_alloc.files.document import Keys
from cobot_alloc.files.one_or_more import as_set, refuse_empty
from cobot_alloc.files.problems import Problems
from cobot_alloc.files.validation import validate
from cobot_alloc.files.words import refuse_unknown_failures, refuse_unknown_skills
from cobot_alloc.files.yaml_source import load
from cobot_alloc.sim.world import ChoreKind

_STRICT = {'extra': 'forbid'}
_WORDS = ('code', 'skill', 'task')


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    """Conditions as people write them: one word or a list of words."""

    __pydantic_config__ = _STRICT

    code: str | tuple[str, ...] = ()
    skill: str | tuple[str, ...] = ()
    task: str | tuple[str, ...] = ()
    title_contains: str = ''
    hazardous: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Otherwise:
    __pydantic_config__ = _STRICT

    action: Action
    note: str = ''
    after_s: float = 1.0
    by_hand: ChoreKind | None = None
    station: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    __pydantic_config__ = _STRICT

    when: _When = field(default_factory=_When)
    action: Action
    note: str = ''
    after_s: float = 1.0
    by_hand: ChoreKind | None = None
    station: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__ = _STRICT

    actor: str
    comes: Comes = Comes.AT_ONCE
    answers: tuple[_Answer, ...] = ()
    otherwise: _Otherwise | None = None


def read_answers(path: Path | str, *, words: Words = PRODUCT) -> Script:
    """
    Return the script.

    :param words: the codes and skills that it may name.
    :raises BadInput: with one line for each problem.
    """
    document = load(path)
    written = validate(document, _File)
    problems = Problems(document)
    if not written.actor:
        problems.expected(('actor',), 'the name of an operator')
    for index, answer in enumerate(written.answers):
        keys = ('answers', index)
        _check_time(answer.after_s, keys, problems)
        refuse_empty(problems, (*keys, 'when'), _WORDS)
        refuse_unknown_failures(problems, (*keys, 'when', 'code'), words)
        refuse_unknown_skills(problems, (*keys, 'when', 'skill'), words)
    if written.otherwise is not None:
        _check_time(written.otherwise.after_s, ('otherwise',), problems)
    problems.refuse_if_any()
    return Script(
        actor=written.actor,
        comes=written.comes,
        answers=tuple(_answer(answer, when=answer.when) for answer in written.answers),
        otherwise=_answer(written.otherwise, when=_When()) if written.otherwise else None,
    )


def _check_time(after_s: float, keys: Keys, problems: Problems) -> None:
    if after_s < 0:
        problems.expected((*keys, 'after_s'), '>= 0')


def _answer(written: _Answer | _Otherwise, *, when: _When) -> ScriptedAnswer:
    return ScriptedAnswer(
        when=When(
            code=as_set(when.code),
            skill=as_set(when.skill),
            task=as_set(when.task),
            title_contains=when.title_contains,
            hazardous=when.hazardous,
        ),
        action=written.action,
        note=written.note,
        after_s=written.after_s,
        by_hand=written.by_hand,
        station=written.station,
    )
