"""How figures and records are put in words."""

from __future__ import annotations

import math

from rich.text import Text

from cobot_alloc.domain.case import Subject
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.tui.palette import BAD, MODE_SIGNS, WATCH

SOON_S = 30.0


def span(seconds: float) -> str:
    """Return a length of time as people say it: 0:42, 12:05, 1:02:03."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f'{hours}:{minutes:02}:{left:02}' if hours else f'{minutes}:{left:02}'


def clock(seconds: float) -> str:
    """Return a cell time: 00:12:34."""
    whole = max(0, int(seconds))
    return f'{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}'


def due(due_s: float | None, *, now_s: float) -> Text:
    """Say how long there is until a time, or by how much it has passed."""
    if due_s is None or not math.isfinite(due_s):
        return Text('-')
    left_s = due_s - now_s
    if left_s < 0:
        return Text(f'late {span(-left_s)}', style=f'bold {BAD}')
    return Text(f'in {span(left_s)}', style=WATCH if left_s < SOON_S else '')


def mode(value: SafetyMode) -> Text:
    """Return a mode: sign and word, coloured."""
    sign, colour = MODE_SIGNS[value]
    return Text(f'{sign} {value.value}', style=colour)


def plain(code: str) -> str:
    """Return a code as words: awaiting_decision becomes awaiting decision."""
    return code.replace('_', ' ')


def task_title(task: Task) -> str:
    """Return what a task is about in one line."""
    words = [task.skill]
    if task.part:
        words.append(task.part)
    if task.source or task.target:
        words.append(journey(task))
    return ' '.join(words)


def journey(task: Task) -> str:
    """Return from where to where a task goes."""
    if task.source and task.target and task.source != task.target:
        return f'{task.source} → {task.target}'
    return f'at {task.target or task.source}'


def subject_name(subject: Subject) -> str:
    """Return a subject's kind and id; the kind only if the id does not say it already."""
    return subject.id if subject.id.startswith(subject.kind.value) else str(subject)


def count_of(number: int, singular: str, plural: str = '') -> str:
    """Return a number with its noun."""
    return f'{number} {singular if number == 1 else plural or singular + "s"}'
