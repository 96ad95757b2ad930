"""What can go wrong in an attempt: facts from an arm, by phase."""

from __future__ import annotations

from dataclasses import dataclass
import math

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.codes import Phase as Phase
from cobot_alloc.domain.codes.failures import titled

#: Phases whose failures are the arm's own: before them the world was not as assumed, and what
#: a stop for people's sake ends says nothing of the arm.
OF_THE_ARM = frozenset({Phase.PLANNING, Phase.EXECUTION, Phase.POSTCONDITION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """
    One failure: the phase, a code, and a sentence with the figures.

    :ivar code: a ``FailureCode``, or a word of an arm of others.
    :ivar picture: where a picture of that moment is, a URI; empty if none was taken.
    """

    phase: Phase
    code: str
    detail: str = ''
    picture: str = ''

    @property
    def known(self) -> FailureCode | None:
        """Its code where it is one of the product; None: a word of an arm of others."""
        return FailureCode.known(self.code)

    @property
    def headline(self) -> str:
        """What a case about it is called, one line."""
        known = self.known
        return titled(self.code) if known is None else known.headline

    @property
    def outcome_unknown(self) -> bool:
        """Whether it is not known if the work was done; the part may have moved."""
        known = self.known
        return known is not None and known.outcome_unknown

    @property
    def part_elsewhere(self) -> bool:
        """Whether the part is, or may be, not where the task would take it from."""
        known = self.known
        return known is not None and known.part_elsewhere


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
