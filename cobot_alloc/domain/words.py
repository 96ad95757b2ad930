"""The words that may name something in a cell: codes of the product, and those it declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """
    What may be named in a cell.

    :ivar skills: of whoever works in it.
    :ivar failures: codes of failures.
    :ivar tools: of arms.
    """

    skills: frozenset[str] = frozenset(skill.value for skill in SkillCode)
    failures: frozenset[str] = frozenset(code.value for code in FailureCode)
    tools: frozenset[str] = frozenset(tool for skill in SkillCode for tool in skill.tools)

    def with_skills(self, skills: Iterable[str]) -> Words:
        """Return these, with skills of people."""
        return Words(
            skills=self.skills.union(skills), failures=self.failures, tools=self.tools
        )  # fmt: skip

    def with_listed(self, limits: Limits) -> Words:
        """Return these, with those that a cell's limits list."""
        return Words(
            skills=self.skills.union(limits.skills),
            failures=self.failures.union(limits.codes),
            tools=self.tools.union(limits.tools),
        )


#: Those of the product, where nothing else is known of a cell.
PRODUCT = Words()
