"""A process that simulates some of the partitions of a world: ``python -m ... FD``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
import traceback

from cobot_alloc.child_process import serve
from cobot_alloc.domain.errors import BadInput, Refused
from cobot_alloc.sim.motion.planner_client import LocalPlanner
from cobot_alloc.sim.motion.remote_planner import RemotePlanner
from cobot_alloc.sim.partition.partition_cell import PartitionCell
from cobot_alloc.sim.partition.remote_call import Assignment, Failed, WorkerRequest


def work(line: Connection) -> None:
    """Build the partitions that are sent first, then do what is asked, until the line ends."""
    assignment: Assignment = line.recv()
    cells: dict[int, PartitionCell] = {}
    try:
        goes_on = _answer(line, lambda: _build(cells, assignment))
        while goes_on:
            request: WorkerRequest = line.recv()
            goes_on = _answer(line, lambda request=request: _do(cells, request))  # type: ignore[misc]
    finally:
        for cell in cells.values():
            cell.close()


def _build(cells: dict[int, PartitionCell], assignment: Assignment) -> Mapping[int, object]:
    planners: list[RemotePlanner] = []
    for partition in assignment.partitions:
        if assignment.has_planners:
            planners.append(RemotePlanner(partition.world))
        planner = planners[-1] if assignment.has_planners else LocalPlanner(partition.world)
        cell = PartitionCell(partition, assignment.ownership, planner=planner)
        cells[partition.number] = cell
    for remote in planners:
        remote.wait_until_ready()
    return {number: cell.sync_message() for number, cell in cells.items()}


def _do(cells: Mapping[int, PartitionCell], request: WorkerRequest) -> object:
    """Let all partitions do what comes first, then ask one of them, or all."""
    for cell in cells.values():
        for first in request.first:
            first.on(cell)
    if request.number is not None:
        return request.call.on(cells[request.number])
    return {number: request.call.on(cell) for number, cell in cells.items()}


def _answer(line: Connection, do: Callable[[], object]) -> bool:
    """Do something and send what comes of it; False if it cannot go on after that."""
    try:
        line.send(do())
    except Refused as refusal:
        line.send(Failed(code=refusal.code, message=str(refusal)))
    except BadInput as error:
        line.send(Failed(message=str(error)))
    except Exception:  # noqa: BLE001 - whatever it is, the other side has to know
        line.send(Failed(traceback=traceback.format_exc()))
        return False
    return True


if __name__ == '__main__':
    serve(work)
