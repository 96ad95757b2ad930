"""Where parts are, and so which waiting task has to go before which."""

from __future__ import annotations

from collections.abc import Iterable

from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.waiting.belt_order import BeltOrder
from cobot_alloc.domain.waiting.place_occupancy import PlaceOccupancy


class PartFlow:
    """Parts on belts and at places that hold one, as tasks bring them and take them away."""

    def __init__(self, rules: CellRules) -> None:
        """Begin without tasks."""
        self._belts = BeltOrder(rules.belts)
        self._places = PlaceOccupancy(rules.single_places)
        self._all_before: dict[TaskId, frozenset[TaskId]] = {}

    def change(
        self, record: TaskRecord, number: int, *, in_hand: bool, by: int
    ) -> Iterable[TaskId]:
        """
        Take up a task, by 1, or let go of one as it was taken up, by -1.

        :param number: of the task, in the order in which they were submitted.
        :return: waiting tasks that may be behind others now, or no longer.
        """
        self._all_before.clear()
        self._places.change(record, number, in_hand=in_hand, by=by)
        return self._belts.change(record, number, in_hand=in_hand, by=by)

    def behind(self, record: TaskRecord) -> TaskId | None:
        """Return the task that takes its part off the same belt before, or None."""
        return self._belts.behind(record)

    def place_taken(self, record: TaskRecord, state: CellState) -> TaskId | None:
        """
        Return the unfinished task that has to free the place that a waiting one needs, or None.

        Nobody waits for what waits for them, by predecessors or by places: two parts that are
        to change places do not stand there for ever, it is tried and a person is asked.
        """
        frees = self._places.frees(record.task)
        if frees is None or record.task.task_id in self._waits_for(frees, state):
            return None
        return frees

    def is_taken(self, place: str) -> bool:
        """Tell whether a part stands at a place that will be taken away from it."""
        return bool(self._places.freeing(place))

    def only_part(self, place: str) -> str:
        """Return the part that stands there if it is the only one, or an empty name."""
        return self._places.only_blocker(place)

    def kept_by_nothing(self, place: str, state: CellState) -> set[TaskId]:
        """Return the tasks for which those that have to free a place wait themselves."""
        freeing = self._places.freeing(place)
        return {before for task_id in freeing for before in self._waits_for(task_id, state)}

    def _waits_for(self, task_id: TaskId, state: CellState) -> frozenset[TaskId]:
        """Return a task with all that it waits for, by predecessors or by places."""
        known = self._all_before.get(task_id)
        if known is not None:
            return known
        met, left = {task_id}, [task_id]
        while left:
            record = state.tasks.get(left.pop())
            if record is None or record.is_final:
                continue
            before = list(record.task.predecessors)
            if record.task.task_id not in state.in_hand:
                frees = self._places.frees(record.task)
                before += [] if frees is None else [frees]
            left += [b for b in before if b not in met]
            met.update(before)
        found = self._all_before[task_id] = frozenset(met)
        return found
