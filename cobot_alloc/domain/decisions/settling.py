"""Settling: what follows by itself after any input."""

from __future__ import annotations

import math

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.cell import TaskRecord
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.decisions.archiving import archive
from cobot_alloc.domain.decisions.asking import ask_about_task
from cobot_alloc.domain.decisions.desk import expire_moot_cases, run_clocks
from cobot_alloc.domain.decisions.dispatching import dispatch, is_doable, nobody_can
from cobot_alloc.domain.decisions.partners import waited_s
from cobot_alloc.domain.decisions.presence import grant_resumes
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import ENABLING
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.domain.turn import Turn

#: How many waiting tasks are looked at in one turn.
AT_ONCE = 50


def settle(turn: Turn) -> None:
    """Unblock, ask, resume and dispatch whatever can be now."""
    _follow_predecessors(turn)
    _ask_about_the_impossible(turn)
    expire_moot_cases(turn)
    run_clocks(turn)
    grant_resumes(turn)
    dispatch(turn)
    archive(turn)


def _follow_predecessors(turn: Turn) -> None:
    if not any(isinstance(event, ev.TaskEnded | ev.TaskSubmitted) for event in turn.events):
        return
    for record in [turn.state.tasks[task_id] for task_id in turn.state.blocked]:
        before = [turn.state.tasks[p] for p in record.task.predecessors]
        lost = [p for p in before if p.is_final and p.state not in ENABLING]
        if lost:
            ask_about_task(turn, record, _predecessor_lost(lost[0]))
        elif all(p.state in ENABLING for p in before):
            turn.emit(ev.TaskUnblocked(at_s=turn.now_s, task_id=record.task.task_id))


def _predecessor_lost(lost: TaskRecord) -> Failure:
    return Failure(
        phase=Phase.PRECONDITION,
        code=FailureCode.PREDECESSOR_LOST,
        detail=f'task {lost.task.task_id}, which it builds on, was {lost.state.value}',
    )


def _some(turn: Turn) -> tuple[TaskId, ...]:
    """Return some of the queued tasks, others as time goes by: thousands may be waiting."""
    queued = tuple(turn.state.queued)
    parts = max(1, math.ceil(len(queued) / AT_ONCE))
    part = int(10.0 * turn.now_s) % parts
    return queued[part * AT_ONCE : (part + 1) * AT_ONCE]


_WHO = {
    WorkMode.ARM: {AgentKind.ARM},
    WorkMode.PERSON: {AgentKind.PERSON},
    WorkMode.TOGETHER: {AgentKind.ARM, AgentKind.PERSON},
}


def _modes(task: Task) -> tuple[WorkMode, ...]:
    """Return how a task may be expected to be done: judgement by people, else by arms."""
    if task.judgement:
        return (WorkMode.PERSON,)
    return task.modes or (WorkMode.ARM,)


def _ask_about_the_impossible(turn: Turn) -> None:
    kinds = {agent.agent.kind for agent in turn.state.agents.values()}
    possible = {mode for mode, who in _WHO.items() if who <= kinds}
    for record in [turn.state.tasks[task_id] for task_id in _some(turn)]:
        if possible.isdisjoint(_modes(record.task)):
            continue  # nobody who might has been heard of yet, and that is no reason to ask
        if waited_s(record, turn.now_s) < turn.rules.limits.patience_s:
            continue
        if not is_doable(record, turn.state, turn.rules, now_s=turn.now_s):
            failure = Failure(
                phase=Phase.PLANNING,
                code=FailureCode.NO_CAPABLE_AGENT,
                detail=nobody_can(record, turn.state, turn.rules, now_s=turn.now_s),
            )
            ask_about_task(turn, record, failure)
