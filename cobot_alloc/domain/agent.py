"""Agents: whoever can be given a task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

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

    :ivar reach_m: from ``base``; for a person, who walks, infinite.
    :ivar base: position of the base in frame ``world``.
    """

    agent_id: AgentId
    kind: AgentKind
    skills: frozenset[str]
    payload_kg: float
    reach_m: float
    base: Vector = (0.0, 0.0, 0.0)
