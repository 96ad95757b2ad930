"""Colours, and the signs that carry the same meaning without them."""

from __future__ import annotations

from textual.theme import Theme

from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState

GOOD = '#6fcf97'
WATCH = '#f2c14e'
BAD = '#ff7b72'
QUIET = '#8b98a9'
ACCENT = '#6cb6ff'

THEME = Theme(
    name='cobot-alloc',
    dark=True,
    primary=ACCENT,
    secondary='#3d5a80',
    accent=ACCENT,
    success=GOOD,
    warning=WATCH,
    error=BAD,
    foreground='#dbe3ec',
    background='#0f141a',
    surface='#151c24',
    panel='#1e2833',
    variables={
        'block-cursor-background': '#2b4a6b',
        'block-cursor-foreground': '#ffffff',
        'block-cursor-blurred-background': '#243242',
        'footer-key-foreground': ACCENT,
    },
)

#: Sign and colour of a mode. The word always stands beside them.
MODE_SIGNS = {
    SafetyMode.NORMAL: ('●', GOOD),
    SafetyMode.REDUCED: ('◐', WATCH),
    SafetyMode.STOPPED: ('■', BAD),
    SafetyMode.LATCHED: ('▲', BAD),
    SafetyMode.UNKNOWN: ('?', BAD),
}

#: Colour of a task's state in the progress line.
STATE_COLOURS = {
    TaskState.QUEUED: QUIET,
    TaskState.BLOCKED: QUIET,
    TaskState.ASSIGNED: ACCENT,
    TaskState.UNDERWAY: ACCENT,
    TaskState.PAUSED: WATCH,
    TaskState.AWAITING_DECISION: WATCH,
    TaskState.MANUAL: WATCH,
    TaskState.COMPLETED: GOOD,
    TaskState.FAILED: BAD,
    TaskState.CANCELED: QUIET,
    TaskState.SKIPPED: QUIET,
    TaskState.SCRAPPED: BAD,
}
