"""The arms' ledger in memory, for tests and simulation."""

from __future__ import annotations

from collections.abc import Sequence

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence


class MemoryLedger:
    """What the arms remember of attempts, for as long as this object lives."""

    def __init__(self) -> None:
        """Begin an empty ledger."""
        self._reports: dict[tuple[AgentId, Fence], AttemptReport] = {}
        self._retired: dict[AgentId, Fence] = {}

    def highest(self, agent_id: AgentId) -> Fence:
        """Return the highest fence that the arm has seen, 0 if none."""
        return max((fence for arm, fence in self._reports if arm == agent_id), default=Fence(0))

    def find(self, agent_id: AgentId, fence: Fence) -> AttemptReport | None:
        """Return what is known of an attempt, or None."""
        return self._reports.get((agent_id, fence))

    def record(self, report: AttemptReport) -> None:
        """Remember a report; the latest one for an attempt counts."""
        self._reports[report.agent_id, report.fence] = report

    def unfinished(self) -> Sequence[AttemptReport]:
        """Return the attempts last recorded as running."""
        return [r for r in self._reports.values() if r.status is AttemptStatus.RUNNING]

    def retire(self, agent_id: AgentId, *, keep: int) -> None:
        """Forget an arm's oldest attempts, and remember up to which."""
        fences = sorted(fence for arm, fence in self._reports if arm == agent_id)
        for fence in fences[: max(0, len(fences) - keep)]:
            del self._reports[agent_id, fence]
            self._retired[agent_id] = fence

    def retired(self, agent_id: AgentId) -> Fence:
        """Return the fence up to which an arm's attempts were forgotten, 0 if none were."""
        return self._retired.get(agent_id, Fence(0))

    def close(self) -> None:
        """Nothing to let go of."""
