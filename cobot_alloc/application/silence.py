"""Silence: which arms have not been heard for too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cobot_alloc.domain.identifiers import AgentId

#: More seconds than this between two looks, and it was the one who looks that was away.
LONGEST_GAP_S = 0.5


class SilenceWatch:
    """
    Remembers when each arm was heard; times are of a clock that never stands.

    What was said while nobody listened waits to be heard. So a time in which nobody looked, on a
    busy machine or because the process was stopped, is nobody's silence.
    """

    def __init__(self) -> None:
        """Begin without any arm."""
        self._heard: dict[AgentId, float] = {}
        self._extra_s: dict[AgentId, float] = {}
        self._looked_at: float | None = None

    def expect(self, agents: Iterable[AgentId], *, now: float, extra_s: float = 0.0) -> None:
        """
        Expect to hear of these arms from now on.

        :param extra_s: how much longer than later on the first word of each may take.
        """
        self._heard = dict.fromkeys(agents, now)
        self._looked_at = now
        self._extra_s = dict.fromkeys(self._heard, extra_s)

    def heard(self, agent_id: AgentId, *, now: float) -> None:
        """Take note of a beat."""
        self._heard[agent_id] = now
        self._extra_s.pop(agent_id, None)

    def missing(self, *, now: float, silence_s: float) -> Iterator[tuple[AgentId, float]]:
        """
        Return the arms that are silent for too long, once each, and for how long.

        Call it often.
        """
        away_s = 0.0 if self._looked_at is None else now - self._looked_at - LONGEST_GAP_S
        self._looked_at = now
        if away_s > 0.0:
            self._heard = {agent_id: min(now, at + away_s) for agent_id, at in self._heard.items()}
        for agent_id, heard in list(self._heard.items()):
            if now - heard > silence_s + self._extra_s.get(agent_id, 0.0):
                del self._heard[agent_id]
                yield agent_id, now - heard
