"""Intake: an order is taken on whole, or refused whole with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
import hashlib

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.codes.code import nearest
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.inputs import SubmitOrder
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.turn import Turn


def submit_order(turn: Turn, given: SubmitOrder) -> None:
    """
    Take on an order; a repeated idempotency key with the same tasks changes nothing.

    :raises Refused: with a code, if anything about it cannot be.
    """
    fingerprint = fingerprint_of(given.tasks)
    known = turn.state.receipts.get(given.idempotency_key)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Refused(
                RefusalCode.KEY_REUSED,
                f'idempotency key {given.idempotency_key!r} was used for other tasks, as'
                f' order {known.order_id}',
            )
        return
    _check(turn, given)
    turn.emit(
        ev.OrderAccepted(
            at_s=turn.now_s,
            order_id=given.order_id,
            idempotency_key=given.idempotency_key,
            requester=given.requester,
            fingerprint=fingerprint,
            task_ids=tuple(task.task_id for task in given.tasks),
        )
    )
    for task in given.tasks:
        turn.emit(
            ev.TaskSubmitted(at_s=turn.now_s, task=_from_now(task, given.order_id, turn.now_s))
        )


def fingerprint_of(tasks: Sequence[Task]) -> str:
    """Return a digest of what was asked for."""
    # Sets have no order of their own; everything else stands as it is written.
    asked = [
        (
            task.task_id, task.skill, task.part, task.source, task.target, task.payload_kg,
            sorted(task.hazards), task.repetition, task.judgement, task.priority,
            task.earliest_start_s, task.deadline_s, task.predecessors,
            # Only where they were given: orders of before are to keep their digest.
            *[mode.value for mode in task.modes],
        )
        for task in tasks
    ]  # fmt: skip
    return hashlib.sha256(repr(asked).encode('utf-8', 'surrogatepass')).hexdigest()


def find_cycle(predecessors: Mapping[TaskId, Sequence[TaskId]]) -> tuple[TaskId, ...]:
    """Return the tasks of a cycle in the order of work, first and last the same; or none."""
    try:
        TopologicalSorter(predecessors).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def _from_now(task: Task, order_id: OrderId, now_s: float) -> Task:
    deadline_s = None if task.deadline_s is None else now_s + task.deadline_s
    earliest_start_s = now_s + task.earliest_start_s
    return replace(
        task, order_id=order_id, earliest_start_s=earliest_start_s, deadline_s=deadline_s
    )


def _check(turn: Turn, given: SubmitOrder) -> None:
    state = turn.state
    if not given.idempotency_key:
        raise Refused(
            RefusalCode.KEY_MISSING, 'idempotency_key: got an empty text, expected a unique one'
        )
    if not given.order_id or given.order_id in state.orders:
        raise Refused(
            RefusalCode.ORDER_KNOWN, f'order_id: got {given.order_id!r}, expected a new one'
        )
    if not given.tasks:
        raise Refused(RefusalCode.NO_TASKS, f'order {given.order_id} has no tasks')
    _check_room(turn, given)
    _check_identities(state, given)
    _check_skills(state, given, turn.rules)
    _check_hazards(given, turn.rules)


def _check_room(turn: Turn, given: SubmitOrder) -> None:
    limits = turn.rules.limits
    if len(given.tasks) > limits.max_order_tasks:
        raise Refused(
            RefusalCode.ORDER_TOO_LARGE,
            f'order {given.order_id} has {len(given.tasks)} tasks, expected at most'
            f' {limits.max_order_tasks}',
        )
    waiting = turn.index.unfinished
    if waiting + len(given.tasks) > limits.max_waiting_tasks:
        raise Refused(
            RefusalCode.FULL,
            f'{waiting} tasks are waiting and {len(given.tasks)} more would exceed'
            f' {limits.max_waiting_tasks}; submit again later',
        )


def _check_skills(state: CellState, given: SubmitOrder, rules: CellRules) -> None:
    asked = {task.skill: task.task_id for task in reversed(given.tasks)}
    if rules.words is None or rules.words.skills.issuperset(asked):
        return
    known = rules.words.skills.union(*(it.agent.skills for it in state.agents.values()))
    for skill in asked:
        if skill not in known:
            alike = nearest(skill, sorted(known))
            meant = 'one that somebody has' if alike is None else repr(alike)
            raise Refused(
                RefusalCode.SKILL_UNKNOWN,
                f'task {asked[skill]}: skill: got {skill!r}, expected {meant}, or one that the'
                ' limits list under skills',
            )


def _check_hazards(given: SubmitOrder, rules: CellRules) -> None:
    known = rules.limits.requirements.hazards
    for task in given.tasks:
        strange = sorted(task.hazards.difference(known)) if known else []
        if strange:
            raise Refused(
                RefusalCode.HAZARD_UNKNOWN,
                f'task {task.task_id}: hazards: got {", ".join(strange)}, expected only classes'
                f' that the cell knows: {", ".join(known)}',
            )


def _check_identities(state: CellState, given: SubmitOrder) -> None:
    ids: set[TaskId] = set()
    for task in given.tasks:
        if task.task_id in state.tasks or task.task_id in ids:
            raise Refused(
                RefusalCode.TASK_KNOWN, f'task_id: got {task.task_id!r} again, expected a new one'
            )
        ids.add(task.task_id)
    for task in given.tasks:
        for predecessor in task.predecessors:
            if predecessor not in state.tasks and predecessor not in ids:
                raise Refused(
                    RefusalCode.PREDECESSOR_UNKNOWN,
                    f'task {task.task_id}: predecessor {predecessor!r} is not a task of this'
                    ' order or cell',
                )
    cycle = find_cycle({task.task_id: task.predecessors for task in given.tasks})
    if cycle:
        raise Refused(RefusalCode.CYCLE, f'the tasks wait for each other: {" -> ".join(cycle)}')
