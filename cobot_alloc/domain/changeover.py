"""A changeover: an agent is set up for something else than before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeover:
    """
    What is to be changed on an agent for a task.

    :ivar before: what it is set up for; empty: unknown.
    :ivar after: what the task needs; empty: whatever it is set up for will do.
    :ivar is_tool: whether that is a tool, and not the family of a rule.
    :ivar seconds: expected; 0 where nothing is changed.
    """

    before: str = ''
    after: str = ''
    is_tool: bool = False
    seconds: float = 0.0
