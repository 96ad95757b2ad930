"""
Occupancy: a place that holds one part is free once that part was taken away.

What an order does not say by its predecessors follows from where its parts are: nobody should be
sent to put a part where another one stands that is about to be taken away.
"""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.rules import CellRules


def waits_for_place(state: CellState, rules: CellRules) -> Mapping[TaskId, TaskId]:
    """
    Return which waiting task waits for which unfinished one to free the place that it needs.

    Nobody waits for what waits for them, by predecessors or by places: two parts that are to
    change places do not stand there for ever, it is tried and a person is asked.
    """
    if not rules.single_places:
        return {}
    standing, leaving, wanted = _whereabouts(state, rules)
    found: dict[TaskId, TaskId] = {}
    for record in wanted:
        task = record.task
        for part in sorted(standing.get(task.target, set()) - {task.part}):
            if (frees := leaving.get((part, task.target))) is not None:
                found[task.task_id] = frees
    return {t: frees for t, frees in found.items() if not _depends(state, found, frees, t)}


def _whereabouts(
    state: CellState, rules: CellRules
) -> tuple[dict[str, set[str]], dict[tuple[str, str], TaskId], list[TaskRecord]]:
    """Return which parts stand where or are about to, what takes them away, and who waits."""
    put: dict[str, tuple[float, str]] = {}
    standing: dict[str, set[str]] = {}
    leaving: dict[tuple[str, str], TaskId] = {}
    wanted: list[TaskRecord] = []
    coming: set[tuple[str, str]] = set()
    for task_id, record in state.tasks.items():
        task, in_hand = record.task, task_id in state.in_hand
        if not task.part:
            continue
        stands = task.target if task.brings_to_stand else ''
        if record.is_final:
            done_s = record.ended_s if record.state is TaskState.COMPLETED else None
            if task.target and done_s is not None:
                put[task.part] = max((done_s, stands), put.get(task.part, (done_s, '')))
            continue
        coming.add((task.part, task.target))
        if in_hand:  # it is at one end of its way or at the other
            for place in (task.source, stands):
                standing.setdefault(place, set()).add(task.part)
        elif task.target in rules.single_places:
            wanted.append(record)
        if task.source and (task.station or task.target not in ('', task.source)):
            leaving.setdefault((task.part, task.source), task_id)
    for part, place in leaving:
        if part not in put and (part, place) not in coming:  # it has not been moved yet
            standing.setdefault(place, set()).add(part)
    for part, (_, place) in put.items():
        standing.setdefault(place, set()).add(part)
    return standing, leaving, wanted


def _depends(
    state: CellState, places: Mapping[TaskId, TaskId], task_id: TaskId, on: TaskId
) -> bool:
    """Tell whether a task waits for another one, directly or not."""
    met, left = {task_id}, [task_id]
    while left:
        current = left.pop()
        if current == on:
            return True
        record = state.tasks.get(current)
        after = () if record is None or record.is_final else record.task.predecessors
        for before in (*after, *([places[current]] if current in places else ())):
            if before not in met:
                met.add(before)
                left.append(before)
    return False
