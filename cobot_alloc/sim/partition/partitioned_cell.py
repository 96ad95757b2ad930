"""A simulated cell whose partitions are simulated in several processes, in lockstep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from cobot_alloc.application.arm_ports import ArmStatus, ZoneReading
from cobot_alloc.application.shapes import Shape
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import BadInput, Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.partition.merged_state import MergedState
from cobot_alloc.sim.partition.partition_cell import (
    freeze_sensing,
    PartitionCell,
    poison_sensing,
    restore_sensing,
)
from cobot_alloc.sim.partition.partitioning import partition_world, Partitioning
from cobot_alloc.sim.partition.remote_call import call, RemoteCall
from cobot_alloc.sim.partition.sync import PartitionStatus, SyncMessage
from cobot_alloc.sim.partition.worker_handle import WorkerHandle
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

T = TypeVar('T')


class PartitionedCell:
    """
    A cell of several partitions; implements ``application.arm_ports.CellWorld``.

    It is stepped like a ``SimulatedCell``, but what is simulated moves by slices of time, each
    as long as from one sighting of people to the next: with the last step of a slice, all
    partitions go through it side by side, and then tell each other what has moved. In between,
    the clock goes on and everything is seen as at the end of the last slice; whatever comes in
    counts from there on.

    The same world and the same calls give the same motions to the last bit, in whatever number
    of processes. They are not those of the same world in one physics.

    :ivar sensing: of all partitions; may be frozen and poisoned, for tests and trials.
    """

    def __init__(
        self,
        world: World,
        *,
        processes: int,
        partitioning: Partitioning | None = None,
        has_planners: bool = True,
    ) -> None:
        """
        Build the partitions, dealt out evenly over so many processes.

        :param partitioning: the partitions; None: they are looked for.
        :param has_planners: whether each partition has its planner in a process of its own.
        :raises BadInput: if the world names what there is not.
        """
        if processes < 1:
            raise BadInput(f'processes: got {processes}, expected at least 1')
        partitioning = partitioning or partition_world(world)
        self.world = world
        self.sensing = _Sensing(self._ask_all)
        self._dt = 1.0 / world.step_hz
        self._steps = 0
        self._slice_steps = slice_steps(world)
        self._ownership, self._partitions = partitioning.ownership, partitioning.partitions
        self._merged = MergedState(world, partitioning.partitions)
        self._reports: list[AttemptReport] = []
        self._statuses: dict[int, PartitionStatus] = {}
        self._workers: list[WorkerHandle] = []
        try:
            for number in range(min(processes, len(partitioning.partitions))):
                dealt = partitioning.partitions[number::processes]
                self._workers.append(
                    WorkerHandle(dealt, partitioning.ownership, has_planners=has_planners)
                )
            self._exchange()
        except Exception:
            self.close()
            raise

    @property
    def now_s(self) -> float:
        """Simulated time in seconds since the world was made."""
        return self._steps * self._dt

    @property
    def arm_ids(self) -> Sequence[AgentId]:
        """The arms of the cell."""
        return tuple(arm.agent_id for arm in self.world.arms)

    @property
    def process_ids(self) -> Sequence[int]:
        """The processes in which the partitions are."""
        return tuple(worker.process_id for worker in self._workers)

    def step(self) -> None:
        """
        Advance by one physics step; with the last one of a slice, everything moves.

        :raises WorldLost: if a process has ended.
        """
        self._steps += 1
        if self._steps % self._slice_steps == 0:
            for worker in self._workers:
                worker.ask(None, call(PartitionCell.run, self._slice_steps))
            self._exchange()

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm. Its report comes from ``take_reports``.

        :raises Refused: if there is no such arm, or it is busy.
        """
        self._ask(self._partition_of(agent_id), call(PartitionCell.begin, agent_id, task, fence))

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """Bring the attempt's motion to rest on its path and end it; False if not running."""
        return self._ask(self._partition_of(agent_id), call(PartitionCell.cancel, agent_id, fence))

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def arm_status(self, agent_id: AgentId) -> ArmStatus:
        """Return the arm as it was at the end of the last slice."""
        return self._status(self._partition_of(agent_id)).arms[agent_id]

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell; one that is not moving holds every arm."""
        self._ask_all(call(PartitionCell.set_cell_mode, mode))

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where the zones or the cell's mode do not allow it."""
        return self._ask(self._partition_of(agent_id), call(PartitionCell.resume, agent_id))

    def zone_readings(self) -> Sequence[ZoneReading]:
        """Return what the sensing says of every zone; one that cannot be told is occupied."""
        return self._merged.readings(self._status(it.number) for it in self._partitions)

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part at a location, as a person's hands would.

        :raises Refused: if there is no such part or location, an arm holds the part, or
            another part is in the way.
        """
        place, here = self.world.location(location), self._merged.owners.get(part, 0)
        there = here if place is None else self._ownership.owner(place.position)
        if part not in self._merged.owners or there == here:
            self._ask(here, call(PartitionCell.move_part, part, location))
            return
        self._call(there, call(PartitionCell.refuse_occupied, part, location))
        state = self._ask(here, call(PartitionCell.let_go, part))
        self._ask(there, call(PartitionCell.take_in, part, state))
        self._merged.owners[part] = there
        self._ask(there, call(PartitionCell.move_part, part, location))

    @property
    def hand_work(self) -> None:
        """None: a world with people is not partitioned."""
        return None

    def set_right(self, name: str) -> None:
        """
        Repair an arm or clear a station, as a person's hands would.

        :raises Refused: if there is nothing of that name that could be repaired.
        """
        for number in self._merged.concerned(name) or [0]:
            self._ask(number, call(PartitionCell.set_right, name))

    def part_position(self, part: str) -> Vector:
        """Return the true position of a part's middle, for display and tests."""
        return self._call(self._merged.owners[part], call(PartitionCell.part_position, part))

    def snapshot(self) -> CellSnapshot:
        """Return where everything was at the end of the last slice."""
        return self._merged.snapshot(self._call_all(call(PartitionCell.snapshot)))

    def shapes(self) -> Sequence[Shape]:
        """Return everything that there is to be shown but the zones, as simple shapes."""
        return tuple(self._merged.shapes(self._call_all(call(PartitionCell.shapes))))

    def fingerprint(self) -> dict[str, bytes]:
        """Return digests of the physics, thing by thing, to compare two runs to the last bit."""
        return self._merged.fingerprint(self._call_all(call(PartitionCell.fingerprint)))

    def close(self) -> None:
        """End the processes; a second call does nothing."""
        for worker in self._workers:
            worker.close()
        self._workers.clear()

    def _exchange(self) -> None:
        """Wait for what all partitions tell, and let each know of the others."""
        messages: dict[int, SyncMessage] = {}
        for worker in self._workers:
            messages |= worker.answer()
        broadcast = self._merged.broadcast(messages)
        for partition in self._partitions:
            self._reports += messages[partition.number].reports
        for worker in self._workers:
            worker.tell(call(PartitionCell.take_up, broadcast))
        self._statuses = {}

    def _status(self, number: int) -> PartitionStatus:
        if number not in self._statuses:
            self._statuses = self._call_all(call(PartitionCell.status))
        return self._statuses[number]

    def _ask(self, number: int, wanted: RemoteCall[T]) -> T:
        """Ask a partition for something that changes what it does."""
        self._statuses = {}
        return self._call(number, wanted)

    def _ask_all(self, wanted: RemoteCall[None]) -> None:
        self._statuses = {}
        self._call_all(wanted)

    def _call(self, number: int, wanted: RemoteCall[T]) -> T:
        worker = self._workers[number % len(self._workers)]
        worker.ask(number, wanted)
        answer: T = worker.answer()
        return answer

    def _call_all(self, wanted: RemoteCall[T]) -> dict[int, T]:
        for worker in self._workers:
            worker.ask(None, wanted)
        answers: dict[int, T] = {}
        for worker in self._workers:
            answers |= worker.answer()
        return dict(sorted(answers.items()))

    def _partition_of(self, agent_id: AgentId) -> int:
        try:
            return self._merged.arms[agent_id]
        except KeyError:
            raise Refused(RefusalCode.AGENT_UNKNOWN, f'the cell has no arm {agent_id!r}') from None


class _Sensing:
    """The sensing of all partitions at once."""

    def __init__(self, ask_all: Callable[[RemoteCall[None]], None]) -> None:
        self._ask_all = ask_all

    def freeze(self) -> None:
        """Deliver no more sightings: the latest one grows old."""
        self._ask_all(call(freeze_sensing))

    def poison(self) -> None:
        """Deliver sightings with positions that are not numbers."""
        self._ask_all(call(poison_sensing))

    def restore(self) -> None:
        """Work again."""
        self._ask_all(call(restore_sensing))


def slice_steps(world: World) -> int:
    """Return how many physics steps a slice has: those from one sighting to the next."""
    control = max(1, round(world.step_hz / world.control_hz))
    return max(1, round(world.step_hz / world.sensing.rate_hz / control)) * control
