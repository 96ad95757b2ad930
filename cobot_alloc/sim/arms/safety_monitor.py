"""The safety mode of one arm, taken up in every step. A simulation, not a safety function."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from cobot_alloc.domain.lifecycles.safety_mode import (
    after_demand,
    after_resume,
    most_restrictive,
    MOVING,
    SAFETY_MODE,
    SafetyMode,
)
from cobot_alloc.domain.zone import demanded_mode, is_fresh, is_occupied, Sighting, Zone


class SafetyMonitor:
    """
    Follows what the zones and the cell demand of one arm.

    :ivar mode: of the arm; UNKNOWN at first, so that nothing moves before it was resumed.
    :ivar cause: what brought the arm into its mode, for people.
    """

    def __init__(self, zones: Sequence[Zone], *, max_age_s: float, reduced_speed: float) -> None:
        """Watch the zones of one arm."""
        self._zones = tuple(zones)
        self._max_age_s = max_age_s
        self._reduced_speed = reduced_speed
        self._cell = SafetyMode.UNKNOWN
        self._demand = SafetyMode.UNKNOWN
        self._sighting: Sighting | None = None
        self._judged: Sighting | None = None
        self._judged_at_s = inf
        self._good_until_s = -inf
        self._judgement = SafetyMode.UNKNOWN
        self._now_s = 0.0
        self.mode = SafetyMode.UNKNOWN
        self.cause = 'not resumed since the start'

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the cell; LATCHED ends only when the cell's mode changes."""
        if self.mode is SafetyMode.LATCHED and mode is not SafetyMode.LATCHED:
            self.mode = SAFETY_MODE.after(self.mode, 'reset')
        elif mode is SafetyMode.LATCHED and self.mode is not SafetyMode.LATCHED:
            self.mode = SAFETY_MODE.after(self.mode, 'latch')
        self._cell = mode
        self._take_up()

    def observe(self, sighting: Sighting | None, now_s: float) -> None:
        """Take up what the sensing says now."""
        self._sighting, self._now_s = sighting, now_s
        if sighting is self._judged and self._judged_at_s <= now_s <= self._good_until_s:
            return  # nothing has changed but the time, and it is still believed
        self._take_up()

    def resume(self) -> bool:
        """Let the arm go on; False while zones or cell demand a standstill."""
        if self.mode in MOVING:
            return True
        if self.mode is not SafetyMode.STOPPED or self._demand not in MOVING:
            return False
        self.mode = after_resume(self.mode, self._demand)
        self.cause = self._reason()
        return True

    @property
    def speed(self) -> float:
        """The speed scale that the mode allows."""
        if self.mode is SafetyMode.REDUCED:
            return self._reduced_speed
        return 1.0 if self.mode is SafetyMode.NORMAL else 0.0

    @property
    def is_zone_clear(self) -> bool:
        """Whether nobody is in a stop zone of the arm, by sensing that can be believed."""
        sighting = self._sighting
        return (
            sighting is not None
            and is_fresh(sighting, now_s=self._now_s, max_age_s=self._max_age_s)
            and not any(
                is_occupied(zone, sighting)
                for zone in self._zones
                if zone.mode is SafetyMode.STOPPED
            )
        )

    def _take_up(self) -> None:
        before = self.mode, self._demand
        self._demand = most_restrictive((self._zone_demand(), self._cell))
        self.mode = after_demand(self.mode, self._demand)
        if (self.mode, self._demand) != before:
            self.cause = self._reason()

    def _zone_demand(self) -> SafetyMode:
        """Return what the zones demand; each sighting is judged once, its age every time."""
        now_s, max_age_s = self._now_s, self._max_age_s
        sighting = self._sighting
        if not is_fresh(sighting, now_s=now_s, max_age_s=max_age_s):
            return SafetyMode.UNKNOWN
        if sighting is not self._judged:
            self._judged, self._judged_at_s = sighting, now_s
            self._good_until_s = sighting.at_s + max_age_s if sighting is not None else -inf
            self._judgement = demanded_mode(
                self._zones, sighting, now_s=now_s, max_age_s=max_age_s
            )
        return self._judgement

    def _reason(self) -> str:
        """Say where the present mode comes from."""
        if self.mode is SafetyMode.LATCHED:
            return 'a stop was pressed'
        if self._demand in MOVING and self.mode not in MOVING:
            return 'waiting to be resumed'
        if self._demand is SafetyMode.NORMAL:
            return ''
        if self._cell is self._demand:
            return f'the cell is {self._cell.value}'
        if self._demand is SafetyMode.UNKNOWN or self._sighting is None:
            return 'the sensing of people is silent or cannot be believed'
        return next(
            f'a person is in {zone.zone_id}'
            for zone in self._zones
            if zone.mode is self._demand and is_occupied(zone, self._sighting)
        )
