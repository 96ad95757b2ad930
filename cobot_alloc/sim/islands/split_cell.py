"""A simulated cell whose islands are simulated in several processes, in lockstep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cobot_alloc.application.arm_ports import ArmStatus, ChoreReport, ZoneReading
from cobot_alloc.application.shapes import Shape
from cobot_alloc.application.world import Chore, World
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import BadInput, Refused
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.islands.hosting import Hosting
from cobot_alloc.sim.islands.news import News, View
from cobot_alloc.sim.islands.split import Split, split
from cobot_alloc.sim.islands.whole import Whole
from cobot_alloc.sim.scene.snapshot import Snapshot


class SplitCell:
    """
    A cell of several islands; implements ``application.arm_ports.CellWorld``.

    It is stepped like a ``SimulatedCell``, but what is simulated moves by slices of time, each
    as long as from one sighting of people to the next: with the last step of a slice, all
    islands go through it side by side, and then tell each other what has moved. In between,
    the clock goes on and everything is seen as at the end of the last slice; whatever comes in
    counts from there on.

    The same world and the same calls give the same motions to the last bit, in whatever number
    of processes. They are not those of the same world in one physics.

    :ivar sensing: of all islands; may be frozen and poisoned, for tests and trials.
    """

    def __init__(
        self, world: World, *, processes: int, found: Split | None = None, beside: bool = True
    ) -> None:
        """
        Build the islands, dealt out evenly over so many processes.

        :param found: the islands; None: they are looked for.
        :param beside: whether each island has its planner in a process of its own.
        :raises BadInput: if the world names what there is not.
        """
        if processes < 1:
            raise BadInput(f'processes: got {processes}, expected at least 1')
        found = found or split(world)
        self.world = world
        self.sensing = _Sensing(self)
        self._dt = 1.0 / world.step_hz
        self._steps = 0
        self._slice_steps = slice_steps(world)
        self._grounds, self._islands = found.grounds, found.islands
        self._whole = Whole(world, found.islands)
        self._reports: list[AttemptReport] = []
        self._views: dict[int, View] = {}
        self._hostings: list[Hosting] = []
        try:
            for number in range(min(processes, len(found.islands))):
                dealt = found.islands[number::processes]
                self._hostings.append(Hosting(dealt, found.grounds, planners_beside=beside))
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
        """The processes in which the islands are."""
        return tuple(hosting.process.pid for hosting in self._hostings)

    def step(self) -> None:
        """
        Advance by one physics step; with the last one of a slice, everything moves.

        :raises WorldLost: if a process has ended.
        """
        self._steps += 1
        if self._steps % self._slice_steps == 0:
            for hosting in self._hostings:
                hosting.ask(None, 'run', self._slice_steps)
            self._exchange()

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm. Its report comes from ``take_reports``.

        :raises Refused: if there is no such arm, or it is busy.
        """
        self._ask(self._island_of(agent_id), 'begin', agent_id, task, fence)

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """Bring the attempt's motion to rest on its path and end it; False if not running."""
        return bool(self._ask(self._island_of(agent_id), 'cancel', agent_id, fence))

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        reports, self._reports = self._reports, []
        return reports

    def arm_status(self, agent_id: AgentId) -> ArmStatus:
        """Return the arm as it was at the end of the last slice."""
        return self._view(self._island_of(agent_id)).arms[agent_id]

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell; one that is not moving holds every arm."""
        self._ask_all('set_cell_mode', mode)

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where the zones or the cell's mode do not allow it."""
        return bool(self._ask(self._island_of(agent_id), 'resume', agent_id))

    def zone_readings(self) -> Sequence[ZoneReading]:
        """Return what the sensing says of every zone; one that cannot be told is occupied."""
        return self._whole.readings(self._view(island.number) for island in self._islands)

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part at a location, as a person's hands would.

        :raises Refused: if there is no such part or location, an arm holds the part, or
            another part is in the way.
        """
        place, here = self.world.location(location), self._whole.owners.get(part, 0)
        there = here if place is None else self._grounds.owner(place.position)
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
        raise Refused(RefusalCode.PERSON_UNKNOWN, f'the cell has no person {person_id!r}')

    def part_position(self, part: str) -> Vector:
        """Return the true position of a part's middle, for display and tests."""
        return self._call(self._whole.owners[part], 'part_position', part)

    def snapshot(self) -> Snapshot:
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
        for hosting in self._hostings:
            hosting.close()
        self._hostings.clear()

    def _exchange(self) -> None:
        """Wait for the news of all islands, and let each know those of the others."""
        news: dict[int, News] = {}
        for hosting in self._hostings:
            news |= hosting.answer()
        bulletin = self._whole.bulletin(news)
        for island in self._islands:
            self._reports += news[island.number].reports
        for hosting in self._hostings:
            hosting.tell('hear', bulletin)
        self._views.clear()

    def _view(self, number: int) -> View:
        if number not in self._views:
            self._views = self._call_all('view')
        return self._views[number]

    def _ask(self, number: int, method: str, *arguments: Any) -> Any:
        """Ask an island for something that changes what it does."""
        self._views.clear()
        return self._call(number, method, *arguments)

    def _ask_all(self, method: str, *arguments: Any) -> None:
        self._views.clear()
        self._call_all(method, *arguments)

    def _call(self, number: int, method: str, *arguments: Any) -> Any:
        hosting = self._hostings[number % len(self._hostings)]
        hosting.ask(number, method, *arguments)
        return hosting.answer()

    def _call_all(self, method: str, *arguments: Any) -> dict[int, Any]:
        for hosting in self._hostings:
            hosting.ask(None, method, *arguments)
        answers: dict[int, Any] = {}
        for hosting in self._hostings:
            answers |= hosting.answer()
        return dict(sorted(answers.items()))

    def _island_of(self, agent_id: AgentId) -> int:
        try:
            return self._whole.arms[agent_id]
        except KeyError:
            raise Refused(RefusalCode.AGENT_UNKNOWN, f'the cell has no arm {agent_id!r}') from None


class _Sensing:
    """The sensing of all islands at once."""

    def __init__(self, cell: SplitCell) -> None:
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
