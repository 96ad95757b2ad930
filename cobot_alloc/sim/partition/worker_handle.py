"""A process that simulates some of the partitions, as seen from the cell that they make up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cobot_alloc.child_process import ChildEnded, ChildProcess
from cobot_alloc.domain.errors import BadInput, Refused, WorldLost
from cobot_alloc.sim.partition import worker
from cobot_alloc.sim.partition.partitioning import Partition
from cobot_alloc.sim.partition.remote_call import Assignment, Failed, RemoteCall, WorkerRequest
from cobot_alloc.sim.partition.workspace import Ownership

_CLOSING_S = 5.0


class WorkerHandle:
    """One such process, which ends with this one."""

    def __init__(
        self, partitions: Sequence[Partition], ownership: Ownership, *, has_planners: bool
    ) -> None:
        """Start it; ``answer`` tells when its partitions are built, and where their parts are."""
        arms = [arm.agent_id for partition in partitions for arm in partition.world.arms]
        self._name = f'the process that simulates {", ".join(arms)}'
        self._first: list[RemoteCall[None]] = []
        self._child = ChildProcess(worker.__name__)
        self._send(Assignment(tuple(partitions), ownership, has_planners))

    @property
    def process_id(self) -> int:
        """Its number."""
        return self._child.process.pid

    def ask(self, number: int | None, wanted: RemoteCall[Any]) -> None:
        """
        Ask something of a partition, or of all that are there; ``answer`` tells what comes of it.

        :raises WorldLost: if the process has ended.
        """
        first, self._first = tuple(self._first), []
        self._send(WorkerRequest(first, number, wanted))

    def tell(self, told: RemoteCall[None]) -> None:
        """Let all partitions that are there do something, before whatever is asked next."""
        self._first.append(told)

    def answer(self) -> Any:
        """
        Wait for the answer to what was asked last: of all partitions, a mapping by their numbers.

        :raises Refused: as the partition does.
        :raises BadInput: likewise.
        :raises WorldLost: if the process has ended.
        """
        try:
            said = self._child.receive(ends_within_s=_CLOSING_S)
        except ChildEnded as end:
            raise self._loss(end) from None
        if not isinstance(said, Failed):
            return said
        if said.code:
            raise Refused(said.code, said.message)
        if said.message:
            raise BadInput(said.message)
        raise WorldLost(f'{self._name} cannot go on:\n{said.traceback}')

    def close(self) -> int:
        """End the process and return its exit status; a second call does nothing."""
        return self._child.close(within_s=_CLOSING_S)

    def _send(self, message: object) -> None:
        try:
            self._child.send(message)
        except ChildEnded as end:
            raise self._loss(end) from None

    def _loss(self, end: ChildEnded) -> WorldLost:
        return WorldLost(f'{self._name} {end}; the cell is no longer whole')
