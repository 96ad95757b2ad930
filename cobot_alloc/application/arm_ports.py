"""What the arms' side needs from its shells: the simulated world and a durable ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cobot_alloc.application.shapes import Shape
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import Chore


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmStatus:
    """
    An arm at this instant.

    :ivar held: at rest on its path until someone resumes it.
    :ivar zone_clear: nobody in its stop zone, by fresh sensing.
    :ivar speed_scale: 0 to 1, of the planned speed.
    :ivar step: what the arm does now, in a few words; empty when idle.
    :ivar fence: of the attempt in hand, 0 when idle.
    :ivar joint_positions: radians, in the order of ``joint_names``.
    :ivar joint_velocities: radians per second.
    :ivar is_silent: it says nothing: nobody should hear its beats.
    :ivar separation_m: distance to the nearest person, infinite if nobody is seen.
    :ivar tool: the only one on its flange; empty where there are several, or none.
    """

    mode: SafetyMode
    held: bool
    zone_clear: bool
    speed_scale: float
    cause: str
    step: str
    progress: float
    task_id: TaskId | None
    fence: Fence
    joint_names: Sequence[str]
    joint_positions: Sequence[float]
    joint_velocities: Sequence[float]
    separation_m: float
    is_silent: bool = False
    tool: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneReading:
    """What the sensing says of a zone."""

    zone_id: ZoneId
    occupied: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoreReport:
    """
    What came of a chore that a person was asked to do.

    :ivar ticket: the number under which it was taken on.
    :ivar code: empty if it was done, as measured in the world; else why not, for programs.
    :ivar detail: why not, for people.
    """

    ticket: int
    person_id: str
    chore: Chore
    code: str = ''
    detail: str = ''

    @property
    def is_done(self) -> bool:
        """Whether the world is now as it was to be."""
        return not self.code


class SteppedWorld(Protocol):
    """
    A world in which time goes by step by step: the PyBullet simulation implements it.

    Everything happens in ``step``; no call blocks. Not for several threads.
    """

    @property
    def now_s(self) -> float:
        """Simulated time in seconds since the world was made."""

    def step(self) -> None:
        """Advance by one physics step: zones, arms, people, physics."""

    def close(self) -> None:
        """Release the physics engine."""


class ArmControl(Protocol):
    """The arms of a cell, and what they are at."""

    @property
    def arm_ids(self) -> Sequence[AgentId]:
        """The arms of the cell."""

    def arm_status(self, agent_id: AgentId) -> ArmStatus:
        """Return the arm at this instant."""

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm. Its report comes from ``take_reports``.

        :raises Refused: if the arm is busy.
        """

    def cancel(self, agent_id: AgentId, fence: Fence) -> bool:
        """Bring the attempt's motion to rest on its path and end it; False if not running."""

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""


class SafetyControl(Protocol):
    """What holds the arms, and lets them go on."""

    def set_cell_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the whole cell; one that is not moving holds every arm."""

    def resume(self, agent_id: AgentId) -> bool:
        """Let a held arm go on; False where the zones or the cell's mode do not allow it."""

    def zone_readings(self) -> Sequence[ZoneReading]:
        """Return what the sensing says of every zone."""


class PartHandling(Protocol):
    """What can be done to the parts of a simulated cell from outside."""

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part at a location, as a person's hands would.

        :raises Refused: if there is no such part or location, or an arm holds the part.
        """


class HandWork(Protocol):
    """The people of a simulated cell, who do chores when they are asked."""

    def ask(self, chore: Chore, person_id: str = '') -> int:
        """
        Ask a person to do something by hand: one of them, or whoever is helpful and free.

        :return: the number under which ``take_chore_reports`` will tell what came of it.
        :raises Refused: if nobody will do it, or it can be seen that it cannot be done.
        """

    def take_chore_reports(self) -> Sequence[ChoreReport]:
        """Return the reports of chores that ended since the last call."""


class CellWorld(SteppedWorld, ArmControl, SafetyControl, PartHandling, Protocol):
    """A whole cell that moves, as its node serves it."""

    @property
    def hand_work(self) -> HandWork | None:
        """What its people do by hand; None where there is nobody."""

    def shapes(self) -> Sequence[Shape]:
        """Return everything that there is to be shown but the zones, as simple shapes."""


class AttemptLedger(Protocol):
    """An arm's durable memory of attempts. Every write is durable when it returns."""

    def highest(self, agent_id: AgentId) -> Fence:
        """Return the highest fence that the arm has seen, 0 if none."""

    def find(self, agent_id: AgentId, fence: Fence) -> AttemptReport | None:
        """Return what is known of an attempt, or None."""

    def record(self, report: AttemptReport) -> None:
        """Remember a report; the latest one for an attempt counts."""

    def unfinished(self) -> Sequence[AttemptReport]:
        """Return the attempts last recorded as running."""

    def retire(self, agent_id: AgentId, *, keep: int) -> None:
        """Forget an arm's attempts but for the latest so many, and remember up to which."""

    def retired(self, agent_id: AgentId) -> Fence:
        """Return the fence up to which an arm's attempts were forgotten, 0 if none were."""

    def close(self) -> None:
        """Let go of the file."""
