"""
Run a transition table with ``transitions``.

A machine here is a rulebook and nothing more: it holds no task and no case, it answers what
state follows. One machine with one model serves all records, because the library keeps every
model it was given and adding one costs more than a transition. No callbacks, so a refused
step has changed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Generic, TypedDict, TypeVar

from transitions import Machine, MachineError

from cobot_alloc.domain.errors import IllegalTransition

StateT = TypeVar('StateT', bound=Enum)


class Step(TypedDict):
    """One row of a transition table."""

    trigger: str
    source: Enum | list[Enum]
    dest: Enum


class _Cursor:
    """The model that the machine moves; eq by identity, as the library needs it."""

    state: Enum


class Rulebook(Generic[StateT]):
    """
    A transition table that can be asked.

    :ivar name: what it governs, for messages.
    """

    def __init__(
        self, name: str, states: type[StateT], initial: StateT, steps: Sequence[Step]
    ) -> None:
        """Build the machine; the table is checked by the library."""
        self.name = name
        self.states = states
        self.initial = initial
        self.steps = tuple(steps)
        self.triggers = tuple(dict.fromkeys(step['trigger'] for step in steps))
        self._cursor = _Cursor()
        self._machine = Machine(
            model=self._cursor,
            states=states,
            initial=initial,
            transitions=[dict(step) for step in steps],
            auto_transitions=False,
            send_event=False,
        )
        self._follow = lru_cache(maxsize=None)(self._ask_machine)

    def after(self, state: StateT, trigger: str) -> StateT:
        """
        Return the state that follows.

        :raises IllegalTransition: if the table has no such step.
        """
        following = self._follow(state, trigger)
        if following is None:
            raise IllegalTransition(
                f'{self.name}: no step {trigger!r} from {state.value!r}; possible:'
                f' {", ".join(self.allowed(state)) or "none"}'
            )
        return following

    def may(self, state: StateT, trigger: str) -> bool:
        """Tell whether the table has the step."""
        return self._follow(state, trigger) is not None

    def allowed(self, state: StateT) -> tuple[str, ...]:
        """Return the triggers that the state has."""
        return tuple(trigger for trigger in self.triggers if self.may(state, trigger))

    def _ask_machine(self, state: StateT, trigger: str) -> StateT | None:
        # The tables have no conditions, so an answer never changes and can be kept.
        self._machine.set_state(state, self._cursor)
        try:
            self._machine.events[trigger].trigger(self._cursor)
        except (KeyError, MachineError):
            return None
        reached = self._cursor.state
        return reached if isinstance(reached, self.states) else None
