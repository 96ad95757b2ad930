"""The rules of a cell: everything that is configured and that a decision may depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.reactions import ReactionRule
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.words import Words
from cobot_alloc.domain.zone import ExclusiveArea, Zone

#: Pairs the rows (tasks) and columns (agents) of a cost matrix in seconds at the least sum.
#: Infinite entries are never paired. It must give the same answer for the same matrix.
Pairing = Callable[[Sequence[Sequence[float]]], Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRules:
    """
    What a decision may depend on beside the state, the input and the time.

    :ivar reactions: ordered, the first match answers a failure.
    :ivar locations: named places, positions in frame ``world``.
    :ivar belts: named places on belts, to the belt that each is on.
    :ivar single_places: named places that hold one part; of the others nothing is known.
    :ivar tools: what each arm has at its end, of those that are known.
    :ivar unreachable: named places near enough for an arm that its kinematics does not bring
        its tools to.
    :ivar words: that orders may use, beside the skills of whoever is known; None: any.
    """

    reactions: tuple[ReactionRule, ...]
    limits: Limits
    pair: Pairing
    locations: Mapping[str, Vector] = field(default_factory=dict)
    zones: tuple[Zone, ...] = ()
    areas: tuple[ExclusiveArea, ...] = ()
    belts: Mapping[str, str] = field(default_factory=dict)
    single_places: frozenset[str] = frozenset()
    tools: Mapping[AgentId, frozenset[str]] = field(default_factory=dict)
    unreachable: Mapping[AgentId, frozenset[str]] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=Preferences)
    words: Words | None = None

    def areas_of(self, task: Task) -> frozenset[str]:
        """Return the exclusive areas that the task reaches into."""
        ends = {task.source, task.target}
        return frozenset(area.area_id for area in self.areas if area.locations & ends)

    def stop_zones(self, agent_id: AgentId) -> tuple[Zone, ...]:
        """Return the zones that stop the arm."""
        return tuple(
            zone
            for zone in self.zones
            if zone.agent_id == agent_id and zone.mode is SafetyMode.STOPPED
        )
