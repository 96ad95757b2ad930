"""Settling: what follows by itself after any input."""

from __future__ import annotations

from itertools import islice, takewhile

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.cell import TaskRecord
from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.decisions.archiving import archive
from cobot_alloc.domain.decisions.asking import ask_about_task
from cobot_alloc.domain.decisions.candidates import is_gone, nobody_can
from cobot_alloc.domain.decisions.desk import expire_moot_cases, run_clocks
from cobot_alloc.domain.decisions.dispatching import dispatch
from cobot_alloc.domain.decisions.presence import grant_resumes
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import TaskId
from cobot_alloc.domain.lifecycles.task import ENABLING
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.domain.turn import Turn

#: About how many waiting tasks a person is asked in one turn: thousands may be waiting.
AT_ONCE = 3


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
    for record in _may_go_on(turn):
        before = [turn.state.tasks[p] for p in record.task.predecessors]
        lost = [p for p in before if p.is_final and p.state not in ENABLING]
        if lost:
            ask_about_task(turn, record, _predecessor_lost(lost[0]))
        elif all(p.state in ENABLING for p in before):
            turn.emit(ev.TaskUnblocked(at_s=turn.now_s, task_id=record.task.task_id))


def _may_go_on(turn: Turn) -> list[TaskRecord]:
    """Return the blocked tasks that came in this turn, or waited for what ended in it."""
    found: dict[TaskId, None] = {}
    for event in turn.events:
        if isinstance(event, ev.TaskEnded):
            found.update(dict.fromkeys(turn.index.successors(event.task_id)))
        elif isinstance(event, ev.TaskSubmitted):
            found[event.task.task_id] = None
    return [turn.state.tasks[task_id] for task_id in found if task_id in turn.state.blocked]


def _predecessor_lost(lost: TaskRecord) -> Failure:
    return Failure(
        phase=Phase.PRECONDITION,
        code=FailureCode.PREDECESSOR_LOST,
        detail=f'task {lost.task.task_id}, which it builds on, was {lost.state.value}',
    )


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
    agents, now_s = turn.state.agents.values(), turn.now_s
    patience_s = turn.rules.limits.patience_s
    kinds = {agent.agent.kind for agent in agents}
    possible = {mode for mode, who in _WHO.items() if who <= kinds}
    there = [agent for agent in agents if not is_gone(agent, turn.rules, now_s)]
    hopeless: list[TaskId] = []
    for kind in turn.index.kinds.undoable(there):
        if possible.isdisjoint(_modes(kind.sample.task)):
            continue  # nobody who might has been heard of yet, and that is no reason to ask
        too_long = takewhile(lambda it: now_s - it[0] >= patience_s, kind.by_age)
        hopeless.extend(task_id for _, task_id in islice(too_long, AT_ONCE - len(hopeless)))
    for task_id in hopeless:
        record = turn.state.tasks[task_id]
        failure = Failure(
            phase=Phase.PLANNING,
            code=FailureCode.NO_CAPABLE_AGENT,
            detail=nobody_can(record, turn.state, turn.rules, now_s=now_s),
        )
        ask_about_task(turn, record, failure)
