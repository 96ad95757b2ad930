"""What the ends of attempts, hand-overs and questions teach."""

from __future__ import annotations

from dataclasses import replace

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.attempt import Attempt, AttemptOutcome
from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.experience.evidence import (
    changeover_skill,
    Evidence,
    Lesson,
    Scope,
    scopes,
)
from cobot_alloc.domain.failure import Measurements, OF_THE_ARM
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.labour import spell, with_joules, with_spell

#: Scopes that are kept; what has not been added to for longest is forgotten first.
KEPT_SCOPES = 1000


def learn_from_arm(draft: CellState, record: TaskRecord, fence: Fence) -> None:
    """Learn from an attempt that has just ended, of the arm and of who helped it."""
    attempt = next(a for a in record.attempts if a.fence == fence)
    measured = attempt.measurements
    if measured is None or attempt.ended_s is None:
        return  # refused or abandoned: nothing was measured
    joules = measured.energy_j if measured.electrical_j is None else measured.electrical_j
    draft.energy[attempt.agent_id] = with_joules(
        draft.energy.get(attempt.agent_id), joules=max(0.0, joules), at_s=attempt.ended_s
    )
    chain = _chain(record, attempt)
    if attempt.helper and attempt.outcome is AttemptOutcome.SUCCEEDED:
        seconds = _at_work_s(attempt, measured)
        _add_spell(draft, record, attempt.helper, ended_s=attempt.ended_s, seconds=seconds)
    if _teaches(attempt):
        at_work_s = _at_work_s(attempt, measured)
        work_s = _without(at_work_s, _setup_s(record, measured))
        drawn_j = measured.electrical_j
        lesson = Lesson(
            seconds=work_s,
            succeeded=attempt.outcome is AttemptOutcome.SUCCEEDED,
            # A changeover draws as much as the work, as far as is known.
            joules=drawn_j * work_s / at_work_s if drawn_j is not None and at_work_s else drawn_j,
        )
        _learn(draft, chain, lesson)
        _learn_changeover(draft, record, attempt, measured)
    else:
        hours = max(0.0, measured.duration_s) / 3600.0
        for scope in chain:
            known = draft.experience.get(scope)
            if known is not None:
                draft.experience[scope] = replace(known, hours=known.hours + hours)


def _chain(record: TaskRecord, attempt: Attempt) -> tuple[Scope, ...]:
    task, together = record.task, bool(attempt.helper)
    return scopes(task.skill, AgentKind.ARM, attempt.agent_id, task.part, together=together)


def _at_work_s(attempt: Attempt, measured: Measurements) -> float:
    """
    Return its duration without what it was held: people's ways are not the arm's work.

    But those of its helper are: an arm is held while they work beside it.
    """
    if attempt.helper:
        return measured.duration_s
    held_s = attempt.held_s
    if attempt.held_since_s is not None and attempt.ended_s is not None:
        held_s += attempt.ended_s - attempt.held_since_s
    return _without(measured.duration_s, held_s)


def _without(duration_s: float, part_s: float) -> float:
    # Both are times of the cell; where they do not fit, the arm's own word counts.
    return duration_s - part_s if part_s < duration_s else duration_s


def _setup_s(record: TaskRecord, measured: Measurements) -> float:
    """Return what of the duration was a changeover, by measurement or as it was expected."""
    return record.changeover.seconds if measured.setup_s is None else measured.setup_s


def _learn_changeover(
    draft: CellState, record: TaskRecord, attempt: Attempt, measured: Measurements
) -> None:
    change = record.changeover
    if not change.seconds or measured.setup_s is None:
        return
    skill = changeover_skill(change.before, change.after)
    chain = scopes(skill, AgentKind.ARM, attempt.agent_id, '')
    _learn(draft, chain, Lesson(seconds=measured.setup_s, succeeded=True))


def _teaches(attempt: Attempt) -> bool:
    if attempt.outcome is AttemptOutcome.SUCCEEDED:
        return True
    failure = attempt.failure
    failed = attempt.outcome is AttemptOutcome.FAILED and failure is not None
    return failed and failure is not None and failure.phase in OF_THE_ARM


def learn_from_person(draft: CellState, record: TaskRecord, *, ended_s: float) -> None:
    """
    Learn from a task that a person has just done.

    What is known is the time from the hand-over to their word that it is done, less the
    changeover that was expected.
    """
    if record.handed_s is None or record.agent_id is None:
        return
    seconds = _without(ended_s - record.handed_s, record.changeover.seconds)
    chain = scopes(record.task.skill, AgentKind.PERSON, record.agent_id, record.task.part)
    _learn(draft, chain, Lesson(seconds=seconds, succeeded=True))
    _add_spell(draft, record, record.agent_id, ended_s=ended_s, seconds=seconds)


def _add_spell(
    draft: CellState, record: TaskRecord, person: AgentId, *, ended_s: float, seconds: float
) -> None:
    new = spell(record.task, ended_s=ended_s, seconds=seconds)
    draft.labour[person] = with_spell(draft.labour.get(person, ()), new)


def learn_from_question(draft: CellState, record: TaskRecord) -> None:
    """Count a question to a person about what an arm has just tried."""
    attempt = record.attempt
    if attempt is None:
        return
    for scope in _chain(record, attempt):
        known = draft.experience.get(scope, Evidence())
        draft.experience[scope] = known.with_exception()


def _learn(draft: CellState, chain: tuple[Scope, ...], lesson: Lesson) -> None:
    experience = draft.experience
    widest = experience.get(chain[0])
    skill_runs = 1 if widest is None else widest.runs + 1
    for scope in chain:
        known = experience.pop(scope, None) or Evidence(skill_runs=skill_runs - 1)
        experience[scope] = known.with_lesson(lesson, skill_runs=skill_runs)
    while len(experience) > KEPT_SCOPES:
        del experience[next(iter(experience))]
