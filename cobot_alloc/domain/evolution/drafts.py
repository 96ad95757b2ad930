"""How an event changes a draft: a state that nobody else has seen yet."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import replace
from typing import Any, TypeVar

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.case import Case, SubjectKind
from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.changeover import Changeover
from cobot_alloc.domain.identifiers import AgentId, CaseId, TaskId
from cobot_alloc.domain.lifecycles.case import CASE
from cobot_alloc.domain.lifecycles.task import TASK, TaskState

ValueT = TypeVar('ValueT')

#: How many of the latest submits and actions are remembered, so that a repetition is known.
REMEMBERED = 10_000

#: For each kind of event, the function that changes a draft by it.
Changes = dict[type[ev.Event], Callable[[CellState, Any], None]]


def set_fields(draft: CellState, **changes: Any) -> None:
    """Set fields of a draft itself."""
    # The records are frozen against their readers; a draft has no reader yet.
    for name, value in changes.items():
        object.__setattr__(draft, name, value)


def change_task(draft: CellState, task_id: TaskId, step: str = '', **changes: Any) -> TaskRecord:
    """Change a task, by a step of its lifecycle where one is named."""
    record = draft.tasks[task_id]
    if step:
        changes['state'] = TASK.after(record.state, step)
    record = replace(record, version=record.version + 1, **changes)
    put_task(draft, record)
    return record


def put_task(draft: CellState, record: TaskRecord) -> None:
    """Put a task into a draft, and keep the lists by state and holder true."""
    task_id = record.task.task_id
    draft.tasks[task_id] = record
    if record.state is TaskState.QUEUED:
        draft.queued[task_id] = None
    else:
        draft.queued.pop(task_id, None)
    if record.state is TaskState.BLOCKED:
        draft.blocked[task_id] = None
    else:
        draft.blocked.pop(task_id, None)
    holder = record.holder
    if holder is not None:
        draft.in_hand[task_id] = holder
    else:
        draft.in_hand.pop(task_id, None)
    if holder is not None and (attempt := record.open_attempt) is not None and attempt.helper:
        draft.helping[task_id] = attempt.helper
    else:
        draft.helping.pop(task_id, None)


def change_case(draft: CellState, case_id: CaseId, step: str = '', **changes: Any) -> Case:
    """Change a case, by a step of its lifecycle where one is named."""
    case = draft.cases[case_id]
    if step:
        changes['state'] = CASE.after(case.state, step)
    case = replace(case, version=case.version + 1, **changes)
    draft.cases[case_id] = case
    return case


def close_case(draft: CellState, case_id: CaseId, step: str, **changes: Any) -> None:
    """End a case and let go of its task."""
    case = change_case(draft, case_id, step, **changes)
    del draft.open_cases[case_id]
    if case.subject.kind is SubjectKind.TASK:
        change_task(draft, TaskId(case.subject.id), case_id=None)


def change_agent(draft: CellState, agent_id: AgentId, **changes: Any) -> None:
    """Change an agent."""
    record = draft.agents[agent_id]
    draft.agents[agent_id] = replace(record, version=record.version + 1, **changes)


def set_up(draft: CellState, agent_id: AgentId, change: Changeover) -> None:
    """
    Note what an agent is set up for after what it did, if that needed anything.

    An arm that says which tool is on is believed, whatever it should have needed.
    """
    known = draft.agents[agent_id]
    setup = known.tool if change.is_tool and known.tool else change.after
    if setup and known.setup != setup:
        change_agent(draft, agent_id, setup=setup)


def remember(memory: MutableMapping[str, ValueT], key: str, value: ValueT) -> None:
    """Remember a value, and forget the oldest where there are too many."""
    memory[key] = value
    while len(memory) > REMEMBERED:
        del memory[next(iter(memory))]
