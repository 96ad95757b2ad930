"""The allocator's state as messages."""

from __future__ import annotations

from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.ros.conversions import task_to_msg, time_to_msg
from cobot_alloc.ros.desk_conversions import case_to_msg
from cobot_alloc_msgs import msg


class TaskMessages:
    """The tasks as messages; those that have not changed are not made again."""

    def __init__(self) -> None:
        """Begin without any."""
        self._made: dict[TaskId, tuple[TaskRecord, msg.TaskStatus]] = {}

    def of(self, state: CellState, *, now_s: float) -> msg.TaskArray:
        """Return all tasks."""
        made = self._made
        self._made = {
            task_id: known
            if (known := made.get(task_id)) is not None and known[0] is record
            else (record, _task(record))
            for task_id, record in state.tasks.items()
        }
        tasks = [message for _, message in self._made.values()]
        return msg.TaskArray(stamp=time_to_msg(now_s), tasks=tasks)


def cases_to_msg(state: CellState, *, now_s: float) -> msg.CaseArray:
    """Return all cases, those that were answered too."""
    cases = [case_to_msg(case) for case in state.cases.values()]
    return msg.CaseArray(stamp=time_to_msg(now_s), cases=cases)


def agents_to_msg(state: CellState, *, now_s: float) -> msg.AgentArray:
    """Return all agents."""
    agents = [_agent(state, record) for record in state.agents.values()]
    return msg.AgentArray(stamp=time_to_msg(now_s), agents=agents)


def mode_to_msg(state: CellState, *, now_s: float) -> msg.CellMode:
    """Return the cell's mode and shift."""
    return msg.CellMode(
        stamp=time_to_msg(now_s),
        cell_id=state.cell_id,
        mode=state.mode.value,
        version=state.version,
        shift=state.shift.value,
        people=[record.agent.agent_id for record in state.people_present()],
        cause=state.mode_cause,
    )


def _task(record: TaskRecord) -> msg.TaskStatus:
    attempt = record.attempt
    measured = [a.measurements for a in record.attempts if a.measurements is not None]
    return msg.TaskStatus(
        task=task_to_msg(record.task),
        state=record.state.value,
        version=record.version,
        agent_id=record.done_by or record.agent_id or '',
        helper=record.helper,
        attempts=len(record.attempts),
        attempt=attempt.fence if attempt else 0,
        case_id=record.case_id or '',
        reason=record.reason,
        duration_s=float(sum(m.duration_s for m in measured)),
        energy_j=float(sum(m.energy_j for m in measured)),
        decided_by=record.decided_by,
    )


def _agent(state: CellState, record: AgentRecord) -> msg.AgentStatus:
    agent = record.agent
    in_hand = state.task_of(agent.agent_id)
    return msg.AgentStatus(
        agent_id=agent.agent_id,
        kind=agent.kind.value,
        skills=sorted(agent.skills),
        payload_kg=float(agent.payload_kg),
        reach_m=float('inf') if agent.reach_m is None else float(agent.reach_m),
        health=record.health.value,
        mode=record.mode.value,
        held=record.held,
        cause=record.cause,
        setup=record.setup,
        task_id=in_hand.task.task_id if in_hand else '',
    )
