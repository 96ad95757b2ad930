"""Which offers are known, and whether they should be asked for again."""

from __future__ import annotations

from dataclasses import dataclass, field

from cobot_alloc.application.supervisor_ports import CellView, Offers
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.domain.identifiers import CaseId

#: How long a question may go without an answer, or after a failed one, until the next.
PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there are no offers."""

    code: str
    message: str


@dataclass(slots=True)
class _Page:
    circumstances: object
    asked_s: float
    offers: Offers | None = None
    refusal: Refusal | None = None


@dataclass(slots=True)
class OfferBook:
    """
    The latest offers by subject.

    Offers are good for one version of their subject. They may also depend on who is signed
    on and on which arm stands still, so those count as a change too.
    """

    _pages: dict[Subject, _Page] = field(default_factory=dict)

    def is_due(self, subject: Subject, view: CellView, *, monotonic_s: float) -> bool:
        """Tell whether the offers should be asked for now."""
        page = self._pages.get(subject)
        if not view.connected:
            return False
        if page is None or page.circumstances != circumstances(subject, view):
            return True
        return page.offers is None and monotonic_s - page.asked_s >= PATIENCE_S

    def ask(self, subject: Subject, view: CellView, *, monotonic_s: float) -> None:
        """Note that they were asked for; until they come, the old ones stay."""
        page = self._pages.setdefault(subject, _Page(None, 0.0))
        page.circumstances = circumstances(subject, view)
        page.asked_s = monotonic_s

    def keep(self, offers: Offers) -> None:
        """Note the offers that came, unless newer ones came first."""
        page = self._pages.setdefault(offers.subject, _Page(None, 0.0))
        if page.offers is None or offers.version >= page.offers.version:
            page.offers, page.refusal = offers, None

    def refuse(self, subject: Subject, refusal: Refusal) -> None:
        """Note that none came."""
        page = self._pages.setdefault(subject, _Page(None, 0.0))
        page.offers, page.refusal = None, refusal

    def doubt(self, subject: Subject) -> None:
        """Have them asked for again."""
        if subject in self._pages:
            self._pages[subject].circumstances = None

    def offers(self, subject: Subject) -> Offers | None:
        """Return the latest offers, or None."""
        page = self._pages.get(subject)
        return page.offers if page else None

    def refusal(self, subject: Subject) -> Refusal | None:
        """Return why there are none, or None."""
        page = self._pages.get(subject)
        return page.refusal if page else None


def version_shown(subject: Subject, view: CellView) -> int:
    """Return the subject's version as the view has it; 0 if the view has none."""
    if subject.kind is SubjectKind.CELL:
        return view.version
    if subject.kind is SubjectKind.CASE:
        case = view.cases.get(CaseId(subject.id))
        return case.version if case else 0
    if subject.kind is SubjectKind.TASK:
        task = view.tasks.get(subject.id)
        return task.version if task else 0
    return 0


def circumstances(subject: Subject, view: CellView) -> tuple[object, ...]:
    """Return what the offers on a subject may depend on, as far as the view shows it."""
    arms = [(arm.agent_id, arm.health, arm.mode, arm.held) for arm in view.agents.values()]
    return (
        version_shown(subject, view),
        view.version,
        view.mode,
        view.shift,
        view.people,
        tuple(sorted(arms)),
    )
