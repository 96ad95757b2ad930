"""
The planner in a process of its own, so that planning takes no time from the control loop.

The two are joined by a pair of sockets: where one side ends, however it ends, the other reads
the end of the line. What the process writes on its standard output is PyBullet's and is lost.
"""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.connection import Connection
import os
import signal
import socket
import subprocess
import sys

from cobot_alloc.application.world import World
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.sim.motion.planner import Planner
from cobot_alloc.sim.motion.query import Blocked, Found, Question

_READY = 0  # no question has this number
_ENOUGH_ENDS = 3  # after so many ends of the process over one question it is given up
SILENCE_S = 60.0  #: a process that is asked and says nothing for so long is stuck


class AnswersBeside:
    """
    Answers in a process of its own, which ends with this one; implements ``Answers``.

    Where that process is killed, or stuck, another takes its place and is asked again.

    :ivar process: as it runs now.
    """

    def __init__(self, world: World) -> None:
        """Start the process; it builds the scene while the simulation goes on."""
        self._world = world
        self._asked = 0
        self._questions: dict[int, Question] = {}
        self._answers: dict[int, Found | Blocked] = {}
        self._told: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._ready = False
        self._start()

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

    def ask(self, question: Question) -> int:
        """Take a question in and return a number for it."""
        while self._line.poll():  # so that it never waits to be heard while it is spoken to
            self._hear()
        self._asked += 1
        self._questions[self._asked] = question
        self._send(self._asked)
        return self._asked

    def answer(self, number: int, effort: int) -> Found | Blocked | None:
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
        for of in (self._questions, self._answers, self._told, self._ends):
            of.pop(number, None)

    def close(self) -> None:
        """End the process, which keeps nothing."""
        self._line.close()
        self.process.kill()
        self.process.wait()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, '-m', __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {'PYTHONPATH': os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # a Ctrl-C at the terminal is not meant for it
            )
        self._line = Connection(ours.detach())
        with suppress(OSError):  # it ended at once: the next that is heard of it will say so
            self._line.send(self._world)

    def _send(self, number: int) -> None:
        try:
            self._line.send((number, self._questions[number]))
        except OSError:
            self._start_again()

    def _hear(self) -> None:
        """Wait for what the process says next; if it says nothing for long, it is ended."""
        try:
            if not self._line.poll(SILENCE_S):
                self.process.kill()
            number, said = self._line.recv()
        except (EOFError, OSError):
            self._start_again()
            return
        if number == _READY:
            self._ready = True
        if number not in self._questions:
            return
        if isinstance(said, int):
            self._told[number] = said
        else:
            self._answers[number] = said

    def _start_again(self) -> None:
        self._line.close()
        code = self.process.wait()
        open_ones = [number for number in self._questions if number not in self._answers]
        for number in open_ones[:1]:  # the one that it was at
            self._ends[number] = self._ends.get(number, 0) + 1
            if self._ends[number] >= _ENOUGH_ENDS:
                detail = f'the planner ended {self._ends[number]} times over it, exit code {code}'
                self._answers[number] = Blocked(
                    code=FailureCode.PLANNER_LOST, obstacle='', detail=detail
                )
        self._told.clear()
        self._start()
        for number in open_ones:
            if number not in self._answers:
                with suppress(OSError):
                    self._line.send((number, self._questions[number]))


def serve(line: Connection) -> None:
    """Answer questions until the other side ends."""
    planner = Planner(line.recv())
    line.send((_READY, 0))
    while True:
        number, question = line.recv()

        def tell(effort: int, number: int = number) -> None:
            line.send((number, effort))

        line.send((number, planner.answer(question, tell)))


def main() -> None:
    """Serve on the socket whose number is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other side
    with suppress(EOFError, ConnectionError):
        serve(Connection(int(sys.argv[1])))


if __name__ == '__main__':
    main()
