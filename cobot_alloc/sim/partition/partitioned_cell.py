"""A simulated cell whose partitions are simulated in several processes, in lockstep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cobot_alloc.application.arm_ports import ArmStatus, ChoreReport, ZoneReading
from cobot_alloc.application.shapes import Shape
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.errors import BadInput, Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.partition.merged_state import MergedState
from cobot_alloc.sim.partition.partitioning import partition_world, Partitioning
from cobot_alloc.sim.partition.sync import PartitionStatus, SyncMessage
from cobot_alloc.sim.partition.worker_handle import WorkerHandle
from cobot_alloc.sim.world import Chore, World
from cobot_alloc.sim.world.snapshot import CellSnapshot


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
        beside: bool = True,
    ) -> None:
        """
        Build the partitions, dealt out evenly over so many processes.

        :param partitioning: the partitions; None: they are looked for.
        :param beside: whether each partition has its planner in a process of its own.
        :raises BadInput: if the world names what there is not.
        """
        if processes < 1:
            raise BadInput(f'processes: got {processes}, expected at least 1')
        partitioning = partitioning or partition_world(world)
        self.world = world
        self.sensing = _Sensing(self)
        self._dt = 1.0 / world.step_hz
        self._steps = 0
        self._slice_steps = slice_steps(world)
        self._ownership, self._partitions = partitioning.ownership, partitioning.partitions
        self._whole = MergedState(world, partitioning.partitions)
        self._reports: list[AttemptReport] = []
        self._views: dict[int, PartitionStatus] = {}
        self._workers: list[WorkerHandle] = []
        try:
            for number in range(min(processes, len(partitioning.partitions))):
                dealt = partitioning.partitions[number::processes]
                self._workers.append(
                    WorkerHandle(dealt, partitioning.ownership, planners_beside=beside)
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
        return tuple(worker_handle.process.pid for worker_handle in self._workers)

    def step(self) -> None:
        """
        Advance by one physics step; with the last one of a slice, everything moves.

        :raises WorldLost: if a process has ended.
        """
        self._steps += 1
        if self._steps % self._slice_steps == 0:
            for worker_handle in self._workers:
                worker_handle.ask(None, 'run', self._slice_steps)
            self._exchange()

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm. Its report comes from ``take_reports``.

        :raises Refused: if there is no such arm, or it is busy.
        """
        self._ask(self._partition_of(agent_id), 'begin', agent_id, task, fence)

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """Bring the attempt's motion to rest on its path and end it; False if not running."""
        return bool(self._ask(self._partition_of(agent_id), 'cancel', agent_id, fence))

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def arm_status(self, agent_id: AgentId) -> ArmStatus:
        """Return the arm as it was at the end of the last slice."""
        return self._view(self._partition_of(agent_id)).arms[agent_id]

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell; one that is not moving holds every arm."""
        self._ask_all('set_cell_mode', mode)

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where the zones or the cell's mode do not allow it."""
        return bool(self._ask(self._partition_of(agent_id), 'resume', agent_id))

    def zone_readings(self) -> Sequence[ZoneReading]:
        """Return what the sensing says of every zone; one that cannot be told is occupied."""
        return self._whole.readings(self._view(partition.number) for partition in self._partitions)

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part at a location, as a person's hands would.

        :raises Refused: if there is no such part or location, an arm holds the part, or
            another part is in the way.
        """
        place, here = self.world.location(location), self._whole.owners.get(part, 0)
        there = here if place is None else self._ownership.owner(place.position)
        if part not in self._whole.owners or there == here:
            self._ask(here, 'move_part', part, location)
            return
        self._call(there, 'refuse_occupied', part, location)
        self._ask(there, 'take_in', part, self._ask(here, 'let_go', part))
        self._whole.owners[part] = there
        self._ask(there, 'move_part', part, location)

    def ask(self, chore: Chore, person_id: str = '') -> int:
        """
        Ask a person to do something by hand.

        :raises Refused: always: a world with people is not split.
        """
        return int(self._ask(0, 'ask', chore, person_id))

    def take_chore_reports(self) -> Sequence[ChoreReport]:
        """Return nothing: there is nobody."""
        return ()

    def set_right(self, name: str) -> None:
        """
        Repair an arm or clear a station, as a person's hands would.

        :raises Refused: if there is nothing of that name that could be repaired.
        """
        for number in self._whole.concerned(name) or [0]:
            self._ask(number, 'set_right', name)

    def people(self) -> Sequence[tuple[str, Vector]]:
        """Return nothing: there is nobody."""
        return ()

    def place_person(self, person_id: str, at: tuple[float, float]) -> None:
        """
        Put a person somewhere on the floor, for tests and trials.

        :raises Refused: always: a world with people is not split.
        """
        raise Refused('person_unknown', f'the cell has no person {person_id!r}')

    def part_position(self, part: str) -> Vector:
        """Return the true position of a part's middle, for display and tests."""
        return self._call(self._whole.owners[part], 'part_position', part)

    def snapshot(self) -> CellSnapshot:
        """Return where everything was at the end of the last slice."""
        return self._whole.snapshot(self._call_all('snapshot'))

    def shapes(self) -> Sequence[Shape]:
        """Return everything that there is to be shown but the zones, as simple shapes."""
        return tuple(self._whole.shapes(self._call_all('shapes')))

    def fingerprint(self) -> dict[str, bytes]:
        """Return digests of the physics, thing by thing, to compare two runs to the last bit."""
        return self._whole.fingerprint(self._call_all('fingerprint'))

    def close(self) -> None:
        """End the processes; a second call does nothing."""
        for worker_handle in self._workers:
            worker_handle.close()
        self._workers.clear()

    def _exchange(self) -> None:
        """Wait for the news of all partitions, and let each know those of the others."""
        news: dict[int, SyncMessage] = {}
        for worker_handle in self._workers:
            news |= worker_handle.answer()
        bulletin = self._whole.bulletin(news)
        for partition in self._partitions:
            self._reports += news[partition.number].reports
        for worker_handle in self._workers:
            worker_handle.tell('hear', bulletin)
        self._views.clear()

    def _view(self, number: int) -> PartitionStatus:
        if number not in self._views:
            self._views = self._call_all('view')
        return self._views[number]

    def _ask(self, number: int, method: str, *arguments: Any) -> Any:
        """Ask a partition for something that changes what it does."""
        self._views.clear()
        return self._call(number, method, *arguments)

    def _ask_all(self, method: str, *arguments: Any) -> None:
        self._views.clear()
        self._call_all(method, *arguments)

    def _call(self, number: int, method: str, *arguments: Any) -> Any:
        worker_handle = self._workers[number % len(self._workers)]
        worker_handle.ask(number, method, *arguments)
        return worker_handle.answer()

    def _call_all(self, method: str, *arguments: Any) -> dict[int, Any]:
        for worker_handle in self._workers:
            worker_handle.ask(None, method, *arguments)
        planner: dict[int, Any] = {}
        for worker_handle in self._workers:
            planner |= worker_handle.answer()
        return dict(sorted(planner.items()))

    def _partition_of(self, agent_id: AgentId) -> int:
        try:
            return self._whole.arms[agent_id]
        except KeyError:
            raise Refused('agent_unknown', f'the cell has no arm {agent_id!r}') from None


class _Sensing:
    """The sensing of all partitions at once."""

    def __init__(self, cell: PartitionedCell) -> None:
        self._cell = cell

    def freeze(self) -> None:
        """Deliver no more sightings: the latest one grows old."""
        self._cell._ask_all('sensing.freeze')

    def poison(self) -> None:
        """Deliver sightings with positions that are not numbers."""
        self._cell._ask_all('sensing.poison')

    def restore(self) -> None:
        """Work again."""
        self._cell._ask_all('sensing.restore')


def slice_steps(world: World) -> int:
    """Return how many physics steps a slice has: those from one sighting to the next."""
    control = max(1, round(world.step_hz / world.control_hz))
    return max(1, round(world.step_hz / world.sensing.rate_hz / control)) * control
