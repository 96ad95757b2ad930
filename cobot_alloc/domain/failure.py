"""What can go wrong in an attempt: facts from an arm, by phase."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
import math


class Phase(str, Enum):
    """Where in an attempt it went wrong."""

    PRECONDITION = 'precondition'  #: before the first motion: the world is not as assumed
    PLANNING = 'planning'  #: no motion could be found
    EXECUTION = 'execution'  #: on the way
    POSTCONDITION = 'postcondition'  #: the motion ended, the world is not as wanted
    SAFETY = 'safety'  #: a limit for people's sake was hit, or the outcome is unknown


#: Phases whose failures are the arm's own: before them the world was not as assumed, and what
#: a stop for people's sake ends says nothing of the arm.
OF_THE_ARM = frozenset({Phase.PLANNING, Phase.EXECUTION, Phase.POSTCONDITION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """
    One failure: the phase, a lower_snake_case code, and a sentence with the figures.

    :ivar picture: where a picture of that moment is, a URI; empty if none was taken.
    """

    phase: Phase
    code: str
    detail: str = ''
    picture: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """
    What an arm measured over one attempt.

    Energy is mechanical work at the joints, electrical energy an estimate with idle power and
    copper loss, None where there are no figures for the arm; both in joules. The separation
    is the smallest distance between the arm and any person, None where none was seen.

    :ivar setup_s: of the duration, taken by a changeover; None: none, or not measured.
    """

    duration_s: float = 0.0
    setup_s: float | None = None
    energy_j: float = 0.0
    electrical_j: float | None = None
    path_length_m: float = 0.0
    peak_contact_force_n: float = 0.0
    min_separation_m: float | None = None
    placement_error_m: float | None = None

    def __post_init__(self) -> None:
        """Keep what is not a finite number as None: it was not measured."""
        for name in ('setup_s', 'electrical_j', 'min_separation_m', 'placement_error_m'):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                object.__setattr__(self, name, None)
