"""The supervisor's view of a cell, from the allocator's messages."""

from __future__ import annotations

from dataclasses import replace

from cobot_alloc.application.supervisor_ports import AgentView, CellView, TaskView, ZoneView
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.ros.conversions import member_of, task_from_msg, time_from_msg
from cobot_alloc.ros.desk_conversions import case_from_msg
from cobot_alloc_msgs import msg


def with_tasks(view: CellView, message: msg.TaskArray) -> CellView:
    """Return the view with these tasks."""
    now_s = max(view.now_s, time_from_msg(message.stamp))
    return replace(view, now_s=now_s, tasks={m.task.task_id: _task(m) for m in message.tasks})


def with_cases(view: CellView, message: msg.CaseArray) -> CellView:
    """Return the view with these cases."""
    return replace(view, cases={m.case_id: case_from_msg(m) for m in message.cases})


def with_agents(view: CellView, message: msg.AgentArray) -> CellView:
    """Return the view with these agents."""
    return replace(view, agents={m.agent_id: _agent(m) for m in message.agents})


def with_zones(view: CellView, message: msg.ZoneArray) -> CellView:
    """Return the view with these zones."""
    zones = {
        m.zone_id: ZoneView(
            zone_id=m.zone_id,
            agent_id=m.agent_id,
            mode=member_of(SafetyMode, 'mode', m.mode),
            occupied=m.occupied,
            fresh=m.sensing_fresh,
        )
        for m in message.zones
    }
    return replace(view, zones=zones)


def with_mode(view: CellView, message: msg.CellMode) -> CellView:
    """Return the view with this mode and shift, at the time of the message."""
    return replace(
        view,
        now_s=time_from_msg(message.stamp),
        mode=member_of(SafetyMode, 'mode', message.mode),
        mode_cause=message.cause,
        version=message.version,
        shift=member_of(Shift, 'shift', message.shift),
        people=tuple(message.people),
    )


def _task(message: msg.TaskStatus) -> TaskView:
    return TaskView(
        task=task_from_msg(message.task),
        state=member_of(TaskState, 'state', message.state),
        version=message.version,
        agent_id=message.agent_id,
        helper=message.helper,
        attempts=message.attempts,
        attempt=message.attempt,
        case_id=message.case_id,
        reason=message.reason,
        duration_s=message.duration_s,
        energy_j=message.energy_j,
        decided_by=message.decided_by,
    )


def _agent(message: msg.AgentStatus) -> AgentView:
    return AgentView(
        agent_id=message.agent_id,
        kind=message.kind,
        skills=tuple(message.skills),
        payload_kg=message.payload_kg,
        health=message.health,
        mode=member_of(SafetyMode, 'mode', message.mode),
        held=message.held,
        cause=message.cause,
        task_id=message.task_id,
    )
