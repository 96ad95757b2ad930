"""
Where the arms ask for ways, and get their answers at a simulated time that is always the same.

An answer arrives when so much simulated time has gone by as a planner of a fixed speed would
have needed for the work that it was. So the simulation is the same to the last bit whether the
planner runs beside it or inside it, and however fast the machine is; it waits for the answer
only where a planner of that speed would have had it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.motion_planner import MotionPlanner
from cobot_alloc.sim.motion.quantization import quantized
from cobot_alloc.sim.motion.requests import MotionPath, PlanFailure, PlannedPath, PlanRequest
from cobot_alloc.sim.motion.traffic import Traffic
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

LEAST_S = 0.1  #: no answer arrives earlier than so long after its question
EFFORT_S = 2e-4  #: what one check takes, in simulated time
LOOK_S = 0.05  #: between two looks whether the answer has arrived
_ROUNDING = 1e-6  # of times that are sums of steps


class PlannerBackend(Protocol):
    """What answers questions: the planner here, or in another process."""

    def ask(self, request: PlanRequest) -> int:
        """Take a question in and return a number for it."""

    def answer(self, number: int, effort: int) -> PlannedPath | PlanFailure | None:
        """Return the answer if it was not more work than that, or None."""

    def forget(self, number: int) -> None:
        """Drop a question: nobody waits for its answer any more."""

    def close(self) -> None:
        """End."""


class LocalPlanner:
    """Answers in this process; implements ``PlannerBackend``."""

    def __init__(self, world: World) -> None:
        """Answer for a world; the planner is made when something is asked."""
        self._world = world
        self._planner: MotionPlanner | None = None
        self._requests: dict[int, PlanRequest] = {}
        self._answers: dict[int, PlannedPath | PlanFailure] = {}
        self._asked = 0

    def ask(self, request: PlanRequest) -> int:
        """Take a question in and return a number for it."""
        self._asked += 1
        self._requests[self._asked] = request
        return self._asked

    def answer(self, number: int, effort: int) -> PlannedPath | PlanFailure | None:
        """Return the answer if it was not more work than that, or None."""
        if number not in self._answers:
            self._planner = self._planner or MotionPlanner(self._world)
            self._answers[number] = self._planner.answer(self._requests[number])
        if self._answers[number].effort > effort:
            return None
        del self._requests[number]
        return self._answers.pop(number)

    def forget(self, number: int) -> None:
        """Drop a question: nobody waits for its answer any more."""
        self._requests.pop(number, None)
        self._answers.pop(number, None)

    def close(self) -> None:
        """End."""
        if self._planner is not None:
            self._planner.close()


class PlannerClient:
    """
    Makes questions of what the arms ask, with the cell as it is at that moment.

    They are answered one after the other, as by one planner.
    """

    def __init__(
        self,
        planner: PlannerBackend,
        traffic: Traffic,
        *,
        snapshot: Callable[[], CellSnapshot],
        held: Callable[[], Mapping[AgentId, str | None]],
        at_home: Callable[[], frozenset[AgentId]] = frozenset,
    ) -> None:
        """
        Begin without questions.

        :param snapshot: tells where everything is.
        :param held: tells which part each arm has in its grip.
        :param at_home: tells which arms stand at home, or as good as.
        """
        self._planner, self._traffic = planner, traffic
        self._snapshot, self._held, self._at_home = snapshot, held, at_home
        self._asked_s: dict[int, float] = {}  # of the open questions, in the order of asking
        self._free_s = 0.0  # when the planner had done with the last

    def ask(self, agent_id: AgentId, paths: tuple[MotionPath, ...], start: Sequence[float]) -> int:
        """Ask for a way from a posture and return the number of the question."""
        under_way = self._traffic.under_way - {agent_id}
        held, now = self._held(), self._snapshot()
        number = self._planner.ask(
            quantized(
                PlanRequest(
                    agent_id=agent_id,
                    paths=paths,
                    start=tuple(float(q) for q in start),
                    now=replace(now, people={}, beads={}),  # nothing that a way depends on
                    at_home=(under_way | self._at_home()) - {agent_id},
                    absent=frozenset(part for arm in under_way if (part := held[arm]) is not None),
                )
            )
        )
        self._asked_s[number] = now.at_s
        return number

    def answer(self, number: int, waited_s: float) -> PlannedPath | PlanFailure | None:
        """Return the answer if it is due so long after it was asked, or None."""
        if waited_s < LEAST_S or number != next(iter(self._asked_s)):
            return None
        asked_s = self._asked_s[number]
        begun_s = max(asked_s, self._free_s)
        effort = int((asked_s + waited_s - begun_s) / EFFORT_S + _ROUNDING)
        answer = self._planner.answer(number, effort)
        if answer is not None:
            self._free_s = begun_s + answer.effort * EFFORT_S
            del self._asked_s[number]
        return answer

    def forget(self, number: int) -> None:
        """Drop a question."""
        self._planner.forget(number)
        self._asked_s.pop(number, None)
