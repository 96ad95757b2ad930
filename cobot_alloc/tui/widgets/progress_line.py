"""How far the tasks are, in one line."""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.lifecycles.task import FINAL, TaskState
from cobot_alloc.tui.palette import QUIET, STATE_COLOURS
from cobot_alloc.tui.widgets.line import Line
from cobot_alloc.tui.wording import plain

BAR_WIDTH = 20
SHORT_BAR_WIDTH = 8
#: From this width on there is room for the long bar.
WIDE = 100


class ProgressLine(Line):
    """A bar of the ended tasks, and the counts by state."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(id='progress')

    def show(self, view: CellView) -> None:
        """Bring it up to date."""
        is_wide = self.size.width >= WIDE
        self.say(progress(view, bar_width=BAR_WIDTH if is_wide else SHORT_BAR_WIDTH))


def progress(view: CellView, *, bar_width: int = BAR_WIDTH) -> Text:
    """Return the bar and the counts."""
    counts = Counter(task.state for task in view.tasks.values())
    total = sum(counts.values())
    if not total:
        return Text('No tasks yet.', style=QUIET)
    ended = sum(counts[state] for state in FINAL)
    line = _bar(counts, total=total, width=bar_width).append(f' {ended}/{total} done', 'bold')
    for state in TaskState:
        if counts[state]:
            line.append(f'  {counts[state]} {plain(state.value)}', STATE_COLOURS[state])
    return line


def _bar(counts: Counter[TaskState], *, total: int, width: int) -> Text:
    bar = Text()
    ended = 0
    # Each state's stretch ends where its share of all tasks ends, so that the stretches add
    # up to the bar whatever the rounding.
    for state in TaskState:
        if state in FINAL:
            start = ended * width // total
            ended += counts[state]
            bar.append('█' * (ended * width // total - start), STATE_COLOURS[state])
    return bar.append('░' * (width - len(bar.plain)), QUIET)
