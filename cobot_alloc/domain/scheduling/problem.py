"""
A scheduling problem: operations with alternative modes, and the agents that may do them.

Times are seconds of cell time. Operations are the tasks of a cell as the planner sees them;
nothing here knows of attempts, cases or zones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
import math

from cobot_alloc.domain.scheduling.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Strain:
    """What a mode asks of the person in it, in seconds of each kind of work."""

    heavy_s: float = 0.0
    repetitive_s: float = 0.0
    awkward_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """
    One way to do an operation: by an arm, by a person, or by several agents at once.

    :ivar agents: all of them are busy for the whole duration.
    :ivar duration_s: expected; zero is allowed.
    :ivar rework: probability that the work has to be done again.
    :ivar questions: to a person that are expected meanwhile.
    :ivar setup: what the first of its agents must be set up for, as a tool; empty: whatever it
        is. Whoever helps changes nothing.
    :ivar stilled: agents that can do nothing meanwhile, though it is not their work: arms that
        a person is near. They are set up for nothing, so a mode with a setup has none.
    """

    agents: tuple[str, ...]
    duration_s: float
    energy_j: float = 0.0
    rework: float = 0.0
    questions: float = 0.0
    strain: Strain = Strain()
    setup: str = ''
    stilled: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be a mode, naming the field."""
        if not self.agents or len(set(self.agents)) != len(self.agents):
            raise ValueError(f'agents must be one or more, each once, got {self.agents}')
        if not (math.isfinite(self.duration_s) and self.duration_s >= 0):
            raise ValueError(f'duration_s must be a number >= 0, got {self.duration_s}')
        if not 0 <= self.rework <= 1:
            raise ValueError(f'rework must be in 0..1, got {self.rework}')
        if self.setup and self.stilled:
            raise ValueError(f'a mode with setup {self.setup!r} stills nobody, got {self.stilled}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """
    An operation that has begun: it stays where it is.

    :ivar mode: index into the operation's modes.
    """

    mode: int
    started_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    One task as the planner sees it. Once begun it is not interrupted.

    :ivar modes: at least one.
    :ivar order_id: its order; empty if it belongs to none.
    :ivar predecessors: operations that must end before it starts.
    :ivar areas: exclusive areas that it occupies while it runs.
    :ivar planned: agents that the plan in force has reserved; empty if none.
    """

    task_id: str
    modes: tuple[Mode, ...]
    order_id: str = ''
    predecessors: tuple[str, ...] = ()
    earliest_start_s: float = 0.0
    deadline_s: float | None = None
    weight: float = 1.0
    areas: frozenset[str] = frozenset()
    planned: tuple[str, ...] = ()
    underway: Underway | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be an operation, naming it and the field."""
        if not self.modes:
            raise ValueError(f'{self.task_id}: modes must not be empty')
        if not math.isfinite(self.earliest_start_s):
            raise ValueError(
                f'{self.task_id}: earliest_start_s must be finite, got {self.earliest_start_s}'
            )
        if self.underway is not None and not 0 <= self.underway.mode < len(self.modes):
            raise ValueError(
                f'{self.task_id}: underway.mode must be below {len(self.modes)},'
                f' got {self.underway.mode}'
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTarget:
    """
    What is wanted of an order.

    :ivar arrived_s: its flow time counts from here.
    :ivar deadline_s: its lateness counts from here, or None.
    :ivar weight: of its flow time and lateness.
    """

    order_id: str
    arrived_s: float = 0.0
    deadline_s: float | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledAgent:
    """
    An agent as the planner sees it.

    :ivar free_from_s: not before; what is under way counts by itself.
    :ivar windows: (from, to) in which it may work, in order, none overlapping; empty: always.
    :ivar setup: what it is set up for now, or after what it has under way; empty: unknown.
    :ivar setup_s: seconds to change from one setup to another; what is not listed takes none.
        A change needs no window and no part: it may be done ahead.
    """

    agent_id: str
    free_from_s: float = 0.0
    windows: tuple[tuple[float, float], ...] = ()
    setup: str = ''
    setup_s: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse windows out of order."""
        edges = [edge for window in self.windows for edge in window]
        if edges != sorted(edges):
            raise ValueError(f'{self.agent_id}: windows must be in order, got {self.windows}')


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulingProblem:
    """
    Everything that a schedule depends on.

    :ivar now_s: nothing that is not under way starts earlier.
    """

    agents: tuple[ScheduledAgent, ...]
    operations: tuple[Operation, ...]
    policy: Policy
    orders: tuple[OrderTarget, ...] = ()
    now_s: float = 0.0

    def __post_init__(self) -> None:
        """Refuse names that are missing or twice, saying which."""
        agents = _unique('agent', [agent.agent_id for agent in self.agents])
        tasks = _unique('operation', [operation.task_id for operation in self.operations])
        orders = _unique('order', [order.order_id for order in self.orders]) | {''}
        for operation in self.operations:
            named = {a for mode in operation.modes for a in (*mode.agents, *mode.stilled)}
            strangers = named - agents
            missing = set(operation.predecessors) - tasks
            if strangers or missing or operation.order_id not in orders:
                raise ValueError(
                    f'{operation.task_id}: unknown agents {sorted(strangers)},'
                    f' predecessors {sorted(missing)} or order {operation.order_id!r}'
                )
            if operation.underway is not None and operation.underway.started_s > self.now_s:
                raise ValueError(
                    f'{operation.task_id}: underway.started_s must be <= {self.now_s},'
                    f' got {operation.underway.started_s}'
                )


def _unique(kind: str, names: list[str]) -> set[str]:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f'{kind} ids must be unique, twice: {twice}')
    return set(names)
