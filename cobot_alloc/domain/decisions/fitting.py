"""
Which waiting tasks might be given to whom at this moment, found out once for each kind of task.

What waits is looked at kind by kind, the foremost task of each first, so that a pass costs as
much as there are kinds of work and free agents, however many tasks wait.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from heapq import heapify, heappop, heapreplace
import math

from cobot_alloc.domain.cell import AgentRecord, TaskRecord
from cobot_alloc.domain.eligibility import areas_in_use, crews, reserve_reasons
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.plan import Outlook, outlook
from cobot_alloc.domain.turn import Turn
from cobot_alloc.domain.waiting.kinds import Group, Rank, TaskKind

_Whom = tuple[TaskKind, AgentId, AgentId]


class Fitting:
    """What may be given out within one turn, until the next thing is given out."""

    def __init__(self, turn: Turn) -> None:
        """Look at the cell as it is now."""
        self._turn = turn
        requirements = turn.rules.limits.requirements
        self._by_carbon = bool(turn.rules.preferences.policy.carbon)
        self._is_reserved = bool(
            requirements.absences or requirements.energy_budgets or self._by_carbon
        )
        self._worth_it: dict[_Whom, bool] = {}
        self._left_out: set[TaskKind] = set()
        self.look_again()

    def look_again(self) -> None:
        """Take note that something was given out."""
        self._plan: Outlook | None = None
        self._for_two: dict[TaskKind, bool] = {}
        self._areas_in_use = areas_in_use(self._turn.state, self._turn.rules)

    @property
    def plan(self) -> Outlook:
        """What of the plan counts now."""
        if self._plan is None:
            turn = self._turn
            self._plan = outlook(turn.state, turn.index, now_s=turn.now_s)
        return self._plan

    def fits(
        self,
        record: TaskRecord,
        agent: AgentRecord,
        *,
        plan: Outlook | None = None,
        helper: AgentRecord | None = None,
    ) -> bool:
        """Tell whether a free agent, alone or with a helper, may do a waiting task now."""
        kind = self._turn.index.kind(record.task.task_id)
        return (
            kind is not None
            and self._is_open(kind, agent, helper)
            and self._is_worth_it(kind, record, agent, helper)
            and not (plan or self.plan).reasons(record, agent, helper=helper)
        )

    def leave_out(self, kind: TaskKind) -> None:
        """Let the present walk pass over the rest of a kind."""
        self._left_out.add(kind)

    def is_open(self, kind: TaskKind, agents: Collection[AgentRecord]) -> bool:
        """Tell whether any task of a kind might fit any of the agents, each alone."""
        return any(self._is_open(kind, agent, None) for agent in agents)

    def is_open_to_crews(self, kind: TaskKind, agents: Collection[AgentRecord]) -> bool:
        """Tell likewise of any of the agents, alone or two together; they stay the same."""
        known = self._for_two.get(kind)
        if known is None:
            crew = crews(kind.sample.task, agents)
            known = self._for_two[kind] = any(self._is_open(kind, a, helper) for a, helper in crew)
        return known

    def walk(self, agents: Collection[AgentRecord]) -> Iterator[tuple[TaskKind, TaskRecord]]:
        """Walk the tasks that might concern any of the agents, by priority, deadline and age."""
        self._left_out.clear()
        turn, ranked = self._turn, dict[TaskKind, list[Rank]]()
        for agent in agents:
            for group, kind, ranks in turn.index.open_to(agent, turn.now_s):
                if kind not in ranked and not self._keeps_out(group, agent):
                    ranked[kind] = ranks
        heads = [(ranks[0], n, 0, kind, ranks) for n, (kind, ranks) in enumerate(ranked.items())]
        heapify(heads)
        while heads:
            rank, n, at, kind, ranks = heads[0]
            if kind in self._left_out or at + 1 == len(ranks):
                heappop(heads)
            else:
                heapreplace(heads, (ranks[at + 1], n, at + 1, kind, ranks))
            if kind not in self._left_out:
                record = turn.state.tasks[rank[-1]]
                if record.task.earliest_start_s <= turn.now_s:
                    yield kind, record

    def soonest_s(
        self, kind: TaskKind, free: Collection[AgentId], soon: Mapping[AgentId, float]
    ) -> float:
        """
        Return in how many seconds two of whom one is free might begin a kind of task.

        Infinity: never, as far as that is known by its kind.

        :param soon: who will be free, and in how many seconds.
        """
        there = [self._turn.state.agents[a] for a in dict.fromkeys((*free, *soon))]
        found = math.inf
        for arm, person in crews(kind.sample.task, there):
            if person is None:
                continue
            waits = [soon[a.agent.agent_id] for a in (arm, person) if a.agent.agent_id not in free]
            if len(waits) == 1 and self._is_open(kind, arm, person):
                found = min(found, *waits)
        return found

    def _is_open(self, kind: TaskKind, agent: AgentRecord, helper: AgentRecord | None) -> bool:
        """Tell whether some task of a kind might fit, as far as that is known by its kind."""
        if not kind.may(agent, helper):
            return False
        if self._keeps_out(kind.group, agent):
            return False
        return self._worth_it.get(_whom(kind, agent, helper), True)

    def _keeps_out(self, group: Group, agent: AgentRecord) -> bool:
        areas = group.areas
        return bool(areas) and any(use.keeps_out(agent, areas) for use in self._areas_in_use)

    def _is_worth_it(
        self, kind: TaskKind, record: TaskRecord, agent: AgentRecord, helper: AgentRecord | None
    ) -> bool:
        """Tell whether time and energy may be spent on a task now."""
        if not self._is_reserved:
            return True
        turn, whom = self._turn, _whom(kind, agent, helper)
        planned = record.task.task_id in turn.state.plan
        # What is planned waits for no cleaner hour by itself, so that it says nothing of others.
        by_kind = not (self._by_carbon and planned)
        known = self._worth_it.get(whom) if by_kind else None
        if known is not None:
            return known
        worth_it = not reserve_reasons(
            record, agent, turn.state, turn.rules, now_s=turn.now_s, helper=helper
        )
        # If one may wait for a cleaner hour, so may those behind it, whose deadlines are later.
        if by_kind and not (self._by_carbon and worth_it):
            self._worth_it[whom] = worth_it
        return worth_it


def _whom(kind: TaskKind, agent: AgentRecord, helper: AgentRecord | None) -> _Whom:
    return kind, agent.agent.agent_id, helper.agent.agent_id if helper else AgentId('')
