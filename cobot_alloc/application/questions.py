"""What waits for a person: open cases, and the tasks that are theirs to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cobot_alloc.application.supervisor_ports import CellView, TaskView
from cobot_alloc.domain.case import Case, Subject, SubjectKind
from cobot_alloc.domain.lifecycles.task import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    One thing that waits.

    :ivar version: of the subject, as it is shown.
    :ivar code: of the failure behind a case; empty for a task.
    :ivar task_id: empty for a case about an arm.
    :ivar since_s: cell time since which it waits.
    """

    subject: Subject
    version: int
    title: str
    code: str
    skill: str
    task_id: str
    hazardous: bool
    since_s: float


def questions(view: CellView, actor: str, since_s: Mapping[str, float]) -> Iterator[Question]:
    """
    Yield what waits for the actor, the most urgent first; not what another one has claimed.

    :param since_s: since when each task has been the actor's, by task id.
    """
    cases = [case for case in view.cases.values() if case.is_open]
    for case in sorted(cases, key=lambda it: (-it.priority, it.opened_s, it.case_id)):
        if case.claimed_by in ('', actor):
            yield _about_case(case, view)
    for task in tasks_of(view, actor):
        yield _about_task(task, since_s.get(task.task.task_id, view.now_s))


def tasks_of(view: CellView, actor: str) -> list[TaskView]:
    """Return the tasks that are the actor's to do now."""
    return [
        task
        for task in view.tasks.values()
        if task.state is TaskState.MANUAL and task.agent_id == actor
    ]


def _about_case(case: Case, view: CellView) -> Question:
    is_task = case.subject.kind is SubjectKind.TASK
    known = view.tasks.get(case.subject.id) if is_task else None
    return Question(
        subject=Subject(SubjectKind.CASE, case.case_id),
        version=case.version,
        title=case.title,
        code=case.failure.code,
        skill=known.task.skill if known else '',
        task_id=case.subject.id if is_task else '',
        hazardous=case.hazardous,
        since_s=case.opened_s,
    )


def _about_task(task: TaskView, since_s: float) -> Question:
    return Question(
        subject=Subject(SubjectKind.TASK, task.task.task_id),
        version=task.version,
        title=f'{task.task.skill} {task.task.part}'.strip(),
        code='',
        skill=task.task.skill,
        task_id=task.task.task_id,
        hazardous=task.task.is_hazardous,
        since_s=since_s,
    )
