"""Agents: whoever can be given a task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
import math

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.identifiers import AgentId


class AgentKind(str, Enum):
    """The two kinds of agents."""

    ARM = 'arm'
    PERSON = 'person'


class Health(str, Enum):
    """Whether an agent can be reckoned with."""

    READY = 'ready'
    OFFLINE = 'offline'  #: silent, signed off, or never heard of since the start


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """
    What an agent can do.

    :ivar reach_m: from ``base``; None for one who can walk there.
    :ivar base: position of the base in frame ``world``.
    :ivar certificates: what a person was trained and examined for.
    """

    agent_id: AgentId
    kind: AgentKind
    skills: frozenset[str]
    payload_kg: float
    reach_m: float | None
    base: Vector = (0.0, 0.0, 0.0)
    certificates: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Keep a reach without end as None, which every record format can hold."""
        if self.reach_m is not None and not math.isfinite(self.reach_m):
            object.__setattr__(self, 'reach_m', None)
