"""
Candidates: who was considered for a task, at what cost, or why not.

They are kept with the decision, so that an explanation is a print-out of what was computed.
"""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.codes import ReasonCode, ReasonKind
from cobot_alloc.domain.identifiers import AgentId


def crew_name(agent_id: str, helper: str) -> str:
    """Return the name of an agent, or of an arm with the person who helps."""
    return f'{agent_id} with {helper}' if helper else agent_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """
    Why an agent is ruled out: a code for programs, a sentence for people.

    :ivar code: a ``ReasonCode``, or a word of another version of the product.
    """

    code: str
    text: str

    @property
    def kind(self) -> ReasonKind:
        """What it depends on; of a word that is not known, on the moment."""
        known = ReasonCode.known(self.code)
        return ReasonKind.TEMPORARY if known is None else known.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerm:
    """One term of a cost, in seconds-equivalent."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    An agent considered for a task, alone or with a helper.

    An agent with reasons is ruled out for now; it may have terms all the same (a busy arm
    has a cost, it is only not free).

    :ivar helper: the person who would work with the arm; empty: it would work alone.
    """

    agent_id: AgentId
    terms: tuple[CostTerm, ...] = ()
    reasons: tuple[Reason, ...] = ()
    chosen: bool = False
    helper: AgentId = AgentId('')

    @property
    def name(self) -> str:
        """Who it is, for people."""
        return crew_name(self.agent_id, self.helper)

    @property
    def is_eligible(self) -> bool:
        """Whether nothing rules the agent out now."""
        return not self.reasons

    @property
    def cost_s(self) -> float:
        """The sum of the terms."""
        return sum(term.seconds for term in self.terms)
