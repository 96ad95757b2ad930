"""What plan and belts say of this moment: which waiting task is kept for whom, or has to wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.candidate import crew_name, Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.codes import ReasonCode
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.waiting.index import WorkIndex

#: Seconds after its planned start for which a task is still kept for its agent. A plan is an
#: expectation; nothing waits for it longer than this, nor for an arm that stands still.
GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    What of the plan still counts at this moment.

    :ivar kept: by task, for whom and from when.
    :ivar now_s: this moment.
    :ivar next_of: by agent, the earliest of them that is not behind another on a belt.
    :ivar index: knows what waits for belts and places.
    """

    kept: Mapping[TaskId, Reservation]
    now_s: float
    next_of: Mapping[AgentId, Reservation]
    index: WorkIndex

    def reasons(
        self, record: TaskRecord, candidate: AgentRecord, *, helper: AgentRecord | None = None
    ) -> tuple[Reason, ...]:
        """Return why the plan keeps the task from the agent, or the two, at this moment."""
        if (first_off := self.index.behind(record)) is not None:
            text = f'its part is behind that of {first_off} on the belt'
            return (Reason(code=ReasonCode.BEHIND_ON_BELT, text=text),)
        if (frees := self.index.place_taken(record)) is not None:
            text = f'{record.task.target} is taken until {frees} has ended'
            return (Reason(code=ReasonCode.PLACE_TAKEN, text=text),)
        mine = self.kept.get(record.task.task_id)
        if mine is None:
            return ()
        crew = (candidate,) if helper is None else (candidate, helper)
        if mine.agents != tuple(it.agent.agent_id for it in crew):
            who = crew_name(mine.agent_id, mine.helper)
            text = f'the plan keeps it for {who}, from {mine.start_s:.1f} s'
            return (Reason(code=ReasonCode.KEPT_BY_PLAN, text=text),)
        if mine.not_before_s is not None and self.now_s < mine.not_before_s:
            text = f'the plan waits with it until {mine.not_before_s:.0f} s, a cleaner hour'
            return (Reason(code=ReasonCode.CLEANER_HOUR, text=text),)
        first = min((self.next_of.get(a, mine) for a in mine.agents), key=lambda r: r.start_s)
        if first.start_s < mine.start_s:
            text = f'the plan has {first.task_id} before it, from {first.start_s:.1f} s'
            return (Reason(code=ReasonCode.LATER_IN_PLAN, text=text),)
        return ()


def outlook(state: CellState, index: WorkIndex, *, now_s: float) -> Outlook:
    """
    Return what of the plan still counts, until something is given out.

    A reservation lapses when its time is over, and when one of its agents cannot be reckoned
    with: it is offline, has stood still for too long, is busy elsewhere, or ruled out for the
    task.

    :param index: of the state.
    """
    kept = {}
    for task_id, reservation in state.plan.items():
        if now_s <= reservation.start_s + GRACE_S and fits(reservation, state, index):
            crew = map(state.agents.__getitem__, reservation.agents)
            if all(_counts(agent, state, now_s) for agent in crew):
                kept[task_id] = reservation
    next_of: dict[AgentId, Reservation] = {}
    for reservation in kept.values():
        record = state.tasks[reservation.task_id]
        if index.behind(record) is not None or index.place_taken(record) is not None:
            continue
        for agent_id in reservation.agents:
            first = next_of.get(agent_id)
            if first is None or reservation.start_s < first.start_s:
                next_of[agent_id] = reservation
    return Outlook(kept=kept, now_s=now_s, next_of=next_of, index=index)


def fits(reservation: Reservation, state: CellState, index: WorkIndex) -> bool:
    """Tell whether a reservation is of a waiting task, and all of it are known and may do it."""
    kind = index.kind(reservation.task_id)
    if kind is None or any(agent_id not in state.agents for agent_id in reservation.agents):
        return False
    agent, helper = state.agents[reservation.agent_id], None
    if reservation.helper:
        helper = state.agents[reservation.helper]
        if agent.is_person or not helper.is_person or not kind.is_for_two:
            return False
    return kind.may(agent, helper)


def _counts(agent: AgentRecord, state: CellState, now_s: float) -> bool:
    if agent.health is not Health.READY:
        return False
    if agent.is_person:
        return True
    # Most standstills are short: somebody takes something from the arm, or walks by.
    since = agent.still_since_s
    short = agent.may_move or (since is not None and now_s - since <= GRACE_S)
    return state.mode in MOVING and short and not agent.foreign
