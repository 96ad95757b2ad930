"""
A process that simulates some of the partitions of a world.

It is joined to the one that started it by a pair of sockets: where one side ends, however it
ends, the other reads the end of the line. What it writes on its standard output is PyBullet's
and is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
import signal
import sys
import traceback
from typing import Any

from cobot_alloc.domain.errors import BadInput, Refused
from cobot_alloc.sim.motion.planner_client import LocalPlanner, PlannerBackend
from cobot_alloc.sim.motion.remote_planner import RemotePlanner
from cobot_alloc.sim.partition.partition_cell import PartitionCell
from cobot_alloc.sim.partition.partitioning import Partition
from cobot_alloc.sim.partition.workspace import Ownership

#: How an answer begins: what was asked for, a refusal, bad input, or what went wrong.
DONE, REFUSED, BAD_INPUT, BROKEN = 'done', 'refused', 'bad_input', 'broken'


def serve(line: Connection) -> None:
    """Build the partitions that are sent first, then do what is asked, until the line ends."""
    partitions, ownership, beside = line.recv()
    cells: dict[int, PartitionCell] = {}
    try:
        if not _answered(line, partial(_build, cells, partitions, ownership, beside)):
            return
        while True:
            message = line.recv()
            if not _answered(line, partial(_do, cells, *message)):
                return
    finally:
        for cell in cells.values():
            cell.close()


def _build(
    cells: dict[int, PartitionCell],
    partitions: Sequence[Partition],
    ownership: Ownership,
    beside: bool,
) -> dict[int, Any]:
    planners: list[RemotePlanner] = []
    for partition in partitions:
        planner: PlannerBackend
        if beside:
            planner = RemotePlanner(partition.world)
            planners.append(planner)
        else:
            planner = LocalPlanner(partition.world)
        cells[partition.number] = PartitionCell(partition, ownership, planner=planner)
    for planner in planners:
        planner.wait_until_ready()
    return {number: cell.news() for number, cell in cells.items()}


def _do(
    cells: dict[int, PartitionCell],
    told: Sequence[tuple[str, tuple[Any, ...]]],
    number: int | None,
    method: str,
    arguments: tuple[Any, ...],
) -> Any:
    """Let all partitions know what they are told, then ask one of them or, with None, all."""
    for cell in cells.values():
        for name, what in told:
            _call(cell, name, what)
    if number is not None:
        return _call(cells[number], method, arguments)
    return {name: _call(cell, method, arguments) for name, cell in cells.items()}


def _call(cell: PartitionCell, method: str, arguments: tuple[Any, ...]) -> Any:
    asked: Any = cell
    for name in method.split('.'):
        asked = getattr(asked, name)
    return asked(*arguments)


def _answered(line: Connection, do: Callable[[], Any]) -> bool:
    """Do something and send what comes of it; False if it went wrong."""
    answer = _outcome(do)
    line.send(answer)
    return answer[0] != BROKEN


def _outcome(do: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return DONE, do()
    except Refused as refusal:
        return REFUSED, (refusal.code, str(refusal))
    except BadInput as error:
        return BAD_INPUT, str(error)
    except Exception:  # noqa: BLE001 - whatever it is, the other side has to know
        return BROKEN, traceback.format_exc()


def main() -> None:
    """Serve on the socket whose number is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other side
    with suppress(EOFError, ConnectionError):
        serve(Connection(int(sys.argv[1])))


if __name__ == '__main__':
    main()
