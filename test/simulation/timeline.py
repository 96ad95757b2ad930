"""Simulated time, chance, and a record of what happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
import heapq
from random import Random

from simulation.chaos import Chaos


class Timeline:
    """
    Runs what is due, in order of time; equal times run in order of planning.

    :ivar now: true time in seconds; nobody in the cell can read it but as a steady clock.
    :ivar calm: from then on nothing more goes wrong.
    """

    def __init__(self, seed: int, chaos: Chaos, *, trace: int = 400) -> None:
        """Begin at zero."""
        self.random = Random(seed)
        self.chaos = chaos
        self.now = 0.0
        self.calm = False
        self.trace: deque[str] = deque(maxlen=trace)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._planned = 0

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Plan something."""
        self._planned += 1
        heapq.heappush(self._due, (self.now + seconds, self._planned, act))

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Plan something again and again."""

        def again() -> None:
            act()
            self.after(seconds, again)

        self.after(seconds * self.random.random(), again)

    def run_until(self, end: float) -> None:
        """Let everything happen that is due until then."""
        while self._due and self._due[0][0] <= end:
            self.now, _, act = heapq.heappop(self._due)
            act()
        self.now = end

    def chance(self, probability: float) -> bool:
        """Tell whether something goes wrong now; never in calm times."""
        return not self.calm and probability > 0 and self.random.random() < probability

    def note(self, text: str) -> None:
        """Write down what happened."""
        self.trace.append(f'{self.now:8.2f}  {text}')


class Network:
    """Delays, drops, doubles and reorders; it can be cut in two."""

    def __init__(self, timeline: Timeline) -> None:
        """Begin whole."""
        self._timeline = timeline
        self.cut = False

    def send(self, deliver: Callable[[], None]) -> None:
        """Deliver a message some time, or twice, or never."""
        timeline, chaos = self._timeline, self._timeline.chaos
        if (self.cut and not timeline.calm) or timeline.chance(chaos.drop):
            return
        for _ in range(2 if timeline.chance(chaos.duplicate) else 1):
            delay = 0.001 + 0.02 * timeline.random.random()
            if timeline.chance(chaos.late):
                delay += 6.0 * timeline.random.random()
            timeline.after(delay, deliver)
