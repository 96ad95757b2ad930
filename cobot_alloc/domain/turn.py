"""A turn: one input being decided."""

from __future__ import annotations

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.evolve import apply
from cobot_alloc.domain.rules import CellRules


class Turn:
    """
    The events that one input leads to, and the state as they leave it.

    A decision often needs the outcome of the one before it (a task that ended unblocks
    another, which is given to the arm that is now free), so each event is applied at once,
    to a state that only this turn sees.
    """

    def __init__(self, state: CellState, *, now_s: float, rules: CellRules) -> None:
        """Begin; cell time never runs backwards within a journal."""
        self.state = state  # copied at the first event; most beats lead to none
        self.now_s = max(now_s, state.now_s)
        self.rules = rules
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Add an event and let it be true for the rest of the turn."""
        if not self.events:
            self.state = self.state.own_copy()
        apply(self.state, event)
        self.events.append(event)
