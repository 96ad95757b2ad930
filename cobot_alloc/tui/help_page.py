"""The help page."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.tui.palette import ACCENT, QUIET
from cobot_alloc.tui.wording import mode

KEYS = (
    ('↑ ↓', 'choose a row; Home and End the first and last'),
    ('Tab', 'desk, actions, arms and people, and round'),
    ('Enter', 'from a row to its actions; in a question: confirm'),
    ('PgDn PgUp', 'scroll the details'),
    ('Esc', 'back, always; nothing is sent'),
    ('c', 'the cell: sign on and off, stop, resume'),
    ('! !', 'stop the cell, even while typing a note'),
    ('w', 'why the task went where it went'),
    ('p', 'the picture of what went wrong'),
    ('?', 'this page'),
    ('q', 'quit'),
)

MODES = (
    (SafetyMode.NORMAL, 'moves'),
    (SafetyMode.REDUCED, 'moves slowly, someone is near'),
    (SafetyMode.STOPPED, 'held still; a clear zone alone does not end it'),
    (SafetyMode.LATCHED, 'held still until a person resets it'),
    (SafetyMode.UNKNOWN, 'sensing or supervision is missing; acts as STOPPED'),
)

ABOUT = (
    'The actions shown are those that the allocator offers for the selection now; their keys'
    ' stand on the buttons. Every answer carries the version you saw: if things changed'
    ' meanwhile it is refused, and you see what is so now.'
)

STOP = (
    'The stop key asks the allocator to stop the simulated cell. It is no emergency stop and'
    ' does not replace one.'
)


def help_page() -> RenderableType:
    """Return the page."""
    keys = _grid()
    for key, words in KEYS:
        keys.add_row(Text(key, style=f'bold {ACCENT}'), words)
    modes = _grid()
    for value, words in MODES:
        modes.add_row(mode(value), words)
    return Group(keys, '', modes, '', ABOUT, '', Text(STOP, style=QUIET))


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    return grid
