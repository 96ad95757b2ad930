"""
The allocator: one way in for everything that happens.

An input is decided, the events are written, and only then does anything leave the process.
"""

from __future__ import annotations

import contextlib

from cobot_alloc.application.arm_commands import ArmCommands
from cobot_alloc.application.journal import Journal
from cobot_alloc.application.recovery import recover
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.case import Subject
from cobot_alloc.domain.decide import decide_and_evolve
from cobot_alloc.domain.decisions.offering import offers
from cobot_alloc.domain.errors import JournalError
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence
from cobot_alloc.domain.inputs import Input, ReportAttempt, StartAgain
from cobot_alloc.domain.offer import Offers
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.waiting.index import WorkIndex


class Allocator:
    """
    A cell's state, its journal and the way to its arms. Not for several threads.

    :ivar state: what is true now; a value, never changed in place.
    :ivar zone_ids: the zones that the cell has.
    """

    def __init__(
        self, cell_id: CellId, *, journal: Journal, rules: CellRules, snapshot_every: int = 2000
    ) -> None:
        """
        Rebuild the state from the journal.

        :param snapshot_every: events after which the state is written too, so that the next
            start need not read them; more of them where there are more tasks.
        :raises JournalError: if the journal cannot be read.
        """
        self._journal = journal
        self._rules = rules
        self.zone_ids = frozenset(zone.zone_id for zone in rules.zones)
        self._arms: ArmCommands | None = None
        self._snapshot_every = snapshot_every
        self._saved_seq = 0
        self.state = recover(journal, cell_id)
        self._index = WorkIndex(rules)

    def start(self, arms: ArmCommands) -> None:
        """
        Take up work: from now on commands go out.

        Attempts in hand are asked about first, and what should have ended is told so again:
        the command may have been lost with the process that gave it. Nothing new is given to an
        arm before it was heard.

        :raises JournalError: if that could not be written.
        """
        self._arms = arms
        self.handle(StartAgain(), now_s=self.state.now_s)
        for agent_id, agent in self.state.agents.items():
            self._ask_about_attempt_in_hand(agent_id)
            if agent.foreign:
                self._ask_about_given_up(agent_id, agent.foreign)

    def stop(self) -> None:
        """Send nothing more, and keep the state for the next start."""
        self._arms = None
        self._save_state(after=1)

    def tidy(self) -> None:
        """Do what can wait until nobody waits for an answer; ``handle`` does it when it must."""
        self._save_state(after=self._snapshot_due() // 2)

    def handle(self, given: Input, *, now_s: float) -> tuple[ev.Event, ...]:
        """
        Take up an input; its events are durable on return, and what they command is sent.

        :param now_s: cell time in seconds.
        :raises Refused: if the rules do not allow it; nothing was changed.
        :raises JournalError: if it could not be written; nothing was changed or sent.
        """
        events, state = decide_and_evolve(
            self.state, given, now_s=now_s, rules=self._rules, index=self._index
        )
        if events:
            self._journal.append(events)
            self.state = state
        self._act(events)
        if isinstance(given, ReportAttempt):
            self._end_what_nobody_waits_for(given.report)
        for event in events:
            if isinstance(event, ev.AgentModeChanged) and event.foreign:
                self._ask_about_given_up(event.agent_id, event.foreign)
        self._save_state(after=self._snapshot_due())
        return events

    @property
    def index(self) -> WorkIndex:
        """An index of the state as it is now."""
        self._index.reflect(self.state)
        return self._index

    def offers(self, subject: Subject) -> Offers:
        """
        Return what a person may do about a subject now.

        :raises Refused: ``unknown_subject``.
        """
        return offers(self.state, subject, self._rules)

    def _snapshot_due(self) -> int:
        # A large state is written less often, so that it costs no more per event.
        return max(self._snapshot_every, len(self.state.tasks))

    def _save_state(self, *, after: int) -> None:
        """Write the state, if so many events have come since it was written last."""
        seq = self._journal.last_seq
        if seq - self._saved_seq < after:
            return
        self._saved_seq = seq
        # The events are written, and it is them that count.
        with contextlib.suppress(JournalError):
            self._journal.save_snapshot(self.state, seq)

    def _act(self, events: tuple[ev.Event, ...]) -> None:
        if self._arms is None:
            return
        for event in events:
            if isinstance(event, ev.AttemptStarted):
                task = self.state.tasks[event.task_id].task
                self._arms.send_goal(
                    event.agent_id,
                    task,
                    event.fence,
                    helper=event.helper,
                    at_s=event.at_s,
                    expires_s=event.expires_s,
                )
            elif isinstance(event, ev.AttemptCancelRequested):
                agent_id = self.state.tasks[event.task_id].agent_id
                if agent_id is not None:
                    self._arms.cancel(agent_id, event.task_id, event.fence)
            elif isinstance(event, ev.ResumeGranted):
                self._arms.resume(event.agent_id, at_s=event.at_s, authority=event.by)
            elif isinstance(event, ev.AgentReturned):
                self._ask_about_attempt_in_hand(event.agent_id)

    def _ask_about_attempt_in_hand(self, agent_id: AgentId) -> None:
        record = self.state.task_of(agent_id)
        attempt = record.open_attempt if record is not None else None
        if self._arms is None or record is None or attempt is None:
            return
        if attempt.agent_id != agent_id:
            return  # the arm says what became of it, and not who helps
        if attempt.cancel_requested_by:
            self._arms.cancel(agent_id, record.task.task_id, attempt.fence)
        else:
            self._arms.ask(agent_id, record.task.task_id, attempt.fence)

    def _ask_about_given_up(self, agent_id: AgentId, fence: Fence) -> None:
        """Find out about an attempt that a person gave up and that its arm is still at."""
        for record in self.state.tasks.values():
            given_up = any(a.fence == fence and a.agent_id == agent_id for a in record.attempts)
            if given_up and self._arms is not None:
                self._arms.ask(agent_id, record.task.task_id, fence)

    def _end_what_nobody_waits_for(self, report: AttemptReport) -> None:
        """Cancel an attempt that still runs although its task was decided otherwise."""
        if self._arms is None or report.status is not AttemptStatus.RUNNING:
            return
        record = self.state.tasks.get(report.task_id)
        attempt = record.open_attempt if record is not None else None
        if attempt is None or attempt.fence != report.fence:
            self._arms.cancel(report.agent_id, report.task_id, report.fence)
