"""
Evolve: what the cell is after an event.

``evolve`` is pure: it takes a state and returns a new one.
"""

from __future__ import annotations

from collections.abc import Iterable

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.evolution import agents, attempts, cases, plans, tasks
from cobot_alloc.domain.evolution.drafts import Changes, set_fields

_CHANGES: Changes = {
    **tasks.CHANGES,
    **attempts.CHANGES,
    **cases.CHANGES,
    **agents.CHANGES,
    **plans.CHANGES,
}


def evolve(state: CellState, *events: Event) -> CellState:
    """Return the state after the events; the given one is left as it is."""
    return replay(state, events)


def replay(state: CellState, events: Iterable[Event]) -> CellState:
    """Return the state after many events, with one copy for all of them."""
    draft = state.own_copy()
    for event in events:
        apply(draft, event)
    return draft


def apply(draft: CellState, event: Event) -> None:
    """
    Change a draft, a state that nobody else has seen yet.

    :raises IllegalTransition: if a lifecycle has no such step: a bug, or a foreign journal.
    """
    _CHANGES[type(event)](draft, event)
    set_fields(draft, now_s=max(draft.now_s, event.at_s))
