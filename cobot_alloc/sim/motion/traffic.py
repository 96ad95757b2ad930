"""
Who may go when: an arm claims all the room that its way takes before it moves.

All or nothing, and an arm that waits has nothing: so nobody waits for anybody in a circle. Who
stands away from home goes first, because it is in the way; then who waits longer, unless it is
held. What an arm claims it keeps until its task ends, or until it has to wait again; from then
on it stands there and is an obstacle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.swept_volume import Cells, grown

_FIRST = -1  # earlier than anything
_REMEMBERED = 64  # rooms that were released lately

Room = frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Want:
    """What an arm waits for: room, or that another arm goes on."""

    since: int
    room: Room = frozenset()
    other: AgentId | None = None


class Traffic:
    """The rooms that the arms of one cell have claimed, and those that they wait for."""

    def __init__(self, is_held: Callable[[AgentId], bool] = lambda agent_id: False) -> None:
        """
        Begin with none.

        :param is_held: tells of an arm that may not move now: nobody waits behind it.
        """
        self._is_held = is_held
        self._claims: dict[AgentId, Room] = {}
        self._wants: dict[AgentId, _Want] = {}
        self._released: list[tuple[int, AgentId, Room]] = []
        self._changes = 0

    @property
    def under_way(self) -> frozenset[AgentId]:
        """The arms that are on ways that they have claimed."""
        return frozenset(self._claims)

    @property
    def mark(self) -> int:
        """The present moment, as traffic goes; see ``claim``."""
        return self._changes

    def blocker(self, agent_id: AgentId, cells: Cells, *, is_away: bool = False) -> AgentId | None:
        """Return an arm that has the room, or goes first for another reason, or None."""
        return next(iter(self._blockers(agent_id, _room(cells), is_away=is_away)), None)

    def claim(self, agent_id: AgentId, cells: Cells, since: int, *, is_away: bool = False) -> bool:
        """
        Claim the room of a way, in place of what the arm has; False where another is in the way.

        :param since: the ``mark`` at which the way was planned. Where another arm has given
            up room since then, things may stand there now: this is no way any more.
        :param is_away: whether the arm stands away from home.
        """
        room = _room(cells)
        stale = any(
            at > since and other != agent_id and not room.isdisjoint(freed)
            for at, other, freed in self._released
        )
        if stale or self._blockers(agent_id, room, is_away=is_away):
            return False
        self._forget_claim(agent_id)
        self._claims[agent_id] = room
        self._wants.pop(agent_id, None)
        return True

    def release(self, agent_id: AgentId) -> None:
        """Give up everything that an arm has claimed or waits for: its task has ended."""
        self._forget_claim(agent_id)
        self._wants.pop(agent_id, None)

    def when_free(
        self, agent_id: AgentId, cells: Cells, *, is_away: bool = False
    ) -> Callable[[], bool]:
        """
        Let an arm wait for room, and give up what it has.

        :return: a question whether the room is free, which may be asked in every step.
        """
        room = _room(cells)
        self._wait(agent_id, room=room, is_away=is_away)
        asked_at, blockers = -1, frozenset[AgentId]()

        def is_free() -> bool:
            nonlocal asked_at, blockers
            if asked_at != self._changes:
                asked_at = self._changes
                blockers = self._in_the_way(agent_id, room, self._wants[agent_id].since)
            return not any(self._counts(other) for other in blockers)

        return is_free

    def when_gone_on(
        self, agent_id: AgentId, other: str, *, is_away: bool = False
    ) -> Callable[[], bool] | None:
        """
        Let an arm wait until another goes on that stands in its way, and give up what it has.

        :return: a question whether that has gone on; None if it will not: it does not wait for
            anything, or it waits for this one.
        """
        met, behind = {agent_id}, AgentId(other)
        while behind not in met:
            met.add(behind)
            want = self._wants.get(behind)
            if want is None:
                break
            ahead = self._in_the_way(behind, want.room, want.since)
            behind = want.other or next(iter(sorted(ahead)), behind)
        if other not in self._wants or behind == agent_id:
            return None
        self._wait(agent_id, other=AgentId(other), is_away=is_away)
        return lambda: other not in self._wants

    def _wait(
        self,
        agent_id: AgentId,
        *,
        room: Room = frozenset(),
        other: AgentId | None = None,
        is_away: bool,
    ) -> None:
        self._forget_claim(agent_id)
        since = self._since(agent_id, is_away=is_away)
        self._wants[agent_id] = _Want(since=since, room=room, other=other)
        self._changes += 1

    def _forget_claim(self, agent_id: AgentId) -> None:
        self._changes += 1
        room = self._claims.pop(agent_id, None)
        if room is not None:
            self._released = [
                *self._released[-_REMEMBERED:],
                (self._changes, agent_id, room),
            ]

    def _since(self, agent_id: AgentId, *, is_away: bool) -> int:
        """Return since when an arm has been waiting, as far as others have to mind."""
        known = self._wants.get(agent_id)
        return _FIRST if is_away else self._changes if known is None else known.since

    def _blockers(self, agent_id: AgentId, room: Room, *, is_away: bool) -> list[AgentId]:
        since = self._since(agent_id, is_away=is_away)
        found = self._in_the_way(agent_id, room, since)
        return sorted(other for other in found if self._counts(other))

    def _in_the_way(self, agent_id: AgentId, room: Room, since: int) -> frozenset[AgentId]:
        having = [other for other, claimed in self._claims.items() if room & claimed]
        waiting = [
            other
            for other, want in self._wants.items()
            if want.since < since and not room.isdisjoint(want.room)
        ]
        return frozenset((*having, *waiting)) - {agent_id}

    def _counts(self, other: AgentId) -> bool:
        return other in self._claims or not self._is_held(other)


def _room(cells: Cells) -> Room:
    return frozenset(grown(cells).tolist())
