"""
The promises, checked after every step.

1. An accepted task is never lost: it is in exactly one state and ends at last.
2. A submit that was answered "accepted" survives; a key never makes a second task.
3. No motion runs twice; fences only grow; a stale result changes nothing.
4. An action that was answered "done" survives, once; one on an old version is refused.
5. Hazard never with a person, judgement never with an arm, no arm with two tasks, no
   exclusive area with two arms. Nobody does alone what is to be done together, nobody who has
   something to do is given more, and whoever works with an arm has nothing else until the arm
   has said how it ended, and is free then.
6. Nothing starts where it may not; LATCHED ends by a person's action only.
7. Replaying the journal gives the live state, byte for byte.
8. No open case waits beyond its clocks.
"""

from __future__ import annotations

from collections import Counter

from cobot_alloc.application.journal import Journal
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Health
from cobot_alloc.domain.case import Action
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import AgentId, TaskId
from cobot_alloc.domain.inputs import Input, ReportAttempt, TakeAction
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.lifecycles.safety_mode import MOVING, SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState, WITH_ARM
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.storage.state_codec import encode_state
from simulation.history import History, Violation


class Promises:
    """Knows what must hold; raises ``Violation`` where it does not."""

    def __init__(self, history: History, rules: CellRules) -> None:
        """Take what the outside world knows."""
        self._history = history
        self._rules = rules
        self._archived: set[str] = set()

    # After every step

    def check(
        self, before: CellState, given: Input, events: tuple[ev.Event, ...], state: CellState
    ) -> None:
        """Check one step of the allocator."""
        for event in events:
            if isinstance(event, ev.Archived):
                self._archived.update(event.order_ids)
        self._check_stale(before, given, events)
        self._check_version(before, given)
        self._check_latch(before, given, state)
        for event in events:
            if isinstance(event, ev.AttemptStarted):
                self._check_start(event, state, events)
            if isinstance(event, ev.AttemptStarted | ev.TaskHandedOver):
                self._check_given(event, before, events)
        for record in state.tasks.values():
            if not record.is_final:
                self._check_holder(record, state)
        self._check_hands(state)
        self._check_helpers(state)
        self._check_clocks(state)
        self._check_kept(state)

    def check_goal(self, task: Task, helper: str, fence: int) -> None:
        """Check that an arm is told who works with it."""
        written = fence in self._history.written  # a goal of another is found where it moves
        if written and helper != self._history.helpers.get(fence, ''):
            raise Violation(5, f'the goal of attempt {fence} is with {helper!r}')

    def check_refusal(self, before: CellState, after: CellState, given: Input) -> None:
        """Check that what was refused changed nothing."""
        if before is not after:
            raise Violation(4, f'{given} was refused and changed the state')

    def check_restart(self, state: CellState, journal: Journal) -> None:
        """Check what must have survived a restart."""
        # What the process wrote before it died it could not tell anyone.
        for record in journal.read():
            if isinstance(record.event, ev.Archived):
                self._archived.update(record.event.order_ids)
        self._check_kept(state)
        for request_id in self._history.done:
            if request_id not in state.answered:
                raise Violation(4, f'the action {request_id} was answered done and is gone')

    def check_replay(self, state: CellState, journal: Journal) -> None:
        """Check that the journal adds up to the live state."""
        events = [record.event for record in journal.read()]
        _check_once(2, [e.task.task_id for e in events if isinstance(e, ev.TaskSubmitted)])
        _check_once(4, [e.request_id for e in events if isinstance(e, ev.ActionTaken)])
        again = replay(CellState(cell_id=state.cell_id), events)
        if encode_state(again) != encode_state(state):
            raise Violation(7, 'the replayed journal is not the live state')

    def check_end(self, state: CellState) -> None:
        """Check that in the end everything came to its end."""
        for record in state.tasks.values():
            if not record.is_final:
                raise Violation(
                    1, f'{record.task.task_id} is {record.state.value} for ever: {record.reason}'
                )
        if state.open_cases:
            raise Violation(8, f'cases {list(state.open_cases)} are open for ever')

    # 1 and 2

    def _check_kept(self, state: CellState) -> None:
        for order_id, task_ids in self._history.accepted.items():
            for task_id in task_ids:
                if task_id not in state.tasks and order_id not in self._archived:
                    raise Violation(1, f'the accepted task {task_id} is gone')

    # 3

    def _check_stale(self, before: CellState, given: Input, events: tuple[ev.Event, ...]) -> None:
        if not isinstance(given, ReportAttempt):
            return
        report = given.report
        record = before.tasks.get(report.task_id)
        attempt = record.open_attempt if record is not None else None
        if attempt is not None and attempt.fence == report.fence:
            return
        ended = (ev.AttemptSucceeded, ev.AttemptFailed, ev.AttemptCanceled, ev.AttemptRefused)
        if any(isinstance(event, ended) for event in events):
            raise Violation(3, f'the stale report of attempt {report.fence} counted')

    # 4

    def _check_version(self, before: CellState, given: Input) -> None:
        if not isinstance(given, TakeAction) or given.request_id in before.answered:
            return
        if given.action is Action.STOP:
            return
        if before.version_of(given.subject) != given.version:
            raise Violation(4, f'{given.request_id} was taken on an old version')

    # 5

    def _check_holder(self, record: TaskRecord, state: CellState) -> None:
        holder = state.agents[record.agent_id] if record.agent_id else None
        if holder is None:
            return
        task = record.task
        if task.is_hazardous and holder.is_person:
            raise Violation(5, f'the hazardous task {task.task_id} is with a person')
        if task.judgement and not holder.is_person:
            raise Violation(5, f'the judgement task {task.task_id} is with an arm')
        self._check_mode(record, holder, state)

    def _check_mode(self, record: TaskRecord, holder: AgentRecord, state: CellState) -> None:
        task, attempt = record.task, record.open_attempt
        alone = WorkMode.PERSON if holder.is_person else WorkMode.ARM
        if attempt is None and record.state is not TaskState.MANUAL:
            return  # with nobody at this moment
        if attempt is None or not attempt.helper:
            if not task.allows(alone):
                raise Violation(5, f'{task.task_id} is with {holder.agent.agent_id} alone')
            return
        if not task.allows(WorkMode.TOGETHER):
            raise Violation(5, f'{task.task_id} is with two, and one is to do it')
        if task.is_hazardous or not state.agents[attempt.helper].is_person:
            raise Violation(5, f'{attempt.helper} must not help at {task.task_id}')

    def _check_given(
        self, event: ev.AttemptStarted | ev.TaskHandedOver, before: CellState,
        events: tuple[ev.Event, ...],
    ) -> None:  # fmt: skip
        """Check that the allocator gave nobody more than one thing to do."""
        if isinstance(event, ev.TaskHandedOver) and event.by != 'allocator':
            return  # whoever takes over chooses that themselves
        who = {event.agent_id, getattr(event, 'helper', '')}
        ended = (ev.TaskEnded, ev.TaskRequeued, ev.AttemptFailed, ev.AttemptAbandoned,
                 ev.AttemptRefused, ev.AttemptCanceled)  # fmt: skip
        over = {e.task_id for e in events[: events.index(event)] if isinstance(e, ended)}
        for record in before.tasks.values():
            attempt, at_it = record.open_attempt, set()
            if attempt is not None:
                at_it = {attempt.agent_id, attempt.helper}
            elif record.state is TaskState.MANUAL and record.agent_id:
                at_it = {record.agent_id}
            double = (who & at_it) - {''}
            if double and record.task.task_id not in over:
                raise Violation(5, f'{double} had {record.task.task_id} and got {event.task_id}')

    def _check_helpers(self, state: CellState) -> None:
        at_work = Counter[str]()
        helpers: dict[TaskId, str] = {}
        for task_id, record in state.tasks.items():
            attempt = record.open_attempt if not record.is_final else None
            if attempt is not None and attempt.helper:
                helpers[task_id] = attempt.helper
                at_work[attempt.helper] += 1
            elif record.state is TaskState.MANUAL and record.agent_id:
                at_work[record.agent_id] += 1
        for task_id, helper in helpers.items():
            if at_work[helper] > 1:
                raise Violation(5, f'{helper} works with an arm at {task_id} and elsewhere')
        if helpers != state.helping:
            raise Violation(5, f'{state.helping} are busy, and {helpers} work with an arm')

    def _check_hands(self, state: CellState) -> None:
        held = [
            record
            for record in state.tasks.values()
            if record.state in WITH_ARM or (not record.is_final and record.open_attempt)
        ]
        arms = Counter(record.agent_id for record in held)
        double = [agent_id for agent_id, count in arms.items() if count > 1]
        if double:
            raise Violation(5, f'{double[0]} has two tasks in hand')
        areas: dict[str, AgentId | None] = {}
        for record in held:
            for area in self._rules.areas_of(record.task):
                if areas.setdefault(area, record.agent_id) != record.agent_id:
                    raise Violation(5, f'area {area} has two arms')

    # 6

    def _check_start(
        self, event: ev.AttemptStarted, state: CellState, events: tuple[ev.Event, ...]
    ) -> None:
        arm = state.agents[event.agent_id]
        if event.helper and state.agents[event.helper].health is not Health.READY:
            raise Violation(6, f'attempt {event.fence} began without {event.helper}')
        if arm.health is not Health.READY or not arm.may_move:
            raise Violation(6, f'attempt {event.fence} was given to {event.agent_id}, which may'
                            ' not move')  # fmt: skip
        if state.mode not in MOVING:
            raise Violation(6, f'attempt {event.fence} was given out in a stopped cell')

    def _check_latch(self, before: CellState, given: Input, state: CellState) -> None:
        left = before.mode is SafetyMode.LATCHED and state.mode is not SafetyMode.LATCHED
        by_person = isinstance(given, TakeAction) and given.action is Action.RESET_STOP
        if left and (not by_person or state.mode in MOVING):
            raise Violation(6, f'LATCHED ended as {state.mode.value} by {type(given).__name__}')

    # 8

    def _check_clocks(self, state: CellState) -> None:
        asked = {r.case_id for r in state.tasks.values() if r.state is TaskState.AWAITING_DECISION}
        for case_id, case in state.cases.items():
            if case.is_open is not (case_id in state.open_cases):
                raise Violation(8, f'{case_id} is {case.state.value} and on the wrong list')
            if case.state is CaseState.OPEN and case.due_s <= state.now_s:
                raise Violation(8, f'{case_id} waits beyond its clock')
            if case.state is CaseState.CLAIMED and case.lease_until_s <= state.now_s:
                raise Violation(8, f'the claim of {case_id} outlived its lease')
        for asked_about in asked:
            if asked_about not in state.open_cases:
                raise Violation(8, f'a task awaits a decision on {asked_about}, which is not open')


def _check_once(promise: int, names: list[str]) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise Violation(promise, f'{name} stands {count} times in the journal')
