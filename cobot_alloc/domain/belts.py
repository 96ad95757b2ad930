"""
Belts: what was put on first comes off first.

A part on a belt cannot be reached before those in front of it are gone. An agent that was sent
for it too early would stand there and wait, and if it is the one that should have taken the part
in front, for ever.
"""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.rules import CellRules


def behind(state: CellState, rules: CellRules) -> Mapping[TaskId, TaskId]:
    """
    Return which waiting task is behind which one, at the end of the same belt.

    A task is behind another while the other's part lies in front of its own and nobody has the
    other in hand. Of several it is the one that goes first.
    """
    if not rules.belts:
        return {}
    put_s, coming, there = _parts_on_belts(state, rules)
    found: dict[TaskId, TaskId] = {}
    for records in there.values():
        lying = [
            (put_s[key], record)
            for record in records
            if (key := (record.task.part, rules.belts[record.task.source])) in put_s
            and key not in coming
        ]
        lying.sort(key=lambda item: item[0])
        for at_s, record in lying[1:]:
            first_s, first = lying[0]
            if first_s < at_s:
                found[record.task.task_id] = first.task.task_id
    return found


_Key = tuple[str, str]  # a part and a belt


def _parts_on_belts(
    state: CellState, rules: CellRules
) -> tuple[dict[_Key, float], set[_Key], dict[str, list[TaskRecord]]]:
    """Return when parts were put on, which are still to be, and who waits at each belt."""
    put_s: dict[_Key, float] = {}
    coming: set[_Key] = set()
    there: dict[str, list[TaskRecord]] = {}
    for task_id, record in state.tasks.items():
        task = record.task
        if (belt := rules.belts.get(task.target)) is not None:
            key = (task.part, belt)
            if record.state is TaskState.COMPLETED and record.ended_s is not None:
                put_s[key] = max(record.ended_s, put_s.get(key, record.ended_s))
            elif not record.is_final:
                coming.add(key)
        belt = rules.belts.get(task.source)
        if belt is not None and not record.is_final and task_id not in state.in_hand:
            there.setdefault(belt, []).append(record)
    return put_s, coming, there
