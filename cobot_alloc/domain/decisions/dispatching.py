"""The dispatch pass: give what waits to whoever is free, at the least sum of costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
import math

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.candidate import Candidate, Reason
from cobot_alloc.domain.cell import AgentRecord, TaskRecord
from cobot_alloc.domain.cost import forecast
from cobot_alloc.domain.decisions.candidates import candidates_for
from cobot_alloc.domain.decisions.fitting import Fitting
from cobot_alloc.domain.decisions.partners import partners_for, soon_free, waited_s
from cobot_alloc.domain.eligibility import alone, area_reasons, crews, passing_reasons
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.plan import Outlook
from cobot_alloc.domain.turn import Turn

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
    state = turn.state
    busy = {*state.in_hand.values(), *state.helping.values()}
    free = {
        agent_id: agent
        for agent_id, agent in state.agents.items()
        if agent_id not in busy and not passing_reasons(agent, state, turn.rules, now_s=turn.now_s)
    }
    if free:
        _Pass(turn, free).run()


class _Pass:
    """One pass: who is free yet, and who is kept for whom."""

    def __init__(self, turn: Turn, free: dict[AgentId, AgentRecord]) -> None:
        self._turn = turn
        self._free = free
        self._fitting = Fitting(turn)
        self._kept: dict[AgentId, Reason] = {}
        self._soon: dict[AgentId, float] | None = None
        self._passed_over: set[TaskId] = set()

    def run(self) -> None:
        """Give out window after window, and tasks for two in their turn."""
        while self._free:
            window, for_two = self._window()
            if window:
                if not self._give_window(window):
                    return
            elif for_two is None:
                return
            elif not self._give_together(for_two):
                self._passed_over.add(for_two.task.task_id)
                self._keep_partners(for_two)

    def _window(self) -> tuple[_Window, TaskRecord | None]:
        """
        Return the first tasks that can all be given out at once.

        It ends at a task for two that concerns somebody who is free, which is returned too. A
        task that could only be served in place of one before it does not get in, however cheap
        it is: the pairing weighs agents, not the order of the tasks.
        """
        turn, fitting, free = self._turn, self._fitting, self._free
        window: _Window = []
        able: list[list[AgentId]] = []
        served: dict[AgentId, int] = {}
        open_to_more = dict(free)
        for kind, record in fitting.walk(free.values()):
            if kind.is_for_two:
                if record.task.task_id in self._passed_over:
                    continue
                if fitting.concerns(kind, record, free, self._soon_free()):
                    return window, record
                continue
            # Only who could take one more is looked at for most, as long as nothing fits them.
            if not any(fitting.fits(record, agent) for agent in open_to_more.values()):
                if not fitting.is_open(kind, open_to_more.values()):
                    fitting.leave_out(kind)
                continue
            able.append([a for a, agent in free.items() if fitting.fits(record, agent)])
            tried: set[AgentId] = set()
            if not _serve(len(able) - 1, able, served, tried):
                able.pop()
                for agent_id in tried:
                    open_to_more.pop(agent_id, None)
                continue
            candidates = candidates_for(
                record, turn.state, turn.rules, now_s=turn.now_s, plan=fitting.plan,
                kept=self._kept,
            )  # fmt: skip
            window.append((record, candidates))
            if len(window) == len(free):
                break
        return window, None

    def _give_window(self, window: _Window) -> bool:
        """Give out the tasks of a window in the pairing that costs least, as far as it goes."""
        turn = self._turn
        pairs = _pairs(turn, window, self._free)
        for record, candidates, chosen in pairs:
            holder = turn.state.agents[chosen.agent_id]
            if area_reasons(record, holder, turn.state, turn.rules):
                continue  # the pair before it has just taken the area
            _give(turn, record, chosen, candidates)
            del self._free[chosen.agent_id]
        self._fitting.look_again()
        return bool(pairs)

    def _give_together(self, record: TaskRecord) -> bool:
        """Give out a task that may be done together, if it can be; tell whether it could."""
        turn, state = self._turn, self._turn.state
        plan = self._as_it_counts(record)
        if not any(
            self._fitting.fits(record, agent, plan=plan, helper=helper)
            for agent, helper in crews(record.task, self._free.values())
            if helper is not None or record.task.allows(alone(agent))
        ):
            return False
        candidates = candidates_for(
            record, state, turn.rules, now_s=turn.now_s, plan=plan, kept=self._kept
        )
        best = min((c for c in candidates if c.is_eligible), key=lambda c: c.cost_s)
        _give(turn, record, best, candidates)
        for agent_id in (best.agent_id, best.helper):
            self._free.pop(agent_id, None)
        self._fitting.look_again()
        return True

    def _keep_partners(self, record: TaskRecord) -> None:
        """Keep for a task who is free already, and whom they wait for."""
        turn, soon = self._turn, self._soon_free()
        partners = partners_for(
            record,
            turn.state,
            turn.rules,
            now_s=turn.now_s,
            plan=self._as_it_counts(record),
            free=self._free,
            soon=soon,
        )
        for agent_id in partners:
            self._free.pop(agent_id, None)
            soon.pop(agent_id, None)
        if partners:
            self._kept |= partners
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
