"""
Kinds of waiting tasks: those of one kind differ in nothing that decides who may do them.

Ten thousand tasks are of a few kinds. What holds for one of a kind holds for all, so that it is
found out once.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable
import math
import operator
from typing import NamedTuple

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.eligibility import crews, lasting_reasons
from cobot_alloc.domain.experience.evidence import kind_of_part
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import WorkMode

#: Where a task stands in the order of what waits, and its id.
Rank = tuple[float, float, float, bool, int, TaskId]


def rank_of(record: TaskRecord, arrival: int) -> Rank:
    """Return where a waiting task stands: by priority, deadline, age and arrival."""
    task = record.task
    return (
        -task.priority,
        math.inf if task.deadline_s is None else task.deadline_s,
        record.submitted_s,
        record.state is TaskState.BLOCKED,
        arrival,
        task.task_id,
    )


class Group(NamedTuple):
    """
    What may keep whole kinds from being given out at a moment.

    :ivar areas: exclusive areas that they reach into.
    :ivar place: that holds one part, to which a part is to be brought; empty: none.
    """

    areas: frozenset[str]
    place: str


class TaskKind:
    """
    Waiting tasks of one kind.

    :ivar sample: one that is of the kind, or was.
    :ivar members: how many wait, queued or blocked.
    :ivar in_order: the queued ones that may be given out, in their order.
    :ivar by_age: all queued ones, from the cell time at which each could have been begun.
    """

    __slots__ = ('_may', '_rules', 'by_age', 'group', 'in_order', 'key', 'members', 'sample')

    def __init__(self, key: Hashable, sample: TaskRecord, rules: CellRules) -> None:
        """Begin without members."""
        task = sample.task
        single = task.part and task.target in rules.single_places
        self.key = key
        self.sample = sample
        self.members = 0
        self.group = Group(rules.areas_of(task), task.target if single else '')
        self.in_order: list[Rank] = []
        self.by_age: list[tuple[float, TaskId]] = []
        self._rules = rules
        self._may: dict[tuple[AgentId, AgentId], tuple[Agent, Agent | None, bool]] = {}

    @property
    def is_for_two(self) -> bool:
        """Whether an arm and a person may do it together."""
        return self.sample.task.allows(WorkMode.TOGETHER)

    def may(self, agent: AgentRecord, helper: AgentRecord | None = None) -> bool:
        """Tell whether an agent, alone or with a helper, can ever do such a task."""
        other = None if helper is None else helper.agent
        whom = (agent.agent.agent_id, AgentId('') if other is None else other.agent_id)
        known = self._may.get(whom)
        if known is None or known[0] is not agent.agent or known[1] is not other:
            verdict = not lasting_reasons(self.sample, agent, self._rules, helper=helper)
            known = self._may[whom] = (agent.agent, other, verdict)
        return known[2]

    def concerns(self, agent: AgentRecord) -> bool:
        """Tell whether an agent might have a part in such a task."""
        if self.is_for_two and self.sample.task.skill in agent.agent.skills:
            return True
        return self.may(agent)


def kind_key(record: TaskRecord, state: CellState, rules: CellRules) -> Hashable:
    """Return what tells tasks of one kind from others."""
    task = record.task
    key = (
        task.skill, task.hazards, task.judgement, task.payload_kg, task.modes, task.source,
        task.target, task.station, kind_of_part(task.part), record.excluded,
    )  # fmt: skip
    if not rules.preferences.policy.carbon:
        return key
    # What waits for a cleaner hour depends on these as well; see reserve_reasons.
    order = state.orders.get(task.order_id)
    return (*key, task.priority, 1 if order is None else order.open_tasks)


class KindTable:
    """The kinds of what waits, and who might have a part in which."""

    def __init__(self, rules: CellRules) -> None:
        """Begin without kinds."""
        self._rules = rules
        self._kinds: dict[Hashable, TaskKind] = {}
        self._open_to: dict[AgentId, tuple[AgentRecord, dict[Group, dict[TaskKind, None]]]] = {}
        self._there: tuple[Agent, ...] = ()
        self._unchecked: dict[TaskKind, None] = {}
        self._undoable: dict[TaskKind, None] = {}

    def kind_of(self, record: TaskRecord, state: CellState) -> TaskKind:
        """Return the kind of a waiting task."""
        key = kind_key(record, state, self._rules)
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = TaskKind(key, record, self._rules)
            self._unchecked[kind] = None
            for agent, groups in self._open_to.values():
                if kind.concerns(agent):
                    groups.setdefault(kind.group, {})[kind] = None
        return kind

    def forget(self, kind: TaskKind) -> None:
        """Let go of a kind of which nothing waits any more."""
        del self._kinds[kind.key]
        for kinds in (self._unchecked, self._undoable):
            kinds.pop(kind, None)
        for _, groups in self._open_to.values():
            if kind in (group := groups.get(kind.group, {})):
                del group[kind]
                if not group:
                    del groups[kind.group]

    def open_to(self, agent: AgentRecord) -> dict[Group, dict[TaskKind, None]]:
        """Return the kinds in which an agent might have a part."""
        known = self._open_to.get(agent.agent.agent_id)
        if known is None or known[0].agent is not agent.agent:
            groups: dict[Group, dict[TaskKind, None]] = {}
            for kind in self._kinds.values():
                if kind.concerns(agent):
                    groups.setdefault(kind.group, {})[kind] = None
            known = self._open_to[agent.agent.agent_id] = (agent, groups)
        return known[1]

    def undoable(self, there: Iterable[AgentRecord]) -> list[TaskKind]:
        """Return the kinds that nobody who is there, alone or with another, can ever do."""
        records = tuple(there)
        agents = tuple(record.agent for record in records)
        if len(agents) != len(self._there) or not all(map(operator.is_, agents, self._there)):
            self._there = agents
            self._unchecked, self._undoable = dict.fromkeys(self._kinds.values()), {}
        for kind in self._unchecked:
            if not any(kind.may(a, helper) for a, helper in crews(kind.sample.task, records)):
                self._undoable[kind] = None
        self._unchecked = {}
        return list(self._undoable)


def put(ordered: list[Rank], rank: Rank) -> None:
    """Put a rank in its place."""
    insort(ordered, rank)


def take_out(ordered: list[Rank], rank: Rank) -> None:
    """Take out a rank, if it is there."""
    at = bisect_left(ordered, rank)
    if at < len(ordered) and ordered[at] == rank:
        del ordered[at]
