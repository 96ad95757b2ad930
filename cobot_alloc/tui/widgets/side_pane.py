"""Arms, people and zones at a glance."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from cobot_alloc.application.supervisor_ports import AgentView, CellView, ZoneView
from cobot_alloc.domain.agent import AgentKind, Health
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.tui.palette import BAD, GOOD, QUIET, WATCH
from cobot_alloc.tui.waiting import partner_of
from cobot_alloc.tui.widgets.line import Line
from cobot_alloc.tui.widgets.live_table import Column, LiveTable, Row
from cobot_alloc.tui.wording import mode

COLUMNS = (Column('Agent', 7), Column('Mode', 9), Column('Doing'))


class SidePane(Vertical):
    """Who is there and what they do, and which zones keep whom from it."""

    BORDER_TITLE = 'Arms, people, zones'

    def compose(self) -> ComposeResult:
        """Lay out the agents and the zones."""
        yield LiveTable(COLUMNS, id='agent-table')
        with VerticalScroll(can_focus=False):
            yield Line(id='zones', grows=True)

    @property
    def table(self) -> LiveTable:
        """The table of the agents."""
        return self.query_one(LiveTable)

    def show(self, view: CellView) -> None:
        """Bring both up to date."""
        agents = sorted(view.agents.values(), key=lambda agent: (agent.kind, agent.agent_id))
        self.table.show([_row(agent, view) for agent in agents])
        self.query_one('#zones', Line).say(zone_lines(view))


def _row(agent: AgentView, view: CellView) -> Row:
    is_arm = agent.kind == AgentKind.ARM.value
    is_offline = agent.health == Health.OFFLINE.value
    if is_offline:
        state = Text('○ offline', style=QUIET if not is_arm else BAD)
    else:
        state = mode(agent.mode) if is_arm else Text('● here', style=GOOD)
    cells = (Text(agent.agent_id), state, _doing(agent, view))
    return Row(Subject(SubjectKind.AGENT, agent.agent_id), cells)


def _doing(agent: AgentView, view: CellView) -> Text:
    words = Text(no_wrap=True, overflow='ellipsis')
    if agent.held:
        words.append(f'{agent.cause or "held"} ', WATCH)
    task = view.tasks.get(agent.task_id)
    if task is not None:
        if partner := partner_of(agent.agent_id, task):
            words.append(f'with {partner}: ')
        words.append(f'{agent.task_id} {task.task.skill} {task.task.part}'.rstrip())
    elif agent.task_id:
        words.append(agent.task_id)
    elif not agent.held:
        words.append('free' if agent.health == Health.READY.value else '-', QUIET)
    return words


def zone_lines(view: CellView) -> Text:
    """Return the zones: those with someone in them in full, the others counted."""
    zones = sorted(view.zones.values(), key=lambda zone: zone.zone_id)
    lines = [_zone_line(zone) for zone in zones if zone.occupied or not zone.fresh]
    clear = len(zones) - len(lines)
    if clear:
        words = 'all zones clear' if not lines else f'{clear} more clear'
        lines.append(Text(f'○ {words}', style=QUIET))
    return Text('\n').join(lines) if lines else Text('No zones.', style=QUIET)


def _zone_line(zone: ZoneView) -> Text:
    if not zone.fresh:
        return Text(f'? {zone.zone_id} NO SENSING', style=BAD).append(' as if occupied', QUIET)
    line = Text(f'■ {zone.zone_id} OCCUPIED', style=WATCH)
    return line if zone.agent_id in zone.zone_id else line.append(f' {zone.agent_id}', QUIET)
