"""
Lockstep: a cell's time goes in rounds, and in each of them everybody has a turn.

In a round the cell steps a fixed piece of its time and says how it stands. Then its participants
have their turns, one after the other, always in the same order; the next round begins when the
last has said that it is done. So nothing that happens depends on how fast anyone is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cobot_alloc.domain.errors import CobotAllocError

#: Cell time in a round, in seconds.
ROUND_S = 0.05
#: The participants that a cell of ours can have.
SUPERVISOR, ALLOCATOR = 'supervisor', 'allocator'
#: Wall-clock seconds after which a participant that does not answer is given up, if nothing else
#: is said.
GIVEN_UP_S = 60.0
#: Turns that are kept for the latest round and the next; more of them are a stranger's.
_MOST_TURNS = 64
#: A longer gap between two looks at the clock, in seconds, is one's own absence, nobody else's.
_LONGEST_GAP_S = 1.0


class LockstepLost(CobotAllocError):
    """A participant has not had its turn for too long."""


class Turns:
    """
    Who has had their turn in the latest round.

    :ivar run: of the cell whose round it is; empty before the first.
    :ivar number: of the round; 0 before the first.
    """

    def __init__(self) -> None:
        """Begin before the first round."""
        self.run, self.number = '', 0
        self._participants: tuple[str, ...] = ()
        self._done: dict[tuple[str, str, int], None] = {}

    def begin(self, run: str, number: int, participants: Iterable[str]) -> bool:
        """
        Take up a round and tell whether it is a new one.

        One that comes late or twice is none. Whether another run may take the place of the one
        that is known is for the caller to decide.
        """
        if run == self.run and number <= self.number:
            return False
        self.run, self.number, self._participants = run, number, tuple(participants)
        self._done = {it: None for it in self._done if it[1:] == (run, number)}
        return True

    def done(self, participant: str, run: str, number: int) -> bool:
        """
        Take note of a turn and tell whether it can be one.

        Its round may not be here yet: that is another topic.
        """
        may_be = not self.run or (run == self.run and number in (self.number, self.number + 1))
        if may_be and len(self._done) < _MOST_TURNS:
            self._done[participant, run, number] = None
        return may_be

    def next_in_line(self) -> str:
        """Return whose turn it is; empty if all have had theirs."""
        return next(
            (who for who in self._participants if (who, self.run, self.number) not in self._done),
            '',
        )


class Published:
    """
    What has to be there before one may go on: messages of topics, by their stamps.

    Nothing is in order across topics. So whoever has published something says so in their turn,
    and who goes by that topic waits until the message is there.
    """

    def __init__(self, topics: Iterable[str]) -> None:
        """Go by some topics and let the others pass."""
        self._heard = dict.fromkeys(topics, float('-inf'))
        self._told = dict(self._heard)

    def heard(self, topic: str, stamp_s: float) -> None:
        """Take note of a message."""
        self._heard[topic] = max(self._heard[topic], stamp_s)

    def told(self, stamps: Mapping[str, float]) -> None:
        """Take note of what others have published."""
        for topic in self._told.keys() & stamps.keys():
            self._told[topic] = max(self._told[topic], stamps[topic])

    def is_here(self) -> bool:
        """Tell whether everything is here that one goes by."""
        return all(self._heard[topic] >= stamp for topic, stamp in self._told.items())


class Patience:
    """How long one has waited for a participant, by a clock that counts only being awake."""

    def __init__(self, given_up_s: float) -> None:
        """Wait for so many wall-clock seconds."""
        self._given_up_s = given_up_s
        self._looked_at: float | None = None
        self.waited_s = 0.0

    def rest(self) -> None:
        """Wait for nobody."""
        self._looked_at, self.waited_s = None, 0.0

    def wait(self, what: str, number: int, *, now: float) -> None:
        """
        Wait for a participant, or for something of theirs; call it often.

        :param now: of the wall clock.
        :raises LockstepLost: if that has been too long.
        """
        if self._looked_at is not None:
            self.waited_s += min(now - self._looked_at, _LONGEST_GAP_S)
        self._looked_at = now
        if self.waited_s > self._given_up_s:
            raise LockstepLost(
                f'in round {number} {self._given_up_s:g} s were waited for {what};'
                ' a cell in lockstep does not go on without'
            )
