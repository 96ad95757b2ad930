"""A person who answers what comes up, at random, sometimes from an old screen."""

from __future__ import annotations

from random import Random
import threading

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer, Offers
from torture.history import History
from torture.wire import PersonGateway

#: How gladly each action is taken where it is offered; the others never are.
LIKING = {
    Action.RETRY: 6.0,
    Action.DONE_BY_ME: 4.0,
    Action.REASSIGN: 2.0,
    Action.SKIP: 2.0,
    Action.TAKE_OVER: 2.0,
    Action.FALSE_POSITIVE: 2.0,
    Action.RESUME: 2.0,
    Action.CLAIM: 1.0,
    Action.RELEASE: 0.5,
    Action.SCRAP: 0.5,
    Action.CANCEL: 0.5,
}
#: What ends a task for good, the foremost first, and needs no hands.
ENDINGS = (Action.SKIP, Action.RESUME, Action.CLAIM)
#: How many of their latest actions they may repeat.
LATEST = 30


class Person:
    """Signs on and answers through the real gateway, one thing a step."""

    def __init__(
        self, gateway: PersonGateway, name: str, *, random: Random, history: History
    ) -> None:
        """Take the gateway."""
        self._gateway = gateway
        self._name = name
        self._random = random
        self._history = history

    def step(self, view: CellView, calm: threading.Event) -> None:
        """Look, and do something about what is seen; ending it, once it is calm."""
        if not view.connected:
            return
        try:
            self._act(view, calm=calm.is_set())
        except Refused as refusal:
            self._history.note('person_refused', code=refusal.code, why=str(refusal))

    def _act(self, view: CellView, *, calm: bool) -> None:
        if not calm and self._gateway.done and self._random.random() < 0.05:
            self._gateway.repeat(self._random.choice(self._gateway.done[-LATEST:]))
            return
        subject = self._subject(view, calm=calm)
        if subject is None:
            return
        offers = self._gateway.offers(subject)
        offer = self._choose(offers, calm=calm)
        if offer is None:
            return
        version = offers.version
        if not calm and self._random.random() < 0.05:
            version -= 1  # an old screen
            self._history.note('old_screen', subject=str(subject), version=version)
        answer = self._gateway.act(
            subject, offer.action, version=version, note='as the script says', offer=offer
        )
        if answer.done and version != offers.version:
            self._history.note('old_screen_done', subject=str(subject), version=version)

    def _subject(self, view: CellView, *, calm: bool) -> Subject | None:
        if self._name not in view.people:
            return Subject(SubjectKind.CELL, view.cell_id)
        subjects = [Subject(SubjectKind.CASE, c.case_id) for c in view.cases.values() if c.is_open]
        subjects += [
            Subject(SubjectKind.TASK, task.task.task_id)
            for task in view.tasks.values()
            if _is_mine(task.state, judgement=task.task.judgement)
        ]
        if not calm and self._random.random() < 0.02:
            live = [t for t in view.tasks.values() if t.state is TaskState.UNDERWAY]
            subjects += [Subject(SubjectKind.TASK, task.task.task_id) for task in live]
        return self._random.choice(subjects) if subjects else None

    def _choose(self, offers: Offers, *, calm: bool) -> Offer | None:
        if offers.subject.kind is SubjectKind.CELL:
            return next((o for o in offers.actions if o.action is Action.SIGN_ON), None)
        if calm:
            offered = {offer.action: offer for offer in offers.actions}
            return next((offered[action] for action in ENDINGS if action in offered), None)
        liked = [offer for offer in offers.actions if offer.action in LIKING]
        if not liked:
            return None
        return self._random.choices(liked, [LIKING[offer.action] for offer in liked])[0]


def _is_mine(state: TaskState, *, judgement: bool) -> bool:
    return state is TaskState.MANUAL or (judgement and state is TaskState.QUEUED)
