"""What a person should be told about a change of the view."""

from __future__ import annotations

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.case import Subject, SubjectKind
from cobot_alloc.domain.identifiers import CaseId
from cobot_alloc.tui.wording import plain, subject_name


def has_new_case(before: CellView, after: CellView) -> bool:
    """Tell whether a question came up that was not there before."""
    if not before.serial:
        return False
    return any(case.is_open and key not in before.cases for key, case in after.cases.items())


def closed_by_other(
    subject: Subject | None, before: CellView, after: CellView, *, actor: str
) -> str:
    """Say how the case that someone was looking at was closed; empty if it was not."""
    if subject is None or subject.kind is not SubjectKind.CASE:
        return ''
    was, now = before.cases.get(CaseId(subject.id)), after.cases.get(CaseId(subject.id))
    if was is None or not was.is_open or (now is not None and now.is_open):
        return ''
    if now is None or not now.resolved_by:
        return f'{subject_name(subject)} is closed: it settled by itself.'
    if now.resolved_by == actor:
        return ''
    return f'{subject_name(subject)} was answered by {now.resolved_by}: {plain(now.resolution)}.'


def reasons_to_stay(view: CellView, *, actor: str) -> tuple[str, ...]:
    """Say what would be left behind by quitting now."""
    waiting = sum(case.is_open for case in view.cases.values())
    reasons = []
    if waiting:
        noun = 'question waits' if waiting == 1 else 'questions wait'
        reasons.append(f'{waiting} {noun} for an answer.')
    if actor in view.people:
        reasons.append(f'{actor} stays signed on; to sign off first, go back and press c.')
    return tuple(reasons)
