"""What a worker is told and asked, and what it answers where that went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from cobot_alloc.sim.partition.partition_cell import PartitionCell
from cobot_alloc.sim.partition.partitioning import Partition
from cobot_alloc.sim.partition.workspace import Ownership

P = ParamSpec('P')
T = TypeVar('T')


@dataclass(frozen=True)
class RemoteCall(Generic[T]):
    """
    One call, ready to be sent; see ``call``.

    :ivar function: of the cell and the arguments, found by its name on the other side.
    """

    function: Callable[..., T]
    arguments: tuple[Any, ...]

    def on(self, cell: PartitionCell) -> T:
        """Do it."""
        return self.function(cell, *self.arguments)


def call(
    function: Callable[Concatenate[PartitionCell, P], T], *arguments: P.args, **none: P.kwargs
) -> RemoteCall[T]:
    """Return a call of a function of a cell; the types are those of the function itself."""
    assert not none, 'arguments go by their place'
    return RemoteCall(function, arguments)


@dataclass(frozen=True)
class Assignment:
    """
    What a worker is told first.

    :ivar has_planners: whether each partition has its planner in a process of its own.
    """

    partitions: tuple[Partition, ...]
    ownership: Ownership
    has_planners: bool


@dataclass(frozen=True)
class WorkerRequest:
    """
    What a worker is told to do.

    :ivar first: calls of every partition before anything else; nobody waits for their answers.
    :ivar number: the partition that is asked; None: all, and the answer is by their numbers.
    """

    first: tuple[RemoteCall[None], ...]
    number: int | None
    call: RemoteCall[object]


@dataclass(frozen=True)
class Failed:
    """
    Why a request came to nothing.

    :ivar code: of a refusal; empty: it was none.
    :ivar message: of a refusal, or of bad input.
    :ivar traceback: of anything else: the worker has ended over it.
    """

    code: str = ''
    message: str = ''
    traceback: str = ''
