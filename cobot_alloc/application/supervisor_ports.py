"""
What the supervisor's side sees and does: views of a cell and the gateway to it.

The terminal, the command line and the scripted supervisor all work on these; none of them
knows a rule of the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cobot_alloc.application.account import Account
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import Action, Case, Subject
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import Chore

__all__ = [
    'AgentView',
    'Answer',
    'CellView',
    'ChoreInHand',
    'Explanation',
    'Offer',
    'Offers',
    'SupervisorGateway',
    'TaskView',
    'TurnTaker',
    'ZoneView',
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """
    A task as shown to a person.

    :ivar agent_id: who has it, or had it last; empty: nobody yet.
    :ivar helper: the person who works, or worked last, with that arm; empty: nobody.
    """

    task: Task
    state: TaskState
    version: int
    agent_id: str = ''
    helper: str = ''
    attempts: int = 0
    attempt: int = 0
    case_id: str = ''
    reason: str = ''
    duration_s: float = 0.0
    energy_j: float = 0.0
    decided_by: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneView:
    """A zone as shown to a person."""

    zone_id: str
    agent_id: str
    mode: SafetyMode
    occupied: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """An agent as shown to a person."""

    agent_id: str
    kind: str
    skills: tuple[str, ...]
    payload_kg: float
    health: str
    mode: SafetyMode
    held: bool
    cause: str = ''
    task_id: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """
    A cell as last heard of.

    :ivar now_s: cell time in seconds.
    :ivar connected: the allocator was heard lately; what is shown is current.
    :ivar serial: grows with every change, so that a screen knows when to redraw.
    """

    cell_id: str
    connected: bool = False
    serial: int = 0
    now_s: float = 0.0
    mode: SafetyMode = SafetyMode.UNKNOWN
    mode_cause: str = ''
    version: int = 0
    shift: Shift = Shift.UNATTENDED
    people: tuple[str, ...] = ()
    tasks: Mapping[str, TaskView] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    agents: Mapping[str, AgentView] = field(default_factory=dict)
    zones: Mapping[str, ZoneView] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What came of a request.

    :ivar reason_code: empty if done.
    """

    done: bool
    reason_code: str = ''
    message: str = ''
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """
    Why a task went where it went.

    :ivar account: its latest decision taken apart; None where only the text was sent.
    """

    text: str
    attempt: int = 0
    candidates: Sequence[Candidate] = ()
    account: Account | None = None


#: Asks what came of a chore; None while it is under way.
ChoreInHand: TypeAlias = Callable[[], Answer | None]


class SupervisorGateway(Protocol):
    """
    The one door to a cell. Calls block until answered or until their deadline.

    All calls raise ``Refused('no_answer', ...)`` when the allocator does not answer in time.
    They may be made from any one thread at a time; ``view`` from any thread at any time.
    """

    def view(self) -> CellView:
        """Return the cell as last heard of; never blocks."""

    def offers(self, subject: Subject) -> Offers:
        """
        Return what may be done about a subject now.

        :raises Refused: ``unknown_subject`` if the allocator does not know it.
        """

    def act(
        self,
        subject: Subject,
        action: Action,
        *,
        version: int,
        note: str = '',
        arguments: Mapping[str, str] | None = None,
        offer: Offer | None = None,
    ) -> Answer:
        """
        Act as the person whose key the gateway holds.

        Where the offer asserts where a part is and the cell is simulated, the gateway first
        has it made so: by a person of the cell who does it by hand, or where there is nobody
        helpful, at once.

        :raises Refused: ``not_so`` if that cannot be done.
        """

    def do_by_hand(self, chore: Chore, *, person_id: str = '') -> ChoreInHand | None:
        """
        Ask the people of a simulated cell to do something; never waits for it.

        :param person_id: who is asked; empty: whoever is helpful and free.
        :return: None where there is nobody to be asked: in a real cell, or without helpful
            people.
        """

    def submit(self, order_id: str, tasks: Sequence[Task], *, idempotency_key: str) -> Answer:
        """Submit an order; a repeated key gives the first answer again."""

    def explain(self, task_id: str) -> Explanation:
        """
        Return why the task went where it went.

        :raises Refused: ``unknown_task``.
        """

    def close(self) -> None:
        """Let go of the connection."""


class TurnTaker(SupervisorGateway, Protocol):
    """
    A gateway through which a supervisor looks and acts in turns.

    In lockstep the cell waits for each turn, and nothing changes during it but by what is done in
    it. Otherwise a turn comes every so often.
    """

    def begin_turn(self, within_s: float) -> bool:
        """Wait so many wall-clock seconds for a turn; False if it has not come."""

    def end_turn(self) -> None:
        """Let the cell go on."""
