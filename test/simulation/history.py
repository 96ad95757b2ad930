"""What the outside world knows: kept beside the cell, never by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cobot_alloc.domain import events as ev

#: The task of goals that someone sends to an arm past the allocator.
BY_HAND = 'by_hand'


class Violation(AssertionError):
    """
    A promise was broken.

    :ivar promise: its number in the list of promises (see ``promises``).
    """

    def __init__(self, promise: int, text: str) -> None:
        """Keep the number and what was seen."""
        super().__init__(f'promise {promise}: {text}')
        self.promise, self.text = promise, text

    def __reduce__(self) -> tuple[type[Violation], tuple[int, str]]:
        """Let it cross processes, as it was made."""
        return Violation, (self.promise, self.text)


@dataclass(slots=True)
class History:
    """
    Answers that were received and motions that were seen.

    :ivar accepted: order id to the task ids that a client was told are accepted.
    :ivar submitted: idempotency key to order id.
    :ivar done: request ids of actions that a person was told are done.
    :ivar motions: how often a motion began, by arm and fence.
    :ivar highest_motion: the highest fence whose motion began, by arm.
    :ivar written: the fences of the attempts that are durably in the journal.
    :ivar helpers: who works with the arm, by the fence of the attempt.
    :ivar retired: those of them that the arm said it would never begin.
    """

    accepted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    submitted: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    motions: Counter[tuple[str, int]] = field(default_factory=Counter)
    highest_motion: dict[str, int] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    helpers: dict[int, str] = field(default_factory=dict)
    retired: set[int] = field(default_factory=set)
    crashes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)

    def events_written(self, events: Iterable[ev.Event]) -> None:
        """Take note of what is durable."""
        for event in events:
            if isinstance(event, ev.AttemptStarted):
                self.written.add(event.fence)
                if event.helper:
                    self.helpers[event.fence] = event.helper
            elif isinstance(event, ev.AttemptRefused):
                self.retired.add(event.fence)

    def motion_begins(self, agent_id: str, task_id: str, fence: int, *, may_move: bool) -> None:
        """
        Take note of a motion.

        :raises Violation: if it must not have begun.
        """
        self.motions[agent_id, fence] += 1
        if self.motions[agent_id, fence] > 1:
            raise Violation(3, f'{agent_id} ran the motion of attempt {fence} again')
        if fence <= self.highest_motion.get(agent_id, 0):
            raise Violation(
                3, f'{agent_id} began attempt {fence} after {self.highest_motion[agent_id]}'
            )
        self.highest_motion[agent_id] = fence
        if task_id != BY_HAND and fence not in self.written:
            raise Violation(3, f'attempt {fence} began and is not in the journal')
        if task_id != BY_HAND and fence in self.retired:
            raise Violation(3, f'attempt {fence} began after it was said that it never would')
        if not may_move:
            raise Violation(6, f'{agent_id} began attempt {fence} while it may not move')
