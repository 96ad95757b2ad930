"""Cases by what they are about and by their clocks."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from cobot_alloc.domain.case import Case, Subject, SubjectKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.identifiers import CaseId
from cobot_alloc.domain.lifecycles.case import CaseState


class CaseIndex:
    """Finds cases without a walk over all of them."""

    def __init__(self, state: CellState) -> None:
        """Take up the cases of a state."""
        self._about: dict[Subject, dict[CaseId, None]] = {}
        self._subjects: dict[CaseId, Subject] = {}
        self._clocks: list[tuple[float, CaseId]] = []
        for case_id in state.cases:
            self.refile(case_id, state)

    def refile(self, case_id: CaseId, state: CellState) -> None:
        """Take up what a case is now."""
        case = state.cases.get(case_id)
        if case is None:
            if (subject := self._subjects.pop(case_id, None)) is not None:
                about = self._about[subject]
                del about[case_id]
                if not about:
                    del self._about[subject]
            return
        self._subjects[case_id] = case.subject
        self._about.setdefault(case.subject, {})[case_id] = None
        if case.is_open:
            heappush(self._clocks, (clock_s(case), case_id))

    def about(self, subject: Subject, state: CellState) -> list[Case]:
        """Return the cases about a subject, open or not, the oldest first."""
        return [state.cases[case_id] for case_id in self._about.get(subject, ())]

    def open_about(self, subject: Subject, state: CellState) -> Case | None:
        """Return the open case about a subject, or None."""
        return next((case for case in self.about(subject, state) if case.is_open), None)

    def about_agents(self, state: CellState) -> Iterator[Case]:
        """Walk the cases that are about no task."""
        for subject, case_ids in self._about.items():
            if subject.kind is not SubjectKind.TASK:
                yield from map(state.cases.__getitem__, case_ids)

    def due(self, now_s: float, state: CellState) -> list[Case]:
        """Return the open cases whose clock has run out, the longest due first."""
        found = {}
        while self._clocks and self._clocks[0][0] <= now_s:
            _, case_id = heappop(self._clocks)
            case = state.cases.get(case_id)
            if case is not None and case.is_open and clock_s(case) <= now_s:
                found[case_id] = case
        for case in found.values():  # until it is dealt with, it is due
            heappush(self._clocks, (clock_s(case), case.case_id))
        return list(found.values())


def clock_s(case: Case) -> float:
    """Return the cell time at which an open case's clock runs out: of its claim, or of waiting."""
    return case.lease_until_s if case.state is CaseState.CLAIMED else case.due_s
