"""A gateway to the demo cell, for trying the terminal and for its tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from threading import Lock

from cobot_alloc.application.supervisor_ports import Answer, CellView, Explanation
from cobot_alloc.domain.candidate import Candidate
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.decisions.offering import offers
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.failure import Failure
from cobot_alloc.domain.identifiers import OrderId
from cobot_alloc.domain.inputs import SubmitOrder, TakeAction
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import Chore
from cobot_alloc.tui.demo import story
from cobot_alloc.tui.demo.cell import DemoCell
from cobot_alloc.tui.demo.projection import view_of


class DemoGateway:
    """
    Keeps the rules of the gateway's port: refusals by code, versions, one actor.

    :ivar is_heard: set it to False, and the allocator no longer answers.
    """

    def __init__(
        self,
        *,
        actor: str,
        clock: Callable[[], float],
        failures: Mapping[str, Sequence[Failure]] | None = None,
        visits: bool = True,
    ) -> None:
        """
        Start the demo cell.

        :param clock: tells the seconds since the start.
        :param failures: by task, instead of those of the story.
        """
        self.is_heard = True
        self._actor = actor
        self._clock = clock
        self._numbers = count(1)
        # The view is read by the terminal's thread while another one acts.
        self._lock = Lock()
        self._cell = DemoCell(
            failures=story.FAILURES if failures is None else failures, visits=visits
        )

    def view(self) -> CellView:
        """Return the cell as it is now, or as it was when it was last heard."""
        with self._lock:
            if self.is_heard:
                self._cell.advance(self._clock())
            return view_of(
                self._cell.state,
                serial=self._cell.serial,
                now_s=self._cell.now_s,
                connected=self.is_heard,
            )

    def offers(self, subject: Subject) -> Offers:
        """Return what may be done about a subject now."""
        with self._lock:
            self._check_line()
            return offers(self._cell.state, subject, story.RULES)

    def act(
        self,
        subject: Subject,
        action: Action,
        *,
        version: int,
        note: str = '',
        arguments: Mapping[str, str] | None = None,
        offer: Offer | None = None,
    ) -> Answer:
        """Act as the one actor."""
        return self.act_as(self._actor, subject, action, version=version, note=note)

    def act_as(
        self, actor: str, subject: Subject, action: Action, *, version: int, note: str = ''
    ) -> Answer:
        """Act as anyone, as if from another terminal."""
        with self._lock:
            self._check_line()
            given = TakeAction(
                request_id=f'demo-{next(self._numbers)}',
                actor=actor,
                subject=subject,
                action=action,
                version=version,
                note=note,
                person=story.person(actor),
            )
            try:
                self._cell.handle(given)
            except Refused as refusal:
                return self._answer(subject, code=refusal.code, message=str(refusal))
            return self._answer(subject)

    def do_by_hand(self, chore: Chore, *, person_id: str = '') -> None:
        """Have nobody to ask: the demo cell has no people who do things."""

    def submit(self, order_id: str, tasks: Sequence[Task], *, idempotency_key: str) -> Answer:
        """Submit an order."""
        with self._lock:
            self._check_line()
            given = SubmitOrder(
                order_id=OrderId(order_id),
                idempotency_key=idempotency_key,
                requester=self._actor,
                tasks=tuple(tasks),
            )
            try:
                self._cell.handle(given)
            except Refused as refusal:
                return Answer(done=False, reason_code=refusal.code, message=str(refusal))
            return Answer(done=True)

    def explain(self, task_id: str) -> Explanation:
        """Return who was considered for the task."""
        with self._lock:
            self._check_line()
            if task_id not in self._cell.state.tasks:
                raise Refused(RefusalCode.UNKNOWN_TASK, f'there is no task {task_id}')
            candidates = self._cell.considered.get(task_id, ())
            story_lines = '\n'.join(_line(candidate) for candidate in candidates)
            return Explanation(text=story_lines or 'It has not been given to anyone yet.')

    def close(self) -> None:
        """Let go of nothing."""

    def _check_line(self) -> None:
        if not self.is_heard:
            raise Refused(RefusalCode.NO_ANSWER, 'the allocator did not answer in time')

    def _answer(self, subject: Subject, *, code: str = '', message: str = '') -> Answer:
        version = self._cell.state.version_of(subject) or 0
        return Answer(done=not code, reason_code=code, message=message, version=version)


def _line(candidate: Candidate) -> str:
    sign = '*' if candidate.chosen else '-'
    if candidate.reasons:
        why = 'ruled out: ' + '; '.join(reason.text for reason in candidate.reasons)
    else:
        terms = ' + '.join(f'{term.name} {term.seconds:.1f}' for term in candidate.terms)
        why = f'would finish in {candidate.cost_s:.1f} s ({terms})'
    return f'{sign} {candidate.name}: {"chosen, " if candidate.chosen else ""}{why}'
