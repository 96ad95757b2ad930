"""What plan and belts say of this moment: which waiting task is kept for whom, or has to wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.belts import behind
from cobot_alloc.domain.candidate import Reason
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.eligibility import lasting_reasons
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import MOVING
from cobot_alloc.domain.occupancy import waits_for_place
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.rules import CellRules

#: Seconds after its planned start for which a task is still kept for its agent. A plan is an
#: expectation; nothing waits for it longer than this, nor for an arm that stands still.
GRACE_S = 10.0


#: Codes of the reasons that a plan makes.
PLANNED = frozenset({'kept_by_plan', 'later_in_plan'})


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    What of the plan still counts at this moment.

    :ivar kept: by task, for whom and from when.
    :ivar next_of: by agent, the earliest of them that is not behind another on a belt.
    :ivar behind: by task at the end of a belt, the one that has to be given out before it.
    :ivar taken: by task whose target is taken, the one that has to free it.
    """

    kept: Mapping[TaskId, Reservation]
    next_of: Mapping[AgentId, Reservation]
    behind: Mapping[TaskId, TaskId]
    taken: Mapping[TaskId, TaskId]

    def reasons(self, record: TaskRecord, candidate: AgentRecord) -> tuple[Reason, ...]:
        """Return why the plan keeps the task from the agent at this moment."""
        task_id, agent_id = record.task.task_id, candidate.agent.agent_id
        if task_id in self.behind:
            text = f'its part is behind that of {self.behind[task_id]} on the belt'
            return (Reason(code='behind_on_belt', text=text),)
        if task_id in self.taken:
            text = f'{record.task.target} is taken until {self.taken[task_id]} has ended'
            return (Reason(code='place_taken', text=text),)
        mine = self.kept.get(task_id)
        if mine is None:
            return ()
        if mine.agent_id != agent_id:
            text = f'the plan keeps it for {mine.agent_id}, from {mine.start_s:.1f} s'
            return (Reason(code='kept_by_plan', text=text),)
        first = self.next_of.get(agent_id, mine)
        if first.start_s < mine.start_s:
            text = f'the plan has {first.task_id} before it, from {first.start_s:.1f} s'
            return (Reason(code='later_in_plan', text=text),)
        return ()


def outlook(state: CellState, rules: CellRules, *, now_s: float) -> Outlook:
    """
    Return what of the plan still counts.

    A reservation lapses when its time is over, and when its agent cannot be reckoned with: it
    is offline, has stood still for too long, is busy elsewhere, or ruled out for the task.
    """
    kept = {}
    for task_id, reservation in state.plan.items():
        record = state.tasks.get(task_id)
        agent = state.agents.get(reservation.agent_id)
        if record is None or agent is None or now_s > reservation.start_s + GRACE_S:
            continue
        waits = task_id in state.queued or task_id in state.blocked
        if waits and _counts(agent, state, now_s) and not lasting_reasons(record, agent, rules):
            kept[task_id] = reservation
    next_of: dict[AgentId, Reservation] = {}
    later, taken = behind(state, rules), waits_for_place(state, rules)
    for reservation in kept.values():
        if reservation.task_id in later or reservation.task_id in taken:
            continue
        first = next_of.get(reservation.agent_id)
        if first is None or reservation.start_s < first.start_s:
            next_of[reservation.agent_id] = reservation
    return Outlook(kept, next_of, later, taken)


def _counts(agent: AgentRecord, state: CellState, now_s: float) -> bool:
    if agent.health is not Health.READY:
        return False
    if agent.is_person:
        return True
    # Most standstills are short: somebody takes something from the arm, or walks by.
    since = agent.still_since_s
    short = agent.may_move or (since is not None and now_s - since <= GRACE_S)
    return state.mode in MOVING and short and not agent.foreign
