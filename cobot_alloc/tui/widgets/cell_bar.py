"""The top lines: the cell, its mode, who is there, and whether the allocator is heard."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.tui.palette import BAD, GOOD, QUIET, WATCH
from cobot_alloc.tui.widgets.line import Line
from cobot_alloc.tui.wording import clock, mode


class CellBar(Vertical):
    """One line of facts; under it, only when there is need, one loud line."""

    def __init__(self, actor: str) -> None:
        """Remember whose terminal it is."""
        super().__init__()
        self._actor = actor

    def compose(self) -> ComposeResult:
        """Lay out the two lines."""
        yield Line(id='cell-facts')
        yield Line(id='cell-alarm')

    def show(self, view: CellView) -> None:
        """Bring both up to date."""
        self.query_one('#cell-facts', Line).say(facts(view, actor=self._actor))
        alarm = alarm_text(view)
        self.query_one('#cell-alarm', Line).say(alarm)
        self.set_class(bool(alarm), 'alarmed')
        self.set_class(not view.connected, 'lost')


def facts(view: CellView, *, actor: str) -> Text:
    """Return the line of facts."""
    parts = [
        Text(view.cell_id, style='bold'),
        Text(clock(view.now_s)),
        mode(view.mode) if view.connected else Text(f'was {view.mode.value}', style=QUIET),
        _people(view, actor=actor),
        Text('● connected', style=GOOD) if view.connected else Text('✖ NO ANSWER', style=BAD),
    ]
    return Text('  ').join(parts)


def alarm_text(view: CellView) -> str:
    """Return what a person must not overlook; empty if there is nothing."""
    if not view.connected:
        since = f'what you see is from {clock(view.now_s)}, ' if view.serial else ''
        return f'ALLOCATOR NOT HEARD: {since}actions are off.'
    if view.mode not in MOVING:
        cause = f': {view.mode_cause}' if view.mode_cause else ''
        return f'CELL {view.mode.value}{cause}. Press c for what can be done.'
    return ''


def _people(view: CellView, *, actor: str) -> Text:
    names = [f'{name} (you)' if name == actor else name for name in view.people]
    if view.shift is Shift.UNATTENDED:
        return Text('unattended', style=WATCH).append(f'  you: {actor}', QUIET)
    words = Text(f'attended: {", ".join(names) or "-"}')
    return words if actor in view.people else words.append(f'  you: {actor}', QUIET)
