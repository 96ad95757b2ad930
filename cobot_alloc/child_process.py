"""
Processes that this one starts to work beside it: started, joined by a line, watched, ended.

Of the standard library alone, so that any shell may use it. What each process does is its own
module, run as ``python -m MODULE FD ...``; messages are whatever can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
import os
import signal
import socket
import subprocess
import sys
from typing import Any


class ChildEnded(Exception):
    """
    The process at the other end of the line has ended, or its line has.

    :ivar status: its exit status, negative for a signal; None if it has not ended yet.
    """

    def __init__(self, status: int | None) -> None:
        """Say how it ended."""
        how = 'does not answer' if status is None else f'has ended with exit status {status}'
        super().__init__(how)
        self.status = status


class ChildProcess:
    """
    One such process, seen from the one that started it.

    It is started, not forked: it shares no thread, lock or socket. A Ctrl-C at the terminal is
    not meant for it, and what it prints is lost: the physics engine talks. It ends with this
    process, however that ends, because its line does; see ``serve``.

    :ivar process: as it runs.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        """
        Start it; imports take it a second or so, and messages wait for it.

        :param module: whose ``main`` calls ``serve``.
        :param arguments: after the number of its line.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, '-m', module, str(theirs.fileno()), *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {'PYTHONPATH': os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )
        self._line = Connection(ours.detach())

    def send(self, message: object) -> None:
        """
        Send a message; waits while the line is full.

        :raises ChildEnded: if there is nobody to read it.
        """
        try:
            self._line.send(message)
        except OSError:
            raise ChildEnded(self._status(0.0)) from None

    def has_message(self, within_s: float = 0.0) -> bool:
        """Tell whether ``receive`` would return or raise at once, waiting so long at most."""
        try:
            return self._line.poll(within_s)
        except OSError:
            return True

    def receive(self, *, ends_within_s: float = 0.0) -> Any:
        """
        Wait for the next message.

        :param ends_within_s: how long to wait for the exit status where the line has ended.
        :raises ChildEnded: if none will come.
        """
        try:
            return self._line.recv()
        except (EOFError, OSError):
            raise ChildEnded(self._status(ends_within_s)) from None

    def kill(self) -> None:
        """End it at once; the line can still be read to its end."""
        self.process.kill()

    def hang_up(self) -> None:
        """Close the line: the process reads what was sent, then the end; may be called twice."""
        self._line.close()

    def wait(self, within_s: float | None = None) -> int | None:
        """Wait for its end and return its exit status; None if it goes on."""
        return self._status(within_s)

    def close(self, *, within_s: float = 0.0) -> int:
        """Hang up, give it some time to end by itself, then kill it; may be called twice."""
        self.hang_up()
        if self._status(within_s) is None:
            self.process.kill()
        return self.process.wait()

    def _status(self, within_s: float | None) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.process.wait(within_s)
        return None


def serve(work: Callable[[Connection], None], *, niceness: int = 0) -> None:
    """
    Work for the process that started this one, until its end of the line is closed.

    :param work: reads the line until it raises EOFError, which it need not catch.
    :param niceness: added to the process's own.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other side
    os.nice(niceness)
    with suppress(EOFError, ConnectionError):
        work(Connection(int(sys.argv[1])))
