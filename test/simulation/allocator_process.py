"""The allocator's process: the real allocator and journal, between which it may die."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, cast

from support.present import present

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.application.cell_clock import CellClock
from cobot_alloc.application.inquiries import Inquiries
from cobot_alloc.application.journal import Journal
from cobot_alloc.application.silence import SilenceWatch
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.case import Subject
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import JournalError, Refused
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, TaskId
from cobot_alloc.domain.inputs import (
    AdoptPlan,
    HearArm,
    Input,
    MissAgent,
    PassTime,
    ReportAttempt,
    SubmitOrder,
    TakeAction,
)
from cobot_alloc.domain.offer import Offers
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from simulation.cell_process import CellProcess, Died
from simulation.disks import Disk
from simulation.history import History, Violation
from simulation.promises import Promises
from simulation.timeline import Network, Timeline

CELL = 'cell_s'


class DyingJournal:
    """The journal, around whose writes the process may die."""

    def __init__(self, journal: Journal, may_die: Callable[[str], None]) -> None:
        """Take the real one."""
        self._journal = journal
        self._may_die = may_die

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def append(self, events: Sequence[Event]) -> None:
        """Write."""
        self._may_die('after the decision, before the write')
        self._journal.append(events)
        self._may_die('after the write, before anything leaves')


class AllocatorProcess:
    """Runs, dies and is started again from its journal."""

    def __init__(
        self,
        timeline: Timeline,
        network: Network,
        history: History,
        cell: CellProcess,
        rules: CellRules,
    ) -> None:
        """Start."""
        self._timeline = timeline
        self._network = network
        self._history = history
        self._cell = cell
        self._rules = rules
        self._disk = Disk(timeline, history, CELL)
        self.promises = Promises(history, rules)
        # Of its own, so that what else goes wrong does not depend on it.
        self._fancy = Random(timeline.chaos.orders)
        self.up = False
        self.jumped_s = 0.0
        self.stalled_at: float | None = None
        self._start()
        timeline.every(0.25, lambda: self._alive(self._tick))
        timeline.every(0.3, lambda: self._alive(self._say_mode))

    @property
    def state(self) -> CellState:
        """What is true in the cell, as the process has it."""
        return self._allocator.state

    # Messages in

    def on_beat(self, beat: HearArm) -> None:
        """Take up a beat."""

        def act() -> None:
            self._silence.heard(beat.agent.agent_id, now=self._timeline.now)
            self._handle(beat)
            if beat.fence_in_hand == 0:
                self._inquiries.arm_is_idle(beat.agent.agent_id)
            self._inquiries.sweep()

        self._alive(act)

    def on_goal_answer(self, fence: int, accepted: bool) -> None:
        """Take up an arm's answer to a goal."""
        self._alive(lambda: self._inquiries.goal_answered(Fence(fence), accepted=accepted))

    def on_report(self, report: AttemptReport) -> None:
        """Take up an arm's word on an attempt."""
        self._alive(lambda: self._inquiries.reported(report))

    def on_submit(self, order: SubmitOrder, reply: Callable[[str], None]) -> None:
        """Take on an order; the reply is empty if it was accepted."""
        self._answer(order, reply)

    def on_action(self, action: TakeAction, reply: Callable[[str], None]) -> None:
        """Apply a person's action; the reply is empty if it was done."""
        self._answer(action, reply)

    def on_offers(self, subject: Subject, reply: Callable[[Offers | None], None]) -> None:
        """Say what may be done about a subject."""

        def act() -> None:
            try:
                offers = self._allocator.offers(subject)
            except Refused:
                offers = None
            self._network.send(lambda: reply(offers))

        self._alive(act)

    # ArmTransport

    def send_goal(
        self, agent_id: str, task: Task, fence: int, *, helper: str, at_s: float, expires_s: float
    ) -> None:
        """Send a goal."""
        self.promises.check_goal(task, helper, fence)
        self._may_die('before a goal is sent')
        raw = self._clock.raw(at_s)
        self._network.send(lambda: self._cell.on_goal(agent_id, task, fence, raw, expires_s))
        self._may_die('after a goal is sent')

    def send_cancel(self, agent_id: str, task_id: str, fence: int) -> None:
        """Send a cancel."""
        self._network.send(lambda: self._cell.on_cancel(agent_id, fence))

    def send_question(self, agent_id: str, task_id: str, fence: int) -> None:
        """Send a question."""
        self._network.send(lambda: self._cell.on_question(agent_id, task_id, fence))

    def send_resume(self, agent_id: str, *, at_s: float, authority: str) -> None:
        """Send the leave to go on."""
        raw = self._clock.raw(at_s)
        self._network.send(lambda: self._cell.on_resume(agent_id, raw))

    # Life and death

    def check_whole(self) -> None:
        """Check what can only be checked against the whole journal."""
        if self.up:
            self.promises.check_replay(self._allocator.state, present(self._disk.journal))

    def check_end(self) -> int:
        """Check that all came to its end; return how many events it took."""
        if not self.up:
            raise Violation(1, 'the allocator does not come up again')
        self.check_whole()
        self.promises.check_restart(self._allocator.state, present(self._disk.journal))
        self.promises.check_end(self._allocator.state)
        return sum(1 for _ in present(self._disk.journal).read())

    def close(self) -> None:
        """Let go of the disk."""
        self._disk.close()

    def _start(self) -> None:
        try:
            journal = self._disk.open()
            self._allocator = Allocator(
                CellId(CELL),
                journal=cast(Any, DyingJournal(journal, self._may_die)),
                rules=self._rules,
            )
        except JournalError as error:
            self._timeline.note(f'the allocator cannot start: {error}')
            self._die()
            return
        except Died:
            self._die()
            return
        self.up = True
        self.promises.check_restart(self._allocator.state, present(self._disk.journal))
        now = self._timeline.now
        self._clock = CellClock(resume_at_s=self._allocator.state.now_s)
        self._silence = SilenceWatch()
        agents = self._allocator.state.agents.values()
        self._silence.expect([a.agent.agent_id for a in agents if not a.is_person], now=now)
        self._inquiries = Inquiries(
            self,
            clock=lambda: self._timeline.now,
            on_report=lambda report: self._handle(ReportAttempt(report=report)),
        )
        self._alive(lambda: self._allocator.start(self._inquiries))

    def _alive(self, act: Callable[[], object]) -> None:
        if not self.up:
            return
        try:
            act()
        except Died:
            self._die()
        except JournalError as error:
            self._timeline.note(f'the allocator refuses to go on: {error}')
            self._die()

    def _die(self) -> None:
        self.up = False
        self._history.crashes['allocator'] += 1
        self._disk.crash()
        self._timeline.after(0.1 + 4.0 * self._timeline.random.random(), self._start)

    def _may_die(self, where: str) -> None:
        if self._timeline.chance(self._timeline.chaos.crash_allocator):
            self._timeline.note(f'the allocator dies {where}')
            raise Died

    def _handle(self, given: Input) -> None:
        before = self._allocator.state
        now_s = self._now_s()
        try:
            events = self._allocator.handle(given, now_s=now_s)
        except Refused as refusal:
            self.promises.check_refusal(before, self._allocator.state, given)
            self._history.refusals[refusal.code] += 1
            raise
        for event in events:
            self._timeline.note(_brief(event))
        self.promises.check(before, given, events, self._allocator.state)

    def _answer(self, given: SubmitOrder | TakeAction, reply: Callable[[str], None]) -> None:
        def act() -> None:
            try:
                self._handle(given)
                code = ''
            except Refused as refusal:
                code = refusal.code
            self._may_die('after an action, before its reply')
            self._network.send(lambda: reply(code))

        self._alive(act)

    def _tick(self) -> None:
        now = self._timeline.now
        for agent_id, _ in self._silence.missing(now=now, silence_s=2.0):
            self._handle(MissAgent(agent_id=agent_id, reason='silent'))
        self._handle(PassTime())
        wild = 0.0 if self._timeline.calm else self._timeline.chaos.plans
        if self._fancy.random() < wild:
            self._handle(self._some_plan())
        self._inquiries.sweep()

    def _some_plan(self) -> AdoptPlan:
        """Return a plan that nobody thought about: for anyone, for any time soon."""
        random, state = self._fancy, self._allocator.state
        tasks = [*state.queued, *state.blocked, 'no_such_task']
        reservations = tuple(
            Reservation(
                task_id=TaskId(task_id),
                agent_id=AgentId(random.choice([*state.agents, 'nobody'])),
                helper=AgentId(random.choice(['', '', *state.agents, 'nobody'])),
                start_s=state.now_s + random.uniform(-20.0, 40.0),
            )
            for task_id in tasks
            if random.random() < 0.8
        )
        instead_of_s = random.choice([None, 100.0])
        return AdoptPlan(
            reservations=reservations,
            cost_s=random.choice([50.0, 99.0]),
            instead_of_s=instead_of_s,
            policy='chance',
            origin='chance',
        )

    def _say_mode(self) -> None:
        mode = self._allocator.state.mode
        self._network.send(lambda: self._cell.on_mode(mode))

    def _now_s(self) -> float:
        if self.stalled_at is not None:
            return self._clock.read(self.stalled_at)
        return self._clock.read(max(0.0, self._cell.raw_time() + self.jumped_s))


def _brief(event: Event) -> str:
    fields = {
        name: getattr(event, name)
        for name in ('task_id', 'agent_id', 'fence', 'case_id', 'final', 'by', 'mode', 'action')
        if hasattr(event, name)
    }
    shown = ' '.join(f'{k}={getattr(v, "value", v)}' for k, v in fields.items())
    return f'{type(event).__name__} {shown}'
