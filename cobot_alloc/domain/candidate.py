"""
Candidates: who was considered for a task, at what cost, or why not.

They are kept with the decision, so that an explanation is a print-out of what was computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.identifiers import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an agent is ruled out: a code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerm:
    """One term of a cost, in seconds-equivalent."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    An agent considered for a task.

    An agent with reasons is ruled out for now; it may have terms all the same (a busy arm
    has a cost, it is only not free).
    """

    agent_id: AgentId
    terms: tuple[CostTerm, ...] = ()
    reasons: tuple[Reason, ...] = ()
    chosen: bool = False

    @property
    def is_eligible(self) -> bool:
        """Whether nothing rules the agent out now."""
        return not self.reasons

    @property
    def cost_s(self) -> float:
        """The sum of the terms."""
        return sum(term.seconds for term in self.terms)
