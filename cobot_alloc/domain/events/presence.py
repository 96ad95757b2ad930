"""Events about agents, zones and the cell's own mode and shift."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.events.base import Event
from cobot_alloc.domain.identifiers import AgentId, Fence, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRegistered(Event):
    """An agent is known, or known anew with other abilities."""

    agent: Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReturned(Event):
    """
    An agent can be reckoned with.

    :ivar boot_id: tells one run of an arm's process from another.
    """

    agent_id: AgentId
    boot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLost(Event):
    """An agent is silent or gone."""

    agent_id: AgentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentModeChanged(Event):
    """
    An arm reported another mode, or that it is held, or that its stop zone is clear.

    :ivar foreign: the attempt that the arm is at though it is not one that is waited for: a
        goal sent by hand, or one given up by a person while the arm was silent; 0 if none.
    """

    agent_id: AgentId
    mode: SafetyMode
    held: bool
    zone_clear: bool
    cause: str
    foreign: Fence = Fence(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChanged(Event):
    """An arm said that another tool is on than it had said before."""

    agent_id: AgentId
    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeGranted(Event):
    """A held arm may go on; the command may leave the process from now on."""

    agent_id: AgentId
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChanged(Event):
    """Someone entered or left a zone, or its sensing came or went."""

    zone_id: ZoneId
    occupied: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellModeChanged(Event):
    """The mode of the whole cell is another."""

    mode: SafetyMode
    by: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedOn(Event):
    """A person is there to be asked and, by skill, to be given tasks."""

    agent: Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedOff(Event):
    """A person is no longer there."""

    agent_id: AgentId
