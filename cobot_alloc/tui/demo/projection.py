"""The demo cell's state as a supervisor's side sees it."""

from __future__ import annotations

from cobot_alloc.application.supervisor_ports import AgentView, CellView, TaskView, ZoneView
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.zone import Zone
from cobot_alloc.tui.demo.story import ZONES


def view_of(state: CellState, *, serial: int, now_s: float, connected: bool) -> CellView:
    """Return the view of a state."""
    return CellView(
        cell_id=state.cell_id,
        connected=connected,
        serial=serial,
        now_s=now_s,
        mode=state.mode,
        mode_cause=state.mode_cause,
        version=state.version,
        shift=state.shift,
        people=tuple(record.agent.agent_id for record in state.people_present()),
        tasks={task_id: _task(record) for task_id, record in state.tasks.items()},
        cases={str(case_id): case for case_id, case in state.cases.items()},
        agents={agent_id: _agent(record, state) for agent_id, record in state.agents.items()},
        zones={zone.zone_id: _zone(zone, state) for zone in ZONES},
    )


def _task(record: TaskRecord) -> TaskView:
    measured = [a.measurements for a in record.attempts if a.measurements is not None]
    return TaskView(
        task=record.task,
        state=record.state,
        version=record.version,
        agent_id=record.agent_id or '',
        helper=record.helper,
        attempts=len(record.attempts),
        attempt=record.attempt.fence if record.attempt else 0,
        case_id=record.case_id or '',
        reason=record.reason,
        duration_s=sum(it.duration_s for it in measured),
        energy_j=sum(it.energy_j for it in measured),
        decided_by=record.decided_by,
    )


def _agent(record: AgentRecord, state: CellState) -> AgentView:
    agent = record.agent
    in_hand = state.task_of(agent.agent_id)
    return AgentView(
        agent_id=agent.agent_id,
        kind=agent.kind.value,
        skills=tuple(sorted(agent.skills)),
        payload_kg=agent.payload_kg,
        health=record.health.value,
        mode=record.mode,
        held=record.held,
        cause=record.cause,
        task_id=in_hand.task.task_id if in_hand else '',
    )


def _zone(zone: Zone, state: CellState) -> ZoneView:
    record = state.zones[zone.zone_id]
    return ZoneView(
        zone_id=zone.zone_id,
        agent_id=zone.agent_id,
        mode=zone.mode,
        occupied=record.occupied,
        fresh=record.fresh,
    )
