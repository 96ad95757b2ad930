"""The dispatch pass: give what waits to whoever is free, at the least sum of costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
import math

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.allocation.expectation import forecast
from cobot_alloc.domain.candidate import Candidate, Reason
from cobot_alloc.domain.cell import AgentRecord, TaskRecord
from cobot_alloc.domain.codes import ReasonCode
from cobot_alloc.domain.decisions.candidates import candidates_for
from cobot_alloc.domain.decisions.fitting import Fitting
from cobot_alloc.domain.decisions.partners import KEPT_S, partners_for, soon_free, waited_s
from cobot_alloc.domain.eligibility import alone, area_reasons, crews, passing_reasons
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.plan import Outlook
from cobot_alloc.domain.turn import Turn
from cobot_alloc.domain.waiting.kinds import TaskKind

#: Seconds for which a plan may put off a task that may be done together; from then on it is
#: given out in its turn, whatever is planned.
PUT_OFF_S = 60.0

_Window = list[tuple[TaskRecord, tuple[Candidate, ...]]]


def dispatch(turn: Turn) -> None:
    """
    Give tasks to free agents until nothing more fits.

    Tasks are taken in order of priority, deadline and age; of as many as there are free
    agents, the pairing with the least sum of costs is chosen. A task that may be done together
    is given out by itself, in its turn, to whoever costs least. What the plan in force keeps
    for someone waits for them.
    """
    free: dict[AgentId, AgentRecord] = {}
    busy: dict[AgentId, float] = {}
    for agent_id, agent in turn.state.agents.items():
        reasons = passing_reasons(agent, turn.state, turn.rules, now_s=turn.now_s)
        if not reasons:
            free[agent_id] = agent
        elif all(reason.code == ReasonCode.BUSY for reason in reasons):
            busy[agent_id] = 0.0  # until somebody asks for how long
    if free:
        _Pass(turn, free, busy).run()


class _Pass:
    """One pass: who is free yet, and who is kept for whom."""

    def __init__(
        self, turn: Turn, free: dict[AgentId, AgentRecord], busy: dict[AgentId, float]
    ) -> None:
        self._turn = turn
        self._free = free
        self._busy = busy
        self._fitting = Fitting(turn)
        self._kept: dict[AgentId, Reason] = {}
        self._soon: dict[AgentId, float] | None = None
        self._passed_over: set[TaskId] = set()
        self._soonest_s: dict[TaskKind, float] = {}

    def run(self) -> None:
        """Give out window after window, and tasks for two in their turn."""
        while self._free:
            window, for_two = self._window()
            if window:
                if not self._give_window(window):
                    return
            elif for_two is None:
                return
            else:
                self._give_together(for_two)

    def _window(self) -> tuple[_Window, TaskRecord | None]:
        """
        Return the first tasks that can all be given out at once.

        It ends at a task for two that can be given out, which is returned too. A task that
        could only be served in place of one before it does not get in, however cheap it is:
        the pairing weighs agents, not the order of the tasks.

        Where somebody might be kept for a task for two, that is looked into before anything
        behind it is given out, and not at all where nothing is.
        """
        turn, fitting, free = self._turn, self._fitting, self._free
        window: _Window = []
        able: list[list[AgentId]] = []
        served: dict[AgentId, int] = {}
        open_to_more = dict(free)
        may_keep: TaskRecord | None = None
        for kind, record in fitting.walk(free.values()):
            if kind.is_for_two:
                if self._fits_together(kind, record):
                    return window, may_keep or record
                if self._might_keep(kind, record) and may_keep is None:
                    may_keep = record
                continue
            # Only who could take one more is looked at for most, as long as nothing fits them.
            if not any(fitting.fits(record, agent) for agent in open_to_more.values()):
                if not fitting.is_open(kind, open_to_more.values()):
                    fitting.leave_out(kind)
                continue
            if may_keep is not None:
                return window, may_keep
            able.append([a for a, agent in free.items() if fitting.fits(record, agent)])
            tried: set[AgentId] = set()
            if not _serve(len(able) - 1, able, served, tried):
                able.pop()
                for agent_id in tried:
                    open_to_more.pop(agent_id, None)
                continue
            candidates = candidates_for(
                record,
                turn.state,
                turn.rules,
                now_s=turn.now_s,
                plan=fitting.plan,
                kept=self._kept,
            )
            window.append((record, candidates))
            if len(window) == len(free):
                break
        return window, None

    def _fits_together(self, kind: TaskKind, record: TaskRecord) -> bool:
        """Tell whether a task that may be done together may be given out now, in any way."""
        if not self._fitting.is_open_to_crews(kind, self._free.values()):
            return False
        plan = self._as_it_counts(record)
        return any(
            self._fitting.fits(record, agent, plan=plan, helper=helper)
            for agent, helper in crews(record.task, self._free.values())
            if helper is not None or record.task.allows(alone(agent))
        )

    def _might_keep(self, kind: TaskKind, record: TaskRecord) -> bool:
        """Tell whether somebody might be kept for a task, as far as that is known yet."""
        if record.task.task_id in self._passed_over:
            return False
        due_s = self._soonest_s.get(kind)
        if due_s is not None:
            return due_s <= max(KEPT_S, waited_s(record, self._turn.now_s))
        if not self._fitting.is_open_to_crews(kind, self._free.values()):
            self._fitting.leave_out(kind)  # one of them is enough to look into it
        return self._fitting.soonest_s(kind, self._free, self._busy) < math.inf

    def _give_window(self, window: _Window) -> bool:
        """Give out the tasks of a window in the pairing that costs least, as far as it goes."""
        turn = self._turn
        pairs = _pairs(turn, window, self._free)
        for record, candidates, chosen in pairs:
            holder = turn.state.agents[chosen.agent_id]
            if area_reasons(record, holder, turn.state, turn.rules):
                continue  # the pair before it has just taken the area
            _give(turn, record, chosen, candidates)
            self._free.pop(chosen.agent_id)
        self._soonest_s.clear()
        self._fitting.look_again()
        return bool(pairs)

    def _give_together(self, record: TaskRecord) -> None:
        """Give out a task that may be done together if it can be, or keep somebody for it."""
        turn, kind = self._turn, self._turn.index.kind(record.task.task_id)
        assert kind is not None
        if not self._fits_together(kind, record):
            self._passed_over.add(record.task.task_id)
            self._keep_partners(kind, record)
            return
        candidates = candidates_for(
            record,
            turn.state,
            turn.rules,
            now_s=turn.now_s,
            plan=self._as_it_counts(record),
            kept=self._kept,
        )
        best = min((c for c in candidates if c.is_eligible), key=lambda c: c.cost_s)
        _give(turn, record, best, candidates)
        self._let_go(best.agent_id, best.helper)

    def _keep_partners(self, kind: TaskKind, record: TaskRecord) -> None:
        """Keep for a task who is free already, and whom they wait for."""
        turn, soon = self._turn, self._soon_free()
        due_s = self._soonest_s[kind] = self._fitting.soonest_s(kind, self._free, soon)
        if due_s > max(KEPT_S, waited_s(record, turn.now_s)):
            return
        plan = self._as_it_counts(record)
        partners = partners_for(
            record, turn.state, turn.rules, now_s=turn.now_s, plan=plan, free=self._free, soon=soon
        )
        if partners:
            self._kept |= partners
            self._let_go(*partners)
        elif record.task.task_id not in plan.kept:
            self._soonest_s[kind] = math.inf  # nor is there anyone for others of its kind

    def _let_go(self, *agent_ids: AgentId) -> None:
        """Count agents as free no more, nor soon."""
        for agent_id in agent_ids:
            self._free.pop(agent_id, None)
            self._busy.pop(agent_id, None)
            self._soon_free().pop(agent_id, None)
        self._soonest_s.clear()
        self._fitting.look_again()

    def _soon_free(self) -> dict[AgentId, float]:
        if self._soon is None:
            turn = self._turn
            self._soon = soon_free(turn.state, turn.rules, now_s=turn.now_s)
        return self._soon

    def _as_it_counts(self, record: TaskRecord) -> Outlook:
        """Return the plan, or nothing of it for a task put off too long, but not on purpose."""
        plan, now_s = self._fitting.plan, self._turn.now_s
        mine = plan.kept.get(record.task.task_id)
        on_purpose = mine is not None and (mine.not_before_s or 0.0) > now_s
        if on_purpose or waited_s(record, now_s) < PUT_OFF_S:
            return plan
        return replace(plan, kept={}, next_of={})  # where parts lie counts nevertheless


def _serve(
    row: int, able: list[list[AgentId]], served: dict[AgentId, int], tried: set[AgentId]
) -> bool:
    """Find an agent for one more row, moving others where that helps (Kuhn's algorithm)."""
    for agent_id in able[row]:
        if agent_id in tried:
            continue
        tried.add(agent_id)
        if agent_id not in served or _serve(served[agent_id], able, served, tried):
            served[agent_id] = row
            return True
    return False


def _pairs(
    turn: Turn, window: _Window, free: Iterable[AgentId]
) -> list[tuple[TaskRecord, tuple[Candidate, ...], Candidate]]:
    columns = sorted(free)
    by_agent = [{c.agent_id: c for c in candidates if not c.helper} for _, candidates in window]
    costs = [
        [row[a].cost_s if row[a].is_eligible else math.inf for a in columns] for row in by_agent
    ]
    return [
        (*window[row], by_agent[row][columns[column]]) for row, column in turn.rules.pair(costs)
    ]


def _give(
    turn: Turn, record: TaskRecord, chosen: Candidate, considered: tuple[Candidate, ...]
) -> None:
    task_id, agent_id, helper = record.task.task_id, chosen.agent_id, chosen.helper
    agent = turn.state.agents[agent_id]
    expected = forecast(record, agent, turn.state, turn.rules, together=bool(helper))
    policy = turn.rules.preferences.name
    candidates = tuple(replace(c, chosen=c is chosen) for c in considered)
    if agent.is_person:
        turn.emit(
            ev.TaskHandedOver(
                at_s=turn.now_s,
                task_id=task_id,
                agent_id=agent_id,
                by='allocator',
                candidates=candidates,
                expected=expected,
                policy=policy,
            )
        )
        return
    turn.emit(
        ev.AttemptStarted(
            at_s=turn.now_s,
            task_id=task_id,
            agent_id=agent_id,
            fence=Fence(turn.state.highest_fence + 1),
            expires_s=turn.rules.limits.goal_expires_s,
            candidates=candidates,
            expected=expected,
            policy=policy,
            helper=helper,
        )
    )
