"""Write docs/lifecycles.md from the live transition tables: ``scripts/draw_lifecycles.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
import inspect
from pathlib import Path
import re
from typing import Any

from cobot_alloc.domain.lifecycles.case import CASE
from cobot_alloc.domain.lifecycles.rulebook import Rulebook
from cobot_alloc.domain.lifecycles.safety_mode import SAFETY_MODE
from cobot_alloc.domain.lifecycles.shift import SHIFT
from cobot_alloc.domain.lifecycles.task import TASK

FILE = Path(__file__).parents[1] / 'docs' / 'lifecycles.md'

HEAD = """\
# Lifecycles

This file is written by `.venv/bin/python scripts/draw_lifecycles.py`.
It draws the tables of `cobot_alloc/domain/lifecycles/`; a test fails when it is out of date.

What is not drawn here cannot happen: any other step raises `IllegalTransition`.
The tables hold no conditions and no side effects.
When a step is taken is decided in `cobot_alloc/domain/decisions/`.
"""

TASK_SAYS = """\
One unit of work for one agent.
A task whose predecessors have not ended begins as `blocked`.\
"""

MODE_SAYS = """\
How an arm, or every arm of a cell, may move.
A model for simulation and planning, not a safety function.
An arm begins as `UNKNOWN`, a cell as `NORMAL`.
A clear zone is no permission to move: only `resume` and `resume_slowly` end a standstill.\
"""

BOOKS: tuple[tuple[str, str, Rulebook[Any]], ...] = (
    ('Task', TASK_SAYS, TASK),
    ('Case', 'One question for a person.', CASE),
    ('Safety mode', MODE_SAYS, SAFETY_MODE),
    ('Shift', 'Whether anyone is there to be asked.', SHIFT),
)


def text() -> str:
    """Return the whole document."""
    return '\n'.join([HEAD, *(line for book in BOOKS for line in _chapter(*book))])


def _chapter(title: str, says: str, book: Rulebook[Any]) -> Iterator[str]:
    yield from (f'## {title}', '', says, '', *_meanings(book.states), '')
    yield from ('```mermaid', *_diagram(book), '```', '')
    if _final(book):
        yield from ('How it ends:', '', '```mermaid', *_endings(book), '```', '')
    yield from ('| step | from | to |', '|---|---|---|')
    for step in book.steps:
        sources = ', '.join(state.value for state in _sources(step['source']))
        yield f'| {step["trigger"]} | {sources} | {step["dest"].value} |'
    yield ''


def _meanings(states: type[Enum]) -> Iterator[str]:
    source = inspect.getsource(states)
    yield from ('| state | meaning |', '|---|---|')
    for state in states:
        found = re.search(rf'^    {state.name} = .*?#: (.+)$', source, re.MULTILINE)
        yield f'| {state.value} | {found[1] if found else ""} |'


def _diagram(book: Rulebook[Any]) -> Iterator[str]:
    """Yield the steps between states that can still change."""
    yield 'stateDiagram-v2'
    yield f'    [*] --> {book.initial.value}'
    for step in book.steps:
        if step['dest'] not in _final(book):
            for source in _sources(step['source']):
                yield f'    {source.value} --> {step["dest"].value} : {step["trigger"]}'


def _endings(book: Rulebook[Any]) -> Iterator[str]:
    """Yield the steps to final states, with one box for all that have the same."""
    yield 'flowchart LR'
    live = {state for state in book.states if state not in _final(book)}
    boxes: dict[tuple[Enum, ...], str] = {}
    for step in book.steps:
        if step['dest'] not in _final(book):
            continue
        sources = _sources(step['source'])
        if sources not in boxes:
            boxes[sources] = f'from{len(boxes) + 1}'
            names = ', '.join(state.value for state in sources)
            label = f'any that is not final: {names}' if set(sources) == live else names
            yield f'    {boxes[sources]}["{label}"]'
        yield f'    {boxes[sources]} -- {step["trigger"]} --> {step["dest"].value}'


def _final(book: Rulebook[Any]) -> tuple[Enum, ...]:
    return tuple(state for state in book.states if not book.allowed(state))


def _sources(source: Enum | Iterable[Enum]) -> tuple[Enum, ...]:
    return (source,) if isinstance(source, Enum) else tuple(source)


if __name__ == '__main__':
    FILE.write_text(text(), encoding='utf-8')
