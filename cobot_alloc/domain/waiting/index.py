"""
An index of a state: what decisions look for, found without a walk over all that waits.

It says nothing that the state does not; it is made of one at any time, and follows it from then
on by what each event changes.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
import math
from typing import NamedTuple

from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.waiting.case_index import CaseIndex
from cobot_alloc.domain.waiting.kinds import (
    Group,
    KindTable,
    put,
    Rank,
    rank_of,
    take_out,
    TaskKind,
)
from cobot_alloc.domain.waiting.ordered_lists import OrderedLists
from cobot_alloc.domain.waiting.part_flow import PartFlow
from cobot_alloc.domain.waiting.touched import Touched


class _Entry(NamedTuple):
    """
    A task as it was taken up.

    :ivar number: in the order in which tasks were submitted.
    :ivar kind: None unless it waits.
    """

    record: TaskRecord
    number: int
    in_hand: bool
    rank: Rank
    kind: TaskKind | None


class WorkIndex:
    """
    An index of one state at a time, the newest of a cell.

    :ivar revision: grows whenever what waits or what is in hand changes.
    """

    def __init__(self, rules: CellRules) -> None:
        """Begin without a state; with other rules, another index is needed."""
        self.rules = rules
        self.revision = 0
        self._state: CellState | None = None
        self._stale: dict[TaskId, None] = {}

    @classmethod
    def of(cls, state: CellState, rules: CellRules) -> WorkIndex:
        """Return an index of a state."""
        index = cls(rules)
        index.reflect(state)
        return index

    # Following a state

    def reflects(self, state: CellState) -> bool:
        """Tell whether it is of this very state."""
        return self._state is state

    def reflect(self, state: CellState) -> None:
        """Be of a state; that costs nothing if it is of it already, but for what was touched."""
        if self._state is not state:
            self._build(state)
        elif self._stale:
            stale, self._stale = self._stale, {}
            for task_id in stale:
                self._refile(task_id)

    def follow(self, state: CellState, touched: Touched) -> None:
        """
        Be of the state that an event made of the one before it.

        :param touched: what the event changed.
        """
        self._state = state
        self._stale.update(dict.fromkeys(touched.task_ids))
        for case_id in touched.case_ids:
            self.cases.refile(case_id, state)
        if self.rules.preferences.policy.carbon:  # the kind of a task depends on its order
            for order_id in touched.order_ids:
                self._stale.update(dict.fromkeys(state.orders[order_id].task_ids))

    def _build(self, state: CellState) -> None:
        self._state = state
        self._stale = {}
        self.revision += 1
        self.cases = CaseIndex(state)
        self.kinds = KindTable(self.rules)
        self._parts = PartFlow(self.rules)
        self._entries: dict[TaskId, _Entry] = {}
        self._numbers = 0
        self._arrivals = 0
        self._order: list[Rank] = []
        self._not_yet: list[tuple[float, TaskId]] = []
        self._begun_s = -math.inf
        self._successors: dict[TaskId, dict[TaskId, None]] = {}
        self._to_place: OrderedLists[tuple[str, str], TaskId] = OrderedLists()
        self.unfinished = 0
        numbers = {task_id: number for number, task_id in enumerate(state.tasks)}
        self._numbers = len(numbers)
        waiting = (*state.queued, *state.blocked)  # in order of arrival
        first = dict.fromkeys(waiting)
        for task_id in (*waiting, *(t for t in numbers if t not in first)):
            self._take_up(task_id, numbers[task_id])

    def _refile(self, task_id: TaskId) -> None:
        assert self._state is not None
        known = self._entries.get(task_id)
        record = self._state.tasks.get(task_id)
        if known is not None:
            in_hand = task_id in self._state.in_hand
            if known.record is record and known.in_hand is in_hand and known.kind is None:
                return
            self._let_go(known)
        if record is not None:
            number = self._numbers if known is None else known.number
            self._numbers += known is None
            self._take_up(task_id, number, before=known)

    def _take_up(self, task_id: TaskId, number: int, *, before: _Entry | None = None) -> None:
        assert self._state is not None
        state, record = self._state, self._state.tasks[task_id]
        in_hand, waits = task_id in state.in_hand, record.state in _WAITING
        if before is not None and _is_as_before(record, before.record):
            arrival = before.rank[4]
        else:
            arrival, self._arrivals = self._arrivals, self._arrivals + 1
            self.revision += 1
        kind = self.kinds.kind_of(record, state) if waits else None
        entry = _Entry(record, number, in_hand, rank_of(record, arrival), kind)
        self._entries[task_id] = entry
        self.unfinished += not record.is_final
        moved = self._parts.change(record, number, in_hand=in_hand, by=1)
        if kind is not None:
            self._wait(entry, kind)
        self._stand(moved)

    def _wait(self, entry: _Entry, kind: TaskKind) -> None:
        """Take up a waiting task where tasks wait."""
        record, task = entry.record, entry.record.task
        put(self._order, entry.rank)
        kind.members += 1
        if record.state is TaskState.BLOCKED:
            for before in task.predecessors:
                self._successors.setdefault(before, {})[task.task_id] = None
            return
        insort(kind.by_age, (begin_s(record), task.task_id))
        if kind.group.place:
            self._to_place.add((task.part, task.target), task.task_id)
        if task.earliest_start_s > self._begun_s:
            heappush(self._not_yet, (task.earliest_start_s, task.task_id))
        self._stand((task.task_id,))

    def _let_go(self, entry: _Entry) -> None:
        record, task, kind = entry.record, entry.record.task, entry.kind
        del self._entries[task.task_id]
        self.unfinished -= not record.is_final
        if kind is not None:
            take_out(self._order, entry.rank)
            take_out(kind.in_order, entry.rank)
            kind.members -= 1
            if record.state is TaskState.BLOCKED:
                for before in task.predecessors:
                    waiting = self._successors[before]
                    waiting.pop(task.task_id, None)
                    if not waiting:
                        del self._successors[before]
            else:
                del kind.by_age[bisect_left(kind.by_age, (begin_s(record), task.task_id))]
                if kind.group.place:
                    self._to_place.remove((task.part, task.target), task.task_id)
            if not kind.members:
                self.kinds.forget(kind)
        self._stand(self._parts.change(record, entry.number, in_hand=entry.in_hand, by=-1))

    def _stand(self, task_ids: Iterable[TaskId]) -> None:
        """Let queued tasks be among those of their kind that may be given out, or not."""
        for task_id in task_ids:
            entry = self._entries.get(task_id)
            if entry is None or entry.kind is None or entry.record.state is not TaskState.QUEUED:
                continue
            take_out(entry.kind.in_order, entry.rank)
            begun = entry.record.task.earliest_start_s <= self._begun_s
            if begun and self._parts.behind(entry.record) is None:
                put(entry.kind.in_order, entry.rank)

    # What decisions look for

    def first_waiting(self, count: int) -> list[TaskRecord]:
        """Return the first queued and blocked tasks, by priority, deadline and age."""
        return [self._entries[rank[-1]].record for rank in self._order[:count]]

    def successors(self, task_id: TaskId) -> Sequence[TaskId]:
        """Return the blocked tasks that wait for a task."""
        return tuple(self._successors.get(task_id, ()))

    def kind(self, task_id: TaskId) -> TaskKind | None:
        """Return the kind of a task, None unless it waits."""
        entry = self._entries.get(task_id)
        return None if entry is None else entry.kind

    def behind(self, record: TaskRecord) -> TaskId | None:
        """Return the task that takes its part off the same belt before, or None."""
        return self._parts.behind(record)

    def place_taken(self, record: TaskRecord) -> TaskId | None:
        """Return the unfinished task that has to free the place that it needs, or None."""
        assert self._state is not None
        return self._parts.place_taken(record, self._state)

    def open_to(
        self, agent: AgentRecord, now_s: float
    ) -> Iterator[tuple[Group, TaskKind, list[Rank]]]:
        """
        Walk the kinds in which an agent might have a part, with what of them might be begun.

        Tasks behind others on a belt are left out, and those whose place is taken.
        """
        self._begin(now_s)
        for group, kinds in self.kinds.open_to(agent).items():
            if not (group.place and self._parts.is_taken(group.place)):
                yield from ((group, kind, kind.in_order) for kind in kinds if kind.in_order)
                continue
            for kind, ranks in self._in_spite_of_parts_at(group.place).items():
                if kind in kinds:
                    yield group, kind, ranks

    def _in_spite_of_parts_at(self, place: str) -> dict[TaskKind, list[Rank]]:
        """Return the queued tasks that a taken place does not keep."""
        assert self._state is not None
        own = self._parts.only_part(place)
        may = self._parts.kept_by_nothing(place, self._state)
        found: dict[TaskKind, list[Rank]] = {}
        for task_id in may.union(self._to_place[own, place] if own else ()):
            entry = self._entries.get(task_id)
            if entry is None or entry.kind is None or entry.kind.group.place != place:
                continue
            at = bisect_left(entry.kind.in_order, entry.rank)
            may_begin = entry.kind.in_order[at : at + 1] == [entry.rank]
            if may_begin and self.place_taken(entry.record) is None:
                insort(found.setdefault(entry.kind, []), entry.rank)
        return found

    def _begin(self, now_s: float) -> None:
        """Take up what may be begun from now on."""
        self._begun_s = max(self._begun_s, now_s)
        while self._not_yet and self._not_yet[0][0] <= now_s:
            self._stand((heappop(self._not_yet)[1],))


_WAITING = frozenset({TaskState.QUEUED, TaskState.BLOCKED})


def begin_s(record: TaskRecord) -> float:
    """Return the cell time from which on a queued task could have been begun."""
    return max(record.queued_s, record.task.earliest_start_s)


def _is_as_before(record: TaskRecord, before: TaskRecord) -> bool:
    return record.state is before.state and record.queued_s == before.queued_s
