"""What waits for a person, in the order in which to look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import math

from cobot_alloc.application.supervisor_ports import CellView, TaskView
from cobot_alloc.domain.case import Case, Subject, SubjectKind
from cobot_alloc.domain.identifiers import CaseId
from cobot_alloc.domain.lifecycles.task import FINAL, TaskState, WITH_ARM
from cobot_alloc.tui.wording import task_title


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """
    A case or a task that waits for a person.

    :ivar since_s: cell time since which it has waited, None if not known.
    :ivar due_s: cell time by which someone should have seen to it, None if there is none.
    """

    subject: Subject
    title: str
    priority: int
    hazardous: bool = False
    since_s: float | None = None
    due_s: float | None = None
    claimed_by: str = ''
    count: int = 1
    level: int = 0


def waiting_for_people(view: CellView) -> list[Waiting]:
    """Return all that waits: the highest priority first, then what is due first."""
    return sorted([*_open_cases(view), *_human_tasks(view)], key=_order)


def ended_and_all(view: CellView) -> tuple[int, int]:
    """Return how many tasks have ended, and how many there are."""
    return sum(task.state in FINAL for task in view.tasks.values()), len(view.tasks)


def is_for_people(view: TaskView) -> bool:
    """Whether a person has the task, helps an arm at it, or only a person may take it."""
    return (
        view.state is TaskState.MANUAL
        or (view.state is TaskState.QUEUED and view.task.judgement)
        or (view.state in WITH_ARM and bool(view.helper))
    )


def partner_of(agent_id: str, view: TaskView) -> str:
    """Return with whom an agent is at a task, arm or person; empty if it is alone."""
    if not view.helper:
        return ''
    return {view.agent_id: view.helper, view.helper: view.agent_id}.get(agent_id, '')


def task_behind(subject: Subject | None, view: CellView) -> str:
    """Return the task that a subject is, is about, or has in hand; empty if none."""
    if subject is None:
        return ''
    if subject.kind is SubjectKind.CASE:
        case = view.cases.get(CaseId(subject.id))
        return task_behind(case.subject, view) if case else ''
    if subject.kind is SubjectKind.AGENT:
        agent = view.agents.get(subject.id)
        return agent.task_id if agent else ''
    return subject.id if subject.kind is SubjectKind.TASK else ''


def case_behind(subject: Subject | None, view: CellView) -> Case | None:
    """Return the case that a subject is, or the open one about it."""
    if subject is None:
        return None
    if subject.kind is SubjectKind.CASE:
        return view.cases.get(CaseId(subject.id))
    about = (case for case in view.cases.values() if case.subject == subject and case.is_open)
    return next(about, None)


def _open_cases(view: CellView) -> Iterator[Waiting]:
    return (_from_case(case) for case in view.cases.values() if case.is_open)


def _human_tasks(view: CellView) -> Iterator[Waiting]:
    return (_from_task(task) for task in view.tasks.values() if is_for_people(task))


def _from_case(case: Case) -> Waiting:
    return Waiting(
        subject=Subject(SubjectKind.CASE, case.case_id),
        title=case.title,
        priority=case.priority,
        hazardous=case.hazardous,
        since_s=case.opened_s,
        due_s=case.due_s,
        claimed_by=case.claimed_by,
        count=case.count,
        level=case.level,
    )


def _from_task(view: TaskView) -> Waiting:
    title = task_title(view.task)
    return Waiting(
        subject=Subject(SubjectKind.TASK, view.task.task_id),
        title=f'{title}, together with {view.agent_id}' if view.helper else title,
        priority=view.task.priority,
        due_s=view.task.deadline_s,
        claimed_by=view.helper or view.agent_id,
    )


def _order(item: Waiting) -> tuple[int, float, str]:
    due_s = math.inf if item.due_s is None else item.due_s
    return (-item.priority, due_s, str(item.subject))
