"""The life of a task."""

from __future__ import annotations

from enum import Enum

from cobot_alloc.domain.lifecycles.rulebook import Rulebook, Step


class TaskState(str, Enum):
    """Where a task stands."""

    QUEUED = 'queued'  #: ready to be given to someone
    BLOCKED = 'blocked'  #: a predecessor has not ended yet
    ASSIGNED = 'assigned'  #: given to an arm, which has not said yet that it began
    UNDERWAY = 'underway'  #: an arm is at it
    PAUSED = 'paused'  #: an arm is at it and held still on its path
    AWAITING_DECISION = 'awaiting_decision'  #: a case about it is open
    MANUAL = 'manual'  #: with a person
    COMPLETED = 'completed'
    FAILED = 'failed'  #: a rule gave it up
    CANCELED = 'canceled'
    SKIPPED = 'skipped'  #: left out; its successors go on
    SCRAPPED = 'scrapped'  #: its part is lost


S = TaskState

FINAL = frozenset({S.COMPLETED, S.FAILED, S.CANCELED, S.SKIPPED, S.SCRAPPED})
#: Final states after which successors may start.
ENABLING = frozenset({S.COMPLETED, S.SKIPPED})
#: States in which an arm has, or may have, the task in hand.
WITH_ARM = frozenset({S.ASSIGNED, S.UNDERWAY, S.PAUSED})

_LIVE: list[Enum] = [
    S.QUEUED,
    S.BLOCKED,
    S.ASSIGNED,
    S.UNDERWAY,
    S.PAUSED,
    S.AWAITING_DECISION,
    S.MANUAL,
]
_STARTED: list[Enum] = [S.ASSIGNED, S.UNDERWAY, S.PAUSED, S.AWAITING_DECISION, S.MANUAL]

STEPS: list[Step] = [
    {'trigger': 'unblock', 'source': S.BLOCKED, 'dest': S.QUEUED},
    {'trigger': 'assign', 'source': S.QUEUED, 'dest': S.ASSIGNED},
    {'trigger': 'start', 'source': S.ASSIGNED, 'dest': S.UNDERWAY},
    {'trigger': 'pause', 'source': S.UNDERWAY, 'dest': S.PAUSED},
    {'trigger': 'resume', 'source': S.PAUSED, 'dest': S.UNDERWAY},
    # An arm that was given up for lost is back and says that it is still at it.
    {'trigger': 'reattach', 'source': S.AWAITING_DECISION, 'dest': S.UNDERWAY},
    {'trigger': 'hand_over', 'source': [S.QUEUED, S.AWAITING_DECISION], 'dest': S.MANUAL},
    {'trigger': 'requeue', 'source': _STARTED, 'dest': S.QUEUED},
    {'trigger': 'ask', 'source': [s for s in _LIVE if s is not S.AWAITING_DECISION],
     'dest': S.AWAITING_DECISION},
    {'trigger': 'complete', 'source': _STARTED, 'dest': S.COMPLETED},
    {'trigger': 'fail', 'source': _LIVE, 'dest': S.FAILED},
    {'trigger': 'cancel', 'source': _LIVE, 'dest': S.CANCELED},
    {'trigger': 'skip', 'source': _LIVE, 'dest': S.SKIPPED},
    {'trigger': 'scrap', 'source': _STARTED, 'dest': S.SCRAPPED},
]  # fmt: skip

TASK = Rulebook('task', TaskState, TaskState.QUEUED, STEPS)
