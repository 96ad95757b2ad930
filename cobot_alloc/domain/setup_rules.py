"""
Setup rules: what agents are set up for, and how long a changeover takes.

Between tasks of one setup family nothing is changed. Without a rule, a task's family is the
tool that its skill needs.
"""

from __future__ import annotations

from dataclasses import dataclass
import math

from cobot_alloc.domain.experience.evidence import kind_of_part
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.task import Task

#: Stands for every setup, and for one that is not known.
ANY = 'any'


def _key(field: str) -> str:
    """Return a field's key in files: ``from`` is a word of the language."""
    return field.rstrip('_')


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRule:
    """
    Tasks of this skill, kind of part and station belong to the setup family.

    :ivar skill: empty: any; ``part`` and ``station`` likewise.
    :ivar part: a part's name without its number.
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    family: str
    skill: str = ''
    part: str = ''
    station: str = ''

    def __post_init__(self) -> None:
        """Refuse a family without a name."""
        if self.family in ('', ANY):
            raise ValueError(f'family must be a name other than {ANY!r}, got {self.family!r}')

    def matches(self, task: Task) -> bool:
        """Tell whether a task belongs to the family by this rule."""
        return (
            self.skill in ('', task.skill)
            and self.part in ('', kind_of_part(task.part))
            and self.station in ('', task.station)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupRule:
    """
    How long an agent takes from one setup to another.

    :ivar agent: empty: every agent.
    :ivar from_: a tool or family, or ``any``; ``to`` likewise.
    """

    __pydantic_config__ = {'extra': 'forbid', 'alias_generator': _key}  # noqa: RUF012

    from_: str
    to: str
    seconds: float
    agent: AgentId = AgentId('')

    def __post_init__(self) -> None:
        """Refuse a time that is none, and a setup without a name."""
        if not (self.from_ and self.to):
            raise ValueError(
                f'from and to must be names or {ANY!r}, got {self.from_!r}, {self.to!r}'
            )
        if not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise ValueError(f'seconds must be a number >= 0, got {self.seconds}')

    def matches(self, agent_id: AgentId, before: str, after: str) -> bool:
        """Tell whether it is about this agent's change from one setup to another."""
        return (
            self.agent in ('', agent_id)
            and self.from_ in (ANY, before)
            and self.to in (ANY, after)
        )
