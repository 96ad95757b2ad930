"""
Belts: what was put on first comes off first.

A part on a belt cannot be reached before those in front of it are gone. An agent that was sent
for it too early would stand there and wait, and if it is the one that should have taken the part
in front, for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from cobot_alloc.domain.cell import TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.waiting.ordered_lists import OrderedLists

_Key = tuple[str, str]  # a part and a belt


class BeltOrder:
    """
    Which waiting task is behind which one, at the end of the same belt.

    A task is behind another while the other's part lies in front of its own and nobody has the
    other in hand. Of several it is the one that goes first.
    """

    def __init__(self, belts: Mapping[str, str]) -> None:
        """
        Begin without tasks.

        :param belts: named places on belts, to the belt that each is on.
        """
        self._belts = belts
        self._put_s: OrderedLists[_Key, float] = OrderedLists()
        self._coming: Counter[_Key] = Counter()
        self._takers: OrderedLists[_Key, tuple[int, TaskId]] = OrderedLists()
        self._lying: OrderedLists[str, tuple[float, str]] = OrderedLists()
        self._since_s: dict[_Key, float] = {}

    def behind(self, record: TaskRecord) -> TaskId | None:
        """Return the task that goes before a waiting one, or None."""
        belt = self._belts.get(record.task.source)
        if belt is None:
            return None
        since_s = self._since_s.get((record.task.part, belt))
        if since_s is None or since_s <= self._lying[belt][0][0]:
            return None
        return min(self._takers[part, belt][0] for part in self._in_front(belt))[1]

    def change(
        self, record: TaskRecord, number: int, *, in_hand: bool, by: int
    ) -> Iterable[TaskId]:
        """
        Take up a task, by 1, or let go of one as it was taken up, by -1.

        :param number: of the task, in the order in which they were submitted.
        :return: waiting tasks that may stand otherwise now.
        """
        task, changed = record.task, []
        if (belt := self._belts.get(task.target)) is not None:
            key = (task.part, belt)
            if record.state is TaskState.COMPLETED and record.ended_s is not None:
                self._put_s.change(key, record.ended_s, by=by)
                changed.append(key)
            elif not record.is_final:
                self._coming[key] += by
                changed.append(key)
        belt = self._belts.get(task.source)
        if belt is not None and not record.is_final and not in_hand:
            key = (task.part, belt)
            self._takers.change(key, (number, task.task_id), by=by)
            changed.append(key)
        return [task_id for key in changed for task_id in self._update(key)]

    def _update(self, key: _Key) -> list[TaskId]:
        if not self._coming[key]:
            del self._coming[key]
        put_s, known_s = self._put_s[key], self._since_s.get(key)
        lies = bool(put_s) and bool(self._takers[key]) and key not in self._coming
        since_s = put_s[-1] if lies else None
        if since_s == known_s:
            return []
        part, belt = key
        before = self._in_front(belt)
        if known_s is not None:
            del self._since_s[key]
            self._lying.remove(belt, (known_s, part))
        if since_s is not None:
            self._since_s[key] = since_s
            self._lying.add(belt, (since_s, part))
        others = before.symmetric_difference(self._in_front(belt)) | {part}
        return [task_id for p in sorted(others) for _, task_id in self._takers[p, belt]]

    def _in_front(self, belt: str) -> set[str]:
        """Return the parts that lie in front of all others."""
        lying, found = self._lying[belt], set()
        for since_s, part in lying:
            if since_s > lying[0][0]:
                break
            found.add(part)
        return found
