"""Inputs: everything that can happen to a cell enters as one of these."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.identifiers import AgentId, Fence, OrderId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitOrder:
    """
    Take on these tasks, or none of them.

    Times in the tasks count from acceptance.
    """

    order_id: OrderId
    idempotency_key: str
    requester: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HearArm:
    """
    An arm announced itself or beat.

    :ivar fence_in_hand: the attempt that the arm is at by its own word, 0 if none.
    :ivar highest_fence: the highest that the arm has seen; a goal sent to it by hand may have
        one that the allocator never gave out.
    :ivar tool: the tool that is on; empty: the arm does not say.
    """

    agent: Agent
    boot_id: str
    mode: SafetyMode
    held: bool
    zone_clear: bool
    cause: str = ''
    fence_in_hand: Fence = Fence(0)
    highest_fence: Fence = Fence(0)
    tool: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAgain:
    """The allocator was away: what the arms said last may no longer be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissAgent:
    """An arm has been silent for too long."""

    agent_id: AgentId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAttempt:
    """An arm said what became of an attempt."""

    report: AttemptReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadZone:
    """The sensing says something of a zone."""

    zone_id: ZoneId
    occupied: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAction:
    """
    A named person acts. Who they are was verified before.

    :ivar person: the actor as an agent, needed to sign on.
    """

    request_id: str
    actor: str
    subject: Subject
    action: Action
    version: int
    note: str = ''
    arguments: tuple[tuple[str, str], ...] = ()
    person: Agent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPlan:
    """
    A plan was found.

    :ivar cost_s: by the policy, from now on, in seconds; ``instead_of_s`` that of the plan in
        force, for the same work at the same time, or None if there is none or it leaves work
        out.
    :ivar policy: the policy's name.
    :ivar origin: what found it.
    """

    reservations: tuple[Reservation, ...]
    cost_s: float
    instead_of_s: float | None
    policy: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassTime:
    """Time went by."""


Input = (
    SubmitOrder
    | HearArm
    | StartAgain
    | MissAgent
    | ReportAttempt
    | ReadZone
    | TakeAction
    | AdoptPlan
    | PassTime
)
