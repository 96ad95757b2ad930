"""What waits for belts and places, by a walk over all tasks: the oracle of the index."""

from __future__ import annotations

from collections.abc import Mapping

from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.waiting.index import WorkIndex


def indexed_behind(state: CellState, rules: CellRules) -> dict[TaskId, TaskId]:
    """Return what the index says of the waiting tasks that are behind another on a belt."""
    index = WorkIndex.of(state, rules)
    waiting = (state.tasks[t] for t in (*state.queued, *state.blocked))
    return {r.task.task_id: b for r in waiting if (b := index.behind(r)) is not None}


def indexed_taken(state: CellState, rules: CellRules) -> dict[TaskId, TaskId]:
    """Return what the index says of the waiting tasks whose place is taken."""
    index = WorkIndex.of(state, rules)
    waiting = (state.tasks[t] for t in (*state.queued, *state.blocked))
    return {r.task.task_id: b for r in waiting if (b := index.place_taken(r)) is not None}


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
        stands = task.target if task.skill != 'hand_over' else ''
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
