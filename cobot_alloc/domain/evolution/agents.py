"""What agents, zones and the cell's own mode and shift are after an event."""

from __future__ import annotations

from dataclasses import replace

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.cell import AgentRecord, CellState, ZoneRecord
from cobot_alloc.domain.evolution.drafts import change_agent, Changes, set_fields
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.lifecycles.shift import SHIFT


def _agent_registered(draft: CellState, event: ev.AgentRegistered) -> None:
    known = draft.agents.get(event.agent.agent_id)
    draft.agents[event.agent.agent_id] = (
        AgentRecord(agent=event.agent)
        if known is None
        else replace(known, agent=event.agent, version=known.version + 1)
    )


def _agent_returned(draft: CellState, event: ev.AgentReturned) -> None:
    change_agent(
        draft, event.agent_id, health=Health.READY, boot_id=event.boot_id, lost_s=None, cause=''
    )


def _agent_lost(draft: CellState, event: ev.AgentLost) -> None:
    change_agent(
        draft,
        event.agent_id,
        health=Health.OFFLINE,
        lost_s=event.at_s,
        cause=event.reason,
        clear_since_s=None,
    )


def _agent_mode_changed(draft: CellState, event: ev.AgentModeChanged) -> None:
    before = draft.agents[event.agent_id]
    since = before.clear_since_s if before.clear_since_s is not None else event.at_s
    still = before.still_since_s if before.still_since_s is not None else event.at_s
    may_move = event.mode in MOVING and not event.held
    change_agent(
        draft,
        event.agent_id,
        mode=event.mode,
        held=event.held,
        clear_since_s=since if event.zone_clear else None,
        cause=event.cause,
        foreign=event.foreign,
        resume_asked_s=before.resume_asked_s if event.held else None,
        still_since_s=None if may_move else still,
    )


def _tool_changed(draft: CellState, event: ev.ToolChanged) -> None:
    change_agent(draft, event.agent_id, tool=event.tool, setup=event.tool)


def _resume_granted(draft: CellState, event: ev.ResumeGranted) -> None:
    change_agent(draft, event.agent_id, resume_asked_s=event.at_s)


def _zone_changed(draft: CellState, event: ev.ZoneChanged) -> None:
    draft.zones[event.zone_id] = ZoneRecord(occupied=event.occupied, fresh=event.fresh)


def _cell_mode_changed(draft: CellState, event: ev.CellModeChanged) -> None:
    set_fields(draft, mode=event.mode, mode_cause=event.cause, version=draft.version + 1)


def _person_signed_on(draft: CellState, event: ev.PersonSignedOn) -> None:
    known = draft.agents.get(event.agent.agent_id)
    draft.agents[event.agent.agent_id] = AgentRecord(
        agent=event.agent,
        health=Health.READY,
        held=False,
        version=1 if known is None else known.version + 1,
    )
    _update_shift(draft)


def _person_signed_off(draft: CellState, event: ev.PersonSignedOff) -> None:
    change_agent(draft, event.agent_id, health=Health.OFFLINE, cause='signed off')
    _update_shift(draft)


def _update_shift(draft: CellState) -> None:
    step = 'attend' if draft.people_present() else 'leave'
    shift = SHIFT.after(draft.shift, step) if SHIFT.may(draft.shift, step) else draft.shift
    set_fields(draft, shift=shift, version=draft.version + 1)


#: What each event changes.
CHANGES: Changes = {
    ev.AgentRegistered: _agent_registered,
    ev.AgentReturned: _agent_returned,
    ev.AgentLost: _agent_lost,
    ev.AgentModeChanged: _agent_mode_changed,
    ev.ToolChanged: _tool_changed,
    ev.ResumeGranted: _resume_granted,
    ev.ZoneChanged: _zone_changed,
    ev.CellModeChanged: _cell_mode_changed,
    ev.PersonSignedOn: _person_signed_on,
    ev.PersonSignedOff: _person_signed_off,
}
