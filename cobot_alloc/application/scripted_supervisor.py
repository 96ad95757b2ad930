"""
A supervisor who answers from a script: for demonstrations and trials without a person.

It has no way into the cell that a person does not have: it sees what they see, may do what is
offered to them, and acts as an operator of the cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from cobot_alloc.application.helping_hands import chore_before, Hands, HelpingHands, share_of
from cobot_alloc.application.questions import Question, questions, tasks_of
from cobot_alloc.application.supervisor_ports import CellView, SupervisorGateway
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.sim.world import ChoreKind

#: Where an action needs a note and the script has none.
DEFAULT_NOTE = 'as scripted'


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What an answer is meant for; what is left out does not matter."""

    code: frozenset[str] = frozenset()
    skill: frozenset[str] = frozenset()
    task: frozenset[str] = frozenset()
    title_contains: str = ''
    hazardous: bool | None = None

    def holds(self, question: Question) -> bool:
        """Tell whether the answer is meant for the question."""
        return (
            (not self.code or question.code in self.code)
            and (not self.skill or question.skill in self.skill)
            and (not self.task or question.task_id in self.task)
            and self.title_contains.casefold() in question.title.casefold()
            and self.hazardous in (None, question.hazardous)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedAnswer:
    """
    One answer.

    :ivar after_s: seconds of cell time that the person takes to give it.
    :ivar by_hand: what somebody in the simulated cell is to do before. What the action asserts
        of a part is done without being asked for.
    :ivar station: at which it is to be done; empty: the task's, or else the task's arm.
    """

    when: When = field(default_factory=When)
    action: Action
    note: str = ''
    after_s: float = 1.0
    by_hand: ChoreKind | None = None
    station: str = ''


class Comes(str, Enum):
    """When a scripted supervisor signs on."""

    AT_ONCE = 'at_once'
    WHEN_STUCK = 'when_stuck'  #: only once nothing goes on without; until then nobody is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """
    All answers in their order, and in whose name they are given.

    :ivar comes: when the actor signs on.
    :ivar otherwise: for whatever no answer fits.
    """

    actor: str
    comes: Comes = Comes.AT_ONCE
    answers: tuple[ScriptedAnswer, ...] = ()
    otherwise: ScriptedAnswer | None = None

    def meant_for(self, question: Question) -> tuple[ScriptedAnswer, ...]:
        """Return the answers that fit the question, the foremost first."""
        fitting = tuple(answer for answer in self.answers if answer.when.holds(question))
        return fitting if self.otherwise is None else (*fitting, self.otherwise)


def choose_answer(
    script: Script,
    question: Question,
    offers: Offers,
    *,
    without: frozenset[Action] = frozenset(),
) -> tuple[ScriptedAnswer, Offer] | None:
    """
    Return the first answer that fits and that is offered now, or None.

    :param without: actions that turned out to be impossible.
    """
    offered = {o.action: o for o in offers.actions if o.action not in without}
    for answer in script.meant_for(question):
        if answer.action in offered:
            return answer, offered[answer.action]
    return None


#: In which a task of an arm waits for the person who helps at it.
_IN_HAND = frozenset({TaskState.UNDERWAY, TaskState.PAUSED})
_GOING_ON = frozenset({TaskState.QUEUED, TaskState.ASSIGNED, TaskState.UNDERWAY})


class ScriptedSupervisor:
    """Looks at a cell from time to time and answers what the script has an answer to."""

    def __init__(self, script: Script) -> None:
        """Take the script."""
        self._script = script
        self._since_s: dict[str, float] = {}
        self._settled: dict[Subject, int] = {}
        self._said: dict[Subject, str] = {}
        self._impossible: dict[Subject, frozenset[Action]] = {}
        self._hands = HelpingHands()
        self._helped: dict[Subject, int] = {}

    def step(self, gateway: SupervisorGateway) -> list[str]:
        """Do what can be done now and return what was done, a line each. Call it often."""
        view = gateway.view()
        if not view.connected:
            return []
        if self._script.actor not in view.people:
            return self._sign_on(gateway, view) if self._should_come(view) else []
        lines = self._lend_hands(gateway, view)
        mine = [task.task.task_id for task in tasks_of(view, self._script.actor)]
        self._since_s = {name: self._since_s.get(name, view.now_s) for name in mine}
        waiting = list(questions(view, self._script.actor, self._since_s))
        for it in waiting:
            lines += self._attend(gateway, it, now_s=view.now_s)
        return lines

    def _lend_hands(self, gateway: SupervisorGateway, view: CellView) -> list[str]:
        """Do the actor's share of what arms do together with them, once for each attempt."""
        actor, lines = self._script.actor, []
        for task in view.tasks.values():
            chore = share_of(task)
            if chore is None or task.helper != actor or task.state not in _IN_HAND:
                continue
            subject = Subject(SubjectKind.TASK, task.task.task_id)
            if self._helped.get(subject) == task.attempt:
                continue
            hands, line = self._hands.see_to(
                gateway,
                subject,
                chore,
                now_s=view.now_s,
                person_id=actor,
                occasion=task.attempt,
            )
            if hands is not Hands.UNDER_WAY:
                self._helped[subject] = task.attempt
            lines += [line] if line else []
        return lines

    def _should_come(self, view: CellView) -> bool:
        if self._script.comes is Comes.AT_ONCE:
            return True
        waits = any(case.is_open for case in view.cases.values())
        return waits and not any(task.state in _GOING_ON for task in view.tasks.values())

    def _sign_on(self, gateway: SupervisorGateway, view: CellView) -> list[str]:
        subject = Subject(SubjectKind.CELL, view.cell_id)
        if self._settled.get(subject) == view.version:
            return []
        try:
            offers = gateway.offers(subject)
            answer = gateway.act(subject, Action.SIGN_ON, version=offers.version)
        except Refused as refusal:
            return self._once(subject, f'{self._script.actor} could not sign on: {refusal}')
        if not answer.done:
            return self._once(subject, f'{self._script.actor} may not sign on: {answer.message}')
        self._settled[subject] = view.version
        return [f'{self._script.actor} signed on']

    def _attend(
        self, gateway: SupervisorGateway, question: Question, *, now_s: float
    ) -> list[str]:
        waited_s = now_s - question.since_s
        answers = self._script.meant_for(question)
        if self._settled.get(question.subject) == question.version:
            return []  # answered, and the view has not caught up yet
        if not answers:
            return self._once(question.subject, f'{question.subject}: not in the script')
        if all(waited_s < answer.after_s for answer in answers):
            return []
        try:
            return self._answer(gateway, question, waited_s)
        except Refused as refusal:
            return self._once(question.subject, f'{question.subject}: {refusal}')

    def _answer(
        self, gateway: SupervisorGateway, question: Question, waited_s: float
    ) -> list[str]:
        subject, offers = question.subject, gateway.offers(question.subject)
        if offers.version != question.version:
            return []  # whoever answers what they have not seen yet answers blindly
        impossible = self._impossible.get(subject, frozenset())
        chosen = choose_answer(self._script, question, offers, without=impossible)
        if chosen is None:
            return self._once(subject, f'{subject}: nothing that is offered is in the script')
        answer, offer = chosen
        if waited_s < answer.after_s:
            return []
        note = answer.note or (DEFAULT_NOTE if offer.needs_note else '')
        task = gateway.view().tasks.get(question.task_id)
        chore = chore_before(answer.by_hand, offer, task, station=answer.station)
        if chore is not None:
            now_s = question.since_s + waited_s
            hands, line = self._hands.see_to(gateway, subject, chore, now_s=now_s)
            if hands is Hands.FAILED:
                self._impossible[subject] = impossible | {answer.action}
            if hands in (Hands.UNDER_WAY, Hands.FAILED):
                return [line] if line else []
            if hands is Hands.DONE:  # nobody has to make true what is so
                offer = replace(offer, asserts_part='', asserts_location='')
        try:
            result = gateway.act(
                subject, answer.action, version=offers.version, note=note, offer=offer
            )
        except Refused as refusal:
            if refusal.code == RefusalCode.NOT_SO:  # what the answer asserts cannot be made true
                self._impossible[subject] = impossible | {answer.action}
            raise
        did = f'{subject} ({question.title}): {answer.action.value}'
        if not result.done:
            # The next step looks again; only what is new is worth a line.
            return self._once(subject, f'{did} was refused: {result.message}')
        self._settled[subject] = question.version
        return [f'{did}, {note}' if note else did]

    def _once(self, subject: Subject, line: str) -> list[str]:
        if self._said.get(subject) == line:
            return []
        self._said[subject] = line
        return [line]
