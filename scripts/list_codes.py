"""Write the tables of codes in the pages of docs/ from the code: ``scripts/list_codes.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
import re

from cobot_alloc.domain.codes import (
    Action,
    Door,
    FailureCode,
    ReasonCode,
    RefusalCode,
    SkillCode,
)

DOCS = Path(__file__).parents[1] / 'docs'

#: A table stands between these two lines of a page, and whatever is there is replaced.
BEGIN = '<!-- {name}: written by scripts/list_codes.py -->'
END = '<!-- end -->'

#: Words of a meaning that lead to another page: where, by code.
LINKS = {
    'cleaner_hour': ('cleaner hour', 'allocation.md#clean-hours'),
    'expired': ('limits', 'worlds.md#limits'),
    'kept_by_plan': ('plan', 'allocation.md#the-plan'),
    'kept_for_task': ('two', 'allocation.md#together'),
    'mode_not_allowed': ('modes', 'worlds.md#tasks'),
}

ABOUT = ('a case', 'a case about a task', 'a case about an arm, or the arm', 'a task', 'the cell')
KEYS = {'source': 'from', 'target': 'to'}

Rows = Iterator[tuple[str, ...]]


def text(page: Path) -> str:
    """Return what a page is to say: its own words, with the tables of now."""
    says = page.read_text(encoding='utf-8')
    for name, table in TABLES.items():
        begin = BEGIN.format(name=name)
        between = re.compile(re.escape(begin) + r'\n.*?' + re.escape(END), re.DOTALL)
        rows = ''.join(f'{line}\n' for line in _lines(table()))
        made = f'{begin}\n{rows}{END}'.replace('\\', r'\\')  # a pattern's, otherwise
        says = between.sub(made, says)
    return says


def pages() -> list[Path]:
    """Return the pages that have a table."""
    return [page for page in sorted(DOCS.glob('*.md')) if END in page.read_text(encoding='utf-8')]


def _lines(rows: Rows) -> Iterator[str]:
    head = next(rows)
    yield f'| {" | ".join(head)} |'
    yield f'|{"---|" * len(head)}'
    for row in rows:
        yield f'| {" | ".join(row)} |'.replace('|  |', '| |')


def _skills() -> Rows:
    yield 'skill', 'a task names', 'what the arm does', 'done when'
    for skill in SkillCode:
        if skill.of_arms:
            names = ', '.join(KEYS.get(name, name) for name in skill.needs)
            perhaps = ''.join(f', perhaps {KEYS.get(name, name)}' for name in skill.may_name)
            yield f'`{skill}`', names + perhaps, skill.meaning, skill.done


def _failures() -> Rows:
    yield 'code', 'phase', 'from', 'meaning', 'the part'
    for code in FailureCode:
        where = 'is elsewhere' if code.part_elsewhere else ''
        where = 'may have moved' if code.outcome_unknown else where
        phases = ', '.join(phase.value for phase in code.phases)
        yield f'`{code}`', phases, code.by, code.meaning, where


def _reasons() -> Rows:
    yield 'code', 'kind', 'who is ruled out', 'until when'
    for code in ReasonCode:
        yield f'`{code}`', code.kind.value, _linked(code, code.meaning), code.until


def _actions() -> Rows:
    yield 'about', 'action', 'when it is offered', 'what it does'
    for about in ABOUT:
        for action in Action:
            for use in action.uses:
                if use.about == about:
                    yield about, f'`{action}`', use.when, use.does


def _refusals(*doors: Door) -> Callable[[], Rows]:
    def rows() -> Rows:
        yield 'code', 'what it says'
        by_meaning: dict[str, list[RefusalCode]] = {}
        for code in RefusalCode:
            says = dict.fromkeys(code.meanings[it] for it in doors if it in code.meanings)
            if says:
                by_meaning.setdefault('; '.join(says), []).append(code)
        for meaning, codes in by_meaning.items():
            yield ', '.join(f'`{code}`' for code in codes), _linked(codes[0], meaning)

    return rows


def _linked(code: str, meaning: str) -> str:
    if code not in LINKS:
        return meaning
    words, target = LINKS[code]
    return meaning.replace(words, f'[{words}]({target})', 1)


TABLES: dict[str, Callable[[], Rows]] = {
    'skills': _skills,
    'failures': _failures,
    'reasons': _reasons,
    'actions': _actions,
    'refusals of an action': _refusals(Door.ACTION),
    'refusals of an order': _refusals(Door.ORDER),
    'refusals of a question': _refusals(Door.QUERY),
    'refusals of a beat': _refusals(Door.BEAT),
    'refusals of a chore': _refusals(Door.CHORE),
}


if __name__ == '__main__':
    for page in pages():
        page.write_text(text(page), encoding='utf-8')
