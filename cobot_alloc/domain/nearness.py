"""Nearness: which arms stand still while a person does something by hand."""

from __future__ import annotations

from collections.abc import Sequence
from math import dist

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task


def stilled_by(task: Task, state: CellState, rules: CellRules) -> tuple[AgentId, ...]:
    """
    Return the arms into whose stop zones a person has to reach for a task.

    Where a task before it brings the part, it is taken to be brought to the person. An
    expectation for plans and nothing else: arms are stopped by what is sensed.
    """
    brought = {
        record.task.target
        for before in task.predecessors
        if (record := state.tasks.get(before)) is not None and record.task.part == task.part
    }
    places = [
        rules.locations[name]
        for name in (task.source, task.target, task.station)
        if name in rules.locations and (name != task.source or name not in brought)
    ]
    near: Sequence[AgentId] = [
        zone.agent_id
        for zone in rules.zones
        if zone.mode is SafetyMode.STOPPED
        and any(dist(at[:2], zone.volume.center[:2]) <= zone.volume.radius_m for at in places)
    ]
    return tuple(dict.fromkeys(near))
