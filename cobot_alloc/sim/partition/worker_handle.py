"""A process that simulates some of the partitions, as seen from the cell that they make up."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
import os
import socket
import subprocess
import sys
from typing import Any

from cobot_alloc.domain.errors import BadInput, Refused, WorldLost
from cobot_alloc.sim.partition import worker
from cobot_alloc.sim.partition.partitioning import Partition
from cobot_alloc.sim.partition.workspace import Ownership

_CLOSING_S = 5.0


class WorkerHandle:
    """
    One such process, which ends with this one.

    :ivar process: as it runs.
    """

    def __init__(
        self, partitions: Sequence[Partition], ownership: Ownership, *, planners_beside: bool
    ) -> None:
        """Start the process; ``answer`` tells when the partitions are built, and their news."""
        arms = [arm.agent_id for partition in partitions for arm in partition.world.arms]
        self._name = f'the process that simulates {", ".join(arms)}'
        self._told: list[tuple[str, tuple[Any, ...]]] = []
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, '-m', worker.__name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {'PYTHONPATH': os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # a Ctrl-C at the terminal is not meant for it
            )
        self._line = Connection(ours.detach())
        self._send((tuple(partitions), ownership, planners_beside))

    def ask(self, number: int | None, method: str, *arguments: Any) -> None:
        """
        Ask something of a partition, or of all that are there; ``answer`` tells what came of it.

        :raises WorldLost: if the process has ended.
        """
        told, self._told = self._told, []
        self._send((told, number, method, arguments))

    def tell(self, method: str, *arguments: Any) -> None:
        """Let all partitions that are there know something, before whatever they are asked next."""
        self._told.append((method, arguments))

    def answer(self) -> Any:
        """
        Wait for the answer to what was asked last: of all partitions, a mapping by their numbers.

        :raises Refused: as the partition does.
        :raises BadInput: likewise.
        :raises WorldLost: if the process has ended.
        """
        try:
            kind, said = self._line.recv()
        except (EOFError, OSError):
            raise self._loss() from None
        if kind == worker.REFUSED:
            raise Refused(*said)
        if kind == worker.BAD_INPUT:
            raise BadInput(said)
        if kind == worker.BROKEN:
            raise WorldLost(f'{self._name} cannot go on:\n{said}')
        return said

    def close(self) -> None:
        """End the process; a second call does nothing."""
        self._line.close()
        try:
            self.process.wait(_CLOSING_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _send(self, message: object) -> None:
        try:
            self._line.send(message)
        except OSError:
            raise self._loss() from None

    def _loss(self) -> WorldLost:
        status = None
        with suppress(subprocess.TimeoutExpired):
            status = self.process.wait(_CLOSING_S)
        how = 'does not answer' if status is None else f'has ended with exit status {status}'
        return WorldLost(f'{self._name} {how}; the cell is no longer whole')
