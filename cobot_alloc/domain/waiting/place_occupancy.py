"""
Occupancy: a place that holds one part is free once that part was taken away.

What an order does not say by its predecessors follows from where its parts are: nobody should be
sent to put a part where another one stands that is about to be taken away.
"""

from __future__ import annotations

from collections import Counter

from cobot_alloc.domain.cell import TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.waiting.ordered_lists import OrderedLists

_Key = tuple[str, str]  # a part and a place


class PlaceOccupancy:
    """Which parts stand at places that hold one part, and which tasks will take them away."""

    def __init__(self, places: frozenset[str]) -> None:
        """Begin without tasks."""
        self._places = places
        self._put: OrderedLists[str, tuple[float, str]] = OrderedLists()
        self._coming: Counter[_Key] = Counter()
        self._leaving: OrderedLists[_Key, tuple[int, TaskId]] = OrderedLists()
        self._sources: OrderedLists[str, str] = OrderedLists()
        self._in_hand: Counter[_Key] = Counter()
        self._blocking: OrderedLists[str, str] = OrderedLists()

    def frees(self, task: Task) -> TaskId | None:
        """Return the task that has to free the place that a task needs, or None."""
        if not task.part or task.target not in self._places:
            return None
        # Of several parts that stand there, the last by name: one answer is enough.
        blocking = self._blocking[task.target]
        part = next((p for p in reversed(blocking) if p != task.part), None)
        return None if part is None else self._leaving[part, task.target][0][1]

    def freeing(self, place: str) -> list[TaskId]:
        """Return the tasks that have to free a place, for one part or another."""
        return [self._leaving[part, place][0][1] for part in self._blocking[place][-2:]]

    def only_blocker(self, place: str) -> str:
        """Return the part that stands at a place if it is the only one, or an empty name."""
        blocking = self._blocking[place]
        return blocking[0] if len(blocking) == 1 else ''

    def change(self, record: TaskRecord, number: int, *, in_hand: bool, by: int) -> None:
        """
        Take up a task, by 1, or let go of one as it was taken up, by -1.

        :param number: of the task, in the order in which they were submitted.
        """
        task = record.task
        if not self._places or not task.part:
            return
        touched = {task.source, task.target, self._put_at(task.part)}
        was_put = bool(self._put[task.part])
        stands = task.target if task.brings_to_stand else ''
        if record.is_final:
            if task.target and record.state is TaskState.COMPLETED and record.ended_s is not None:
                self._put.change(task.part, (record.ended_s, stands), by=by)
        else:
            self._coming[task.part, task.target] += by
            for place in (task.source, stands) if in_hand else ():
                self._in_hand[task.part, place] += by  # at one end of its way or at the other
            if task.source and (task.station or task.target not in ('', task.source)):
                self._leaving.change((task.part, task.source), (number, task.task_id), by=by)
                self._sources.change(task.part, task.source, by=by)
        touched.add(self._put_at(task.part))
        if was_put is not bool(self._put[task.part]):
            touched.update(self._sources[task.part])
        for place in touched & self._places:
            self._update(task.part, place)
        if by < 0:
            for counts in (self._coming, self._in_hand):
                for place in touched:
                    if not counts[task.part, place]:
                        del counts[task.part, place]

    def _put_at(self, part: str) -> str:
        """Return where a part stands that was put somewhere; empty: nowhere, or it never was."""
        put = self._put[part]
        return put[-1][1] if put else ''

    def _update(self, part: str, place: str) -> None:
        blocks, known = self._blocks(part, place), part in self._blocking[place]
        if blocks is not known:
            self._blocking.change(place, part, by=1 if blocks else -1)

    def _blocks(self, part: str, place: str) -> bool:
        """Tell whether a part stands at a place, or is about to, and will be taken away."""
        if not self._leaving[part, place]:
            return False
        if self._in_hand[part, place]:
            return True
        if self._put[part]:
            return self._put_at(part) == place
        # What was never put anywhere stands where it is to be taken from.
        return not self._coming[part, place]
