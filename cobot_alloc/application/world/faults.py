"""What is to go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.application.world.strict import STRICT


class FaultKind(str, Enum):
    """Faults that the simulation can make happen."""

    PART_MISSING = 'part_missing'  #: the part is not at its place when the shift starts
    GRIP_SLIP = 'grip_slip'  #: the part slips from the grip on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSpec:
    """
    A fault on demand.

    :ivar part: the part concerned.
    :ivar nth_carry: for grip_slip, the how-manieth carry of the part slips, from 1.
    :ivar after_fraction: for grip_slip, how far along the carry, in (0, 1).
    """

    __pydantic_config__ = STRICT

    kind: FaultKind
    part: str
    nth_carry: int = 1
    after_fraction: float = 0.5
