"""Who orders and who answers in a long run."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from long_cell import LongCell

from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.inputs import SubmitOrder, TakeAction
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.offer import Offer
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import World

#: Where each part is brought; it goes back to where the world file has it.
AWAY = {
    'housing_1': 'fixture_a_1',
    'housing_2': 'fixture_a_2',
    'plate_1': 'buffer_3',
    'plate_2': 'buffer_4',
    'gear_1': 'fixture_b_1',
    'gear_2': 'fixture_b_2',
    'motor': 'heavy_nest',
    'canister': 'hazard_station',
}
#: Of each hour the people are away for the last so many seconds.
BREAK_S = 600.0
#: Chance per look: that an old order comes in again, that the cell is stopped.
AGAIN, STOP = 0.1, 0.0001
#: Simulated seconds between two looks of a client.
LOOK_S = 5.0


@dataclass(slots=True)
class Client:
    """
    Keeps every part on its way, there and back, one order a part.

    :ivar tasks: how many there were in all orders.
    """

    cell: LongCell
    world: World
    random: Random
    orders: int = 0
    tasks: int = 0
    ready_at: float = 0.0
    _latest: SubmitOrder | None = None

    def look(self) -> None:
        """Order whatever is not ordered."""
        state = self.cell.state
        if self.cell.now_s < self.ready_at:
            return
        self.ready_at = self.cell.now_s + LOOK_S
        busy = {
            state.tasks[task_id].task.part
            for order_id in state.orders
            if order_id not in state.finished
            for task_id in state.orders[order_id].task_ids
        }
        for part in AWAY:
            if part not in busy:
                self._latest = self._order(part)
                self.tasks += len(self._latest.tasks)
                self.cell.take(self._latest)
        if self._latest is not None and self.random.random() < AGAIN:
            self.cell.take(self._latest)

    def _order(self, part: str) -> SubmitOrder:
        self.orders += 1
        spec = next(one for one in self.world.parts if one.part_id == part)
        name = f'order-{self.orders}'
        common: dict[str, Any] = {
            'order_id': '',
            'skill': 'pick_place',
            'part': part,
            'payload_kg': spec.mass_kg,
            'hazards': frozenset({'solvent'} if part == 'canister' else ()),
            'priority': self.random.choice([0, 0, 0, 1]),
        }
        there = Task(task_id=TaskId(f'{name}-there'), source=spec.at, target=AWAY[part], **common)
        back = Task(
            task_id=TaskId(f'{name}-back'), source=AWAY[part], target=spec.at,
            predecessors=(there.task_id,), deadline_s=600.0, **common,
        )  # fmt: skip
        look = Task(
            task_id=TaskId(f'{name}-look'), order_id=OrderId(''), skill='decide', judgement=True
        )
        tasks = (there, back, look) if self.random.random() < 0.1 else (there, back)
        return SubmitOrder(
            order_id=OrderId(name),
            idempotency_key=f'key of {name}',
            requester='client',
            tasks=tasks,
        )


@dataclass(slots=True)
class Person:
    """Comes and goes, answers cases and does what only a person may, each after a while."""

    cell: LongCell
    name: str
    random: Random
    requests: int = 0
    ready_at: float = 0.0

    def look(self) -> None:
        """Do one thing, if it is time for it."""
        state, now_s = self.cell.state, self.cell.now_s
        cell = Subject(SubjectKind.CELL, state.cell_id)
        record = state.agents.get(AgentId(self.name))
        is_there = record is not None and record in state.people_present()
        should_be = now_s % 3600.0 < 3600.0 - BREAK_S
        if is_there is not should_be:
            self._act(cell, Action.SIGN_ON if should_be else Action.SIGN_OFF)
        if not (is_there and should_be) or now_s < self.ready_at:
            return
        if state.mode is not SafetyMode.NORMAL:
            self._act(cell, Action.RESET_STOP, Action.RESUME)
        elif self.random.random() < STOP:
            self._act(cell, Action.STOP)
        elif (subject := self._subject()) is not None:
            self._act(subject)
        self.ready_at = now_s + 2.0 + 20.0 * self.random.random()

    def _subject(self) -> Subject | None:
        state = self.cell.state
        mine = [t for t, who in state.in_hand.items() if who == self.name]
        mine = [t for t in mine if state.tasks[t].state is TaskState.MANUAL]
        if mine:
            return Subject(SubjectKind.TASK, mine[0])
        return next((Subject(SubjectKind.CASE, case_id) for case_id in state.open_cases), None)

    def _act(self, subject: Subject, *wanted: Action) -> None:
        offers = self.cell.allocator.offers(subject)
        liked = [offer for offer in offers.actions if not wanted or offer.action in wanted]
        self.random.shuffle(liked)
        for offer in liked:
            try:
                self._use_hands(offer)
                self._send(subject, offer.action, offers.version)
            except Refused:
                continue  # something else then
            return

    def _send(self, subject: Subject, action: Action, version: int) -> None:
        self.requests += 1
        self.cell.take(
            TakeAction(
                request_id=f'{self.name}-{self.requests}',
                actor=self.name,
                subject=subject,
                action=action,
                version=version,
                note='as seen',
                person=Agent(
                    agent_id=AgentId(self.name),
                    kind=AgentKind.PERSON,
                    skills=frozenset({'decide'}),
                    payload_kg=10.0,
                    reach_m=None,
                ),
            )
        )

    def _use_hands(self, offer: Offer) -> None:
        if offer.asserts_part:
            self.cell.move_part(offer.asserts_part, offer.asserts_location)
