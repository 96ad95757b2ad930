"""Between the desk's records and messages: cases, subjects, actions, offers, candidates."""

from __future__ import annotations

from cobot_alloc.domain.candidate import Candidate, CostTerm, Reason
from cobot_alloc.domain.case import Action, Case, Subject, SubjectKind
from cobot_alloc.domain.identifiers import AgentId, CaseId
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.offer import Offer
from cobot_alloc.ros.conversions import bounded_text, failure_from_msg, failure_to_msg, member_of
from cobot_alloc_msgs import msg


def case_to_msg(case: Case) -> msg.Case:
    """Return a case as a message."""
    return msg.Case(
        case_id=case.case_id,
        state=case.state.value,
        version=case.version,
        subject_kind=case.subject.kind.value,
        subject_id=case.subject.id,
        title=case.title,
        question=case.question,
        failure=failure_to_msg(case.failure),
        agent_id=case.agent_id or '',
        count=case.count,
        level=case.level,
        priority=case.priority,
        hazardous=case.hazardous,
        opened_s=float(case.opened_s),
        due_s=float(case.due_s),
        claimed_by=case.claimed_by,
        lease_until_s=float(case.lease_until_s),
        resolved_by=case.resolved_by,
        resolution=case.resolution,
        note=case.note,
    )


def case_from_msg(message: msg.Case) -> Case:
    """
    Return the case of a message.

    :raises ValueError: if an enumerated field has no such value.
    """
    failure = failure_from_msg(message.failure)
    if failure is None:
        raise ValueError('failure.phase: got an empty text, expected a phase')
    return Case(
        case_id=CaseId(message.case_id),
        state=member_of(CaseState, 'state', message.state),
        version=message.version,
        subject=subject_from_msg(message.subject_kind, message.subject_id),
        title=message.title,
        question=message.question,
        failure=failure,
        agent_id=AgentId(message.agent_id) if message.agent_id else None,
        count=message.count,
        level=message.level,
        priority=message.priority,
        hazardous=message.hazardous,
        opened_s=message.opened_s,
        due_s=message.due_s,
        claimed_by=message.claimed_by,
        lease_until_s=message.lease_until_s,
        resolved_by=message.resolved_by,
        resolution=message.resolution,
        note=message.note,
    )


def subject_from_msg(kind: str, subject_id: str) -> Subject:
    """
    Return the subject that a message names.

    :raises ValueError: if there is no such kind of subject.
    """
    return Subject(
        member_of(SubjectKind, 'subject_kind', kind),
        bounded_text('subject_id', subject_id, most=256),
    )


def action_from_msg(action: str) -> Action:
    """
    Return the action that a message names.

    :raises ValueError: if there is no such action.
    """
    return member_of(Action, 'action', action)


def offer_to_msg(offer: Offer) -> msg.AvailableAction:
    """Return an offer as a message."""
    return msg.AvailableAction(
        action=offer.action.value,
        label=offer.label,
        key=offer.key,
        help=offer.help,
        needs_note=offer.needs_note,
        asserts_part=offer.asserts_part,
        asserts_location=offer.asserts_location,
    )


def offer_from_msg(message: msg.AvailableAction) -> Offer:
    """
    Return the offer of a message.

    :raises ValueError: if there is no such action.
    """
    return Offer(
        action=action_from_msg(message.action),
        label=message.label,
        key=message.key,
        help=message.help,
        needs_note=message.needs_note,
        asserts_part=message.asserts_part,
        asserts_location=message.asserts_location,
    )


def candidate_to_msg(candidate: Candidate) -> msg.Candidate:
    """Return a candidate as a message."""
    return msg.Candidate(
        agent_id=candidate.agent_id,
        helper=candidate.helper,
        chosen=candidate.chosen,
        terms=[msg.CostTerm(name=t.name, seconds=float(t.seconds)) for t in candidate.terms],
        reasons=[msg.Reason(code=r.code, text=r.text) for r in candidate.reasons],
    )


def candidate_from_msg(message: msg.Candidate) -> Candidate:
    """Return the candidate of a message."""
    return Candidate(
        agent_id=AgentId(message.agent_id),
        helper=AgentId(message.helper),
        chosen=message.chosen,
        terms=tuple(CostTerm(name=t.name, seconds=t.seconds) for t in message.terms),
        reasons=tuple(Reason(code=r.code, text=r.text) for r in message.reasons),
    )
