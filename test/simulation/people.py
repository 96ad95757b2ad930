"""Clients who order and people who answer: they repeat themselves, err, and go home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.inputs import SubmitOrder, TakeAction
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.task import Task, WorkMode
from simulation.allocator_process import AllocatorProcess, CELL
from simulation.history import History, Violation
from simulation.timeline import Network, Timeline

AGAIN_AFTER_S = 2.0
ARM, PERSON, TOGETHER = WorkMode.ARM, WorkMode.PERSON, WorkMode.TOGETHER
MODES = ((TOGETHER,), (TOGETHER,), (PERSON, TOGETHER), (ARM, TOGETHER), (PERSON,), (ARM,))
MODES_OF_HAZARDS = ((ARM,), (ARM, TOGETHER))
#: Answers that end a task; what people turn to when it is time to go home.
ENDINGS = (Action.SKIP, Action.DONE_BY_ME, Action.FALSE_POSITIVE)


class Client:
    """Submits one order, again and again until it is answered."""

    def __init__(
        self,
        timeline: Timeline,
        network: Network,
        history: History,
        allocator: AllocatorProcess,
        order: SubmitOrder,
    ) -> None:
        """Begin some time."""
        self._timeline = timeline
        self._network = network
        self._history = history
        self._allocator = allocator
        self._order = order
        self._answered = False
        timeline.after(20.0 * timeline.random.random(), self._submit)

    def _submit(self) -> None:
        if not self._answered:
            self._submit_again()
            self._timeline.after(AGAIN_AFTER_S, self._submit)

    def _submit_again(self) -> None:
        self._network.send(lambda: self._allocator.on_submit(self._order, self._on_reply))

    def _on_reply(self, code: str) -> None:
        order = self._order
        if code and order.idempotency_key in self._history.submitted:
            raise Violation(2, f'{order.order_id} was accepted, and the repetition is: {code}')
        if not self._answered:
            # Some repeat themselves long after, when all has been done.
            self._timeline.after(60.0 * self._timeline.random.random(), self._submit_again)
        self._answered = True
        if not code:
            ids = tuple(task.task_id for task in order.tasks)
            self._history.accepted[order.order_id] = ids
            self._history.submitted[order.idempotency_key] = order.order_id


class Person:
    """Looks at the cell now and then, and does something about what they see."""

    def __init__(
        self,
        timeline: Timeline,
        network: Network,
        history: History,
        allocator: AllocatorProcess,
        agent: Agent,
    ) -> None:
        """Begin to look."""
        self._timeline = timeline
        self._network = network
        self._history = history
        self._allocator = allocator
        self._agent = agent
        self._requests = 0
        self._waiting: TakeAction | None = None
        self.away = False
        self.wants: Action | None = None
        timeline.every(1.1, self._look)

    # What they do

    def _look(self) -> None:
        if self._waiting is not None:
            self._send(self._waiting)  # not answered yet: the same request once more
            if self._timeline.random.random() < 0.2:
                self._waiting = None  # or given up; whether it was done, nobody told them
            return
        if not self._allocator.up:
            return
        state = self._allocator.state  # a value: it does not change while they look at it
        subject, chooser = self._choose_subject(state)
        if subject is not None:
            self._network.send(
                lambda: self._allocator.on_offers(
                    subject, lambda offers: self._act(offers, chooser)
                )
            )

    def _choose_subject(
        self, state: CellState
    ) -> tuple[Subject | None, Callable[[Offers], Offer | None]]:
        cell = Subject(SubjectKind.CELL, CELL)
        name, signed_on = self._agent.agent_id, self._is_signed_on(state)
        if self.away:
            return (cell, _the(Action.SIGN_OFF)) if signed_on else (None, _the())
        if self.wants is not None:
            wanted, self.wants = self.wants, None
            return cell, _the(wanted)
        if not signed_on:
            return cell, _the(Action.SIGN_ON)
        if state.mode is not SafetyMode.NORMAL:
            return cell, _the(Action.RESET_STOP, Action.RESUME)
        mine = [t for t, holder in state.in_hand.items() if holder == name]
        mine = [t for t in mine if state.tasks[t].state is TaskState.MANUAL]
        subjects = [Subject(SubjectKind.CASE, case_id) for case_id in state.open_cases]
        subjects += [Subject(SubjectKind.TASK, task_id) for task_id in mine]
        live = [t for t in state.tasks.values() if not t.is_final]
        if live and self._timeline.chance(0.05):
            task = self._timeline.random.choice(live)
            return Subject(SubjectKind.TASK, task.task.task_id), _the(Action.CANCEL)
        if not subjects:
            return None, _the()
        return self._timeline.random.choice(subjects), self._any

    def _any(self, offers: Offers) -> Offer | None:
        if not offers.actions:
            return None
        endings = [offer for offer in offers.actions if offer.action in ENDINGS]
        if self._timeline.calm and endings:
            return endings[0]
        take_over = _the(Action.TAKE_OVER)(offers)
        if take_over is not None and self._timeline.chance(0.2):
            return take_over  # some do not wait until they are free
        return self._timeline.random.choice(offers.actions)

    def _is_signed_on(self, state: CellState) -> bool:
        return any(p.agent.agent_id == self._agent.agent_id for p in state.people_present())

    def _act(self, offers: Offers | None, choose: Callable[[Offers], Offer | None]) -> None:
        offer = choose(offers) if offers is not None else None
        if offers is None or offer is None or self._waiting is not None:
            return
        version = offers.version
        if self._timeline.chance(self._timeline.chaos.mistakes):
            version -= 1  # an old screen
        self._requests += 1
        request = TakeAction(
            request_id=f'{self._agent.agent_id}-{self._requests}',
            actor=self._agent.agent_id,
            subject=offers.subject,
            action=offer.action,
            version=version,
            note='because',
            person=self._agent,
        )
        self._waiting = request
        self._send(request)

    def _send(self, request: TakeAction) -> None:
        self._timeline.note(
            f'{request.actor}: {request.action.value} on {request.subject}'
            f' v{request.version} ({request.request_id})'
        )
        self._network.send(
            lambda: self._allocator.on_action(request, lambda code: self._on_reply(request, code))
        )

    def _on_reply(self, request: TakeAction, code: str) -> None:
        if not code:
            self._history.done.add(request.request_id)
        if self._waiting is not None and self._waiting.request_id == request.request_id:
            self._waiting = None


def _the(*actions: Action) -> Callable[[Offers], Offer | None]:
    def choose(offers: Offers) -> Offer | None:
        return next((offer for offer in offers.actions if offer.action in actions), None)

    return choose


def some_order(timeline: Timeline, number: int, locations: list[str]) -> SubmitOrder:
    """Return an order of a few tasks of all kinds, some building on others."""
    random = timeline.random
    tasks: list[Task] = []
    for index in range(random.randint(1, 5)):
        task = Task(
            task_id=TaskId(f'o{number}t{index}'),
            order_id=OrderId(''),
            skill='pick_place',
            part=f'part{number}{index}',
            station=('left', 'right')[index % 2],
            source=random.choice(locations),
            target=random.choice(locations),
            payload_kg=random.choice([0.5, 0.5, 5.0]),
            hazards=frozenset({'acid'}) if random.random() < 0.2 else frozenset(),
            priority=random.choice([0, 0, 0, 1]),
            deadline_s=random.choice([None, 30.0]),
            earliest_start_s=random.choice([0.0, 0.0, 5.0]),
            predecessors=tuple(t.task_id for t in tasks if random.random() < 0.25),
        )
        if random.random() < 0.2:
            task = replace(
                task, skill='decide', judgement=True, hazards=frozenset(), payload_kg=0.0
            )
        elif random.random() < 0.4:
            modes = MODES_OF_HAZARDS if task.hazards else MODES
            task = replace(task, modes=random.choice(modes))
        tasks.append(task)
    return SubmitOrder(
        order_id=OrderId(f'o{number}'),
        idempotency_key=f'key{number}',
        requester='client',
        tasks=tuple(tasks),
    )
