"""
The safety mode of an arm and of a cell.

A model for simulation and planning, not a safety function.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from cobot_alloc.domain.lifecycles.rulebook import Rulebook, Step


class SafetyMode(str, Enum):
    """How an arm, or every arm of a cell, may move."""

    NORMAL = 'NORMAL'
    REDUCED = 'REDUCED'  #: slowly, someone is near
    STOPPED = 'STOPPED'  #: held still; a cleared zone alone does not end it
    LATCHED = 'LATCHED'  #: held still until a person resets it
    UNKNOWN = 'UNKNOWN'  #: sensing or supervision is missing; acts as STOPPED


S = SafetyMode

MOVING = frozenset({S.NORMAL, S.REDUCED})

_RANK = {S.NORMAL: 0, S.REDUCED: 1, S.STOPPED: 2, S.UNKNOWN: 3, S.LATCHED: 4}

STEPS: list[Step] = [
    {'trigger': 'slow', 'source': S.NORMAL, 'dest': S.REDUCED},
    {'trigger': 'clear', 'source': S.REDUCED, 'dest': S.NORMAL},
    {'trigger': 'stop', 'source': [S.NORMAL, S.REDUCED, S.UNKNOWN], 'dest': S.STOPPED},
    {'trigger': 'lose', 'source': [S.NORMAL, S.REDUCED, S.STOPPED], 'dest': S.UNKNOWN},
    {'trigger': 'latch', 'source': [S.NORMAL, S.REDUCED, S.STOPPED, S.UNKNOWN],
     'dest': S.LATCHED},
    # A clear zone is no permission to move: only these two end a standstill, and a reset
    # does not yet move anything.
    {'trigger': 'resume', 'source': S.STOPPED, 'dest': S.NORMAL},
    {'trigger': 'resume_slowly', 'source': S.STOPPED, 'dest': S.REDUCED},
    {'trigger': 'reset', 'source': S.LATCHED, 'dest': S.STOPPED},
]  # fmt: skip

SAFETY_MODE = Rulebook('safety mode', SafetyMode, SafetyMode.UNKNOWN, STEPS)

#: The step that takes up a demand of the zones, by the mode demanded.
_DEMAND_STEP = {S.NORMAL: 'clear', S.REDUCED: 'slow', S.STOPPED: 'stop', S.UNKNOWN: 'lose'}


def most_restrictive(modes: Iterable[SafetyMode]) -> SafetyMode:
    """Return the most restrictive mode; NORMAL where there is none."""
    return max(modes, key=_RANK.__getitem__, default=S.NORMAL)


def after_demand(mode: SafetyMode, demanded: SafetyMode) -> SafetyMode:
    """
    Return the mode after the zones demanded one.

    A standstill stays one: a demand can only keep it or deepen it, never end it. When
    sensing returns after UNKNOWN the arm is STOPPED and waits to be resumed.
    """
    if mode is S.UNKNOWN and demanded is not S.UNKNOWN:
        return SAFETY_MODE.after(mode, 'stop')
    step = _DEMAND_STEP.get(demanded)
    if step is None or not SAFETY_MODE.may(mode, step):
        return mode
    return SAFETY_MODE.after(mode, step)


def after_resume(mode: SafetyMode, demanded: SafetyMode) -> SafetyMode:
    """
    Return the mode after a resume was granted while the zones demand ``demanded``.

    :raises IllegalTransition: if the mode is not STOPPED.
    """
    if demanded not in MOVING:
        return mode
    return SAFETY_MODE.after(mode, 'resume' if demanded is S.NORMAL else 'resume_slowly')
