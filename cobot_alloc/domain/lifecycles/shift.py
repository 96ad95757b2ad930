"""The shift: whether anyone is there to be asked."""

from __future__ import annotations

from enum import Enum

from cobot_alloc.domain.lifecycles.rulebook import Rulebook, Step


class Shift(str, Enum):
    """The two kinds of shift."""

    ATTENDED = 'attended'  #: at least one person is signed on
    UNATTENDED = 'unattended'  #: lights out: only what the rules explicitly allow


STEPS: list[Step] = [
    {'trigger': 'attend', 'source': Shift.UNATTENDED, 'dest': Shift.ATTENDED},
    {'trigger': 'leave', 'source': Shift.ATTENDED, 'dest': Shift.UNATTENDED},
]

SHIFT = Rulebook('shift', Shift, Shift.UNATTENDED, STEPS)
