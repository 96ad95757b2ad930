"""The cell's time: the simulation's clock, counted on without a break."""

from __future__ import annotations


class CellClock:
    """
    Turns ``/clock`` into a time that never runs backwards.

    A restarted simulation begins at zero; the journal's time goes on from where it was.
    """

    def __init__(self, *, resume_at_s: float = 0.0) -> None:
        """Go on from the latest time in the journal."""
        self._latest_s = resume_at_s
        self._offset_s: float | None = None

    def read(self, raw_s: float) -> float:
        """Return cell time in seconds for a reading of ``/clock``; zero is none yet."""
        if raw_s <= 0.0:
            return self._latest_s
        if self._offset_s is None or raw_s + self._offset_s < self._latest_s:
            # The first reading, or a clock that began anew.
            self._offset_s = max(0.0, self._latest_s - raw_s)
        self._latest_s = raw_s + self._offset_s
        return self._latest_s

    def raw(self, cell_s: float) -> float:
        """Return the reading of ``/clock`` that belongs to a cell time."""
        return max(0.0, cell_s - (self._offset_s or 0.0))
