"""The planner in a process of its own: planning takes no time from the control loop."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection
import subprocess

from cobot_alloc.child_process import ChildEnded, ChildProcess, serve
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.sim.motion.motion_planner import MotionPlanner
from cobot_alloc.sim.motion.requests import PlanFailure, PlannedPath, PlanRequest
from cobot_alloc.sim.world import World

_READY = 0  # no question has this number
_ENOUGH_ENDS = 3  # after so many ends of the process over one question it is given up
SILENCE_S = 60.0  #: a process that is asked and says nothing for so long is stuck


class RemotePlanner:
    """
    Answers in a process of its own, which ends with this one; implements ``Answers``.

    Where that process is killed, or stuck, another takes its place and is asked again.
    """

    def __init__(self, world: World) -> None:
        """Start the process; it builds the scene while the simulation goes on."""
        self._world = world
        self._asked = 0
        self._requests: dict[int, PlanRequest] = {}
        self._answers: dict[int, PlannedPath | PlanFailure] = {}
        self._told: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._ready = False
        self._start()

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process as it runs now."""
        return self._child.process

    def wait_until_ready(self) -> None:
        """
        Wait until the process has built its scene.

        Imports and the scene take it a second or more, which the first way would have to wait
        for in the midst of the control loop. A process that ends before is begun again some
        times, and then left to the first question.
        """
        for _ in range(_ENOUGH_ENDS):
            if self._ready:
                return
            self._hear()

    def ask(self, request: PlanRequest) -> int:
        """Take a question in and return a number for it."""
        while (
            self._child.has_message()
        ):  # so that it never waits to be heard while it is spoken to
            self._hear()
        self._asked += 1
        self._requests[self._asked] = request
        self._send(self._asked)
        return self._asked

    def answer(self, number: int, effort: int) -> PlannedPath | PlanFailure | None:
        """
        Return the answer if it was not more work than that, or None.

        Waits for it where it is not there yet and may still have been less work.
        """
        while number not in self._answers and self._told.get(number, 0) <= effort:
            self._hear()
        if number not in self._answers or self._answers[number].effort > effort:
            return None
        answer = self._answers[number]
        self.forget(number)
        return answer

    def forget(self, number: int) -> None:
        """Drop a question: nobody waits for its answer any more."""
        for of in (self._requests, self._answers, self._told, self._ends):
            of.pop(number, None)

    def close(self) -> None:
        """End the process, which keeps nothing."""
        self._child.close()

    def _start(self) -> None:
        self._child = ChildProcess(__name__)
        with suppress(ChildEnded):  # it ended at once: the next that is heard of it will say so
            self._child.send(self._world)

    def _send(self, number: int) -> None:
        try:
            self._child.send((number, self._requests[number]))
        except ChildEnded:
            self._start_again()

    def _hear(self) -> None:
        """Wait for what the process says next; if it says nothing for long, it is ended."""
        try:
            if not self._child.has_message(SILENCE_S):
                self._child.kill()
            number, said = self._child.receive()
        except ChildEnded:
            self._start_again()
            return
        if number == _READY:
            self._ready = True
        if number not in self._requests:
            return
        if isinstance(said, int):
            self._told[number] = said
        else:
            self._answers[number] = said

    def _start_again(self) -> None:
        code = self._child.close()
        open_ones = [number for number in self._requests if number not in self._answers]
        for number in open_ones[:1]:  # the one that it was at
            self._ends[number] = self._ends.get(number, 0) + 1
            if self._ends[number] >= _ENOUGH_ENDS:
                detail = f'the planner ended {self._ends[number]} times over it, exit code {code}'
                self._answers[number] = PlanFailure(
                    code=FailureCode.PLANNER_LOST, obstacle='', detail=detail
                )
        self._told.clear()
        self._start()
        for number in open_ones:
            if number not in self._answers:
                with suppress(ChildEnded):
                    self._child.send((number, self._requests[number]))


def work(line: Connection) -> None:
    """Answer requests until the other side ends."""
    planner = MotionPlanner(line.recv())
    line.send((_READY, 0))
    while True:
        number, request = line.recv()

        def tell(effort: int, number: int = number) -> None:
            line.send((number, effort))

        line.send((number, planner.answer(request, tell)))


if __name__ == '__main__':
    serve(work)
