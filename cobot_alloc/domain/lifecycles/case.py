"""The life of an exception case."""

from __future__ import annotations

from enum import Enum

from cobot_alloc.domain.lifecycles.rulebook import Rulebook, Step


class CaseState(str, Enum):
    """Where a case stands."""

    OPEN = 'open'  #: on the list, nobody's yet
    CLAIMED = 'claimed'  #: someone has it, until the lease ends
    RESOLVED = 'resolved'  #: someone answered
    EXPIRED = 'expired'  #: its subject settled before anyone answered


S = CaseState

STEPS: list[Step] = [
    {'trigger': 'claim', 'source': S.OPEN, 'dest': S.CLAIMED},
    {'trigger': 'release', 'source': S.CLAIMED, 'dest': S.OPEN},
    {'trigger': 'resolve', 'source': [S.OPEN, S.CLAIMED], 'dest': S.RESOLVED},
    {'trigger': 'expire', 'source': [S.OPEN, S.CLAIMED], 'dest': S.EXPIRED},
]

CASE = Rulebook('case', CaseState, CaseState.OPEN, STEPS)
