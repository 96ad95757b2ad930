"""A turn: one input being decided."""

from __future__ import annotations

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.evolve import apply
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.domain.waiting.touched import touched_by


class Turn:
    """
    The events that one input leads to, and the state as they leave it.

    A decision often needs the outcome of the one before it (a task that ended unblocks
    another, which is given to the arm that is now free), so each event is applied at once,
    to a state that only this turn sees.

    :ivar touched_tasks: tasks that this turn has changed; ``touched_agents`` likewise.
    """

    def __init__(
        self, state: CellState, *, now_s: float, rules: CellRules, index: WorkIndex | None = None
    ) -> None:
        """
        Begin; cell time never runs backwards within a journal.

        :param index: of the state that went before; without one, one is made.
        """
        self.state = state  # copied at the first event; most beats lead to none
        self.now_s = max(now_s, state.now_s)
        self.rules = rules
        self.events: list[Event] = []
        self.touched_tasks: dict[TaskId, None] = {}
        self.touched_agents: dict[AgentId, None] = {}
        self._index = WorkIndex(rules) if index is None else index

    @property
    def index(self) -> WorkIndex:
        """An index of the state as it is now."""
        self._index.reflect(self.state)
        return self._index

    def emit(self, event: Event) -> None:
        """Add an event and let it be true for the rest of the turn."""
        indexed = self._index.reflects(self.state)
        if not self.events:
            self.state = self.state.own_copy()
        touched = touched_by(event, self.state)
        apply(self.state, event)
        self.events.append(event)
        self.touched_tasks.update(dict.fromkeys(touched.task_ids))
        self.touched_agents.update(dict.fromkeys(touched.agent_ids))
        if indexed:
            self._index.follow(self.state, touched)
