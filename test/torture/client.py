"""A client who keeps ordering, repeats itself until it is answered, and again long after."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
import threading
import time

from rclpy.client import Client as Service

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.lifecycles.task import FINAL
from cobot_alloc.domain.task import Task
from cobot_alloc.ros.conversions import task_to_msg
from cobot_alloc_msgs import srv
from torture.history import History
from torture.wire import answer_of, NOT_NOW

#: Where each part is when the world is new, where it can be brought, its mass, its hazards.
LANES: dict[str, tuple[str, str, float, tuple[str, ...]]] = {
    'housing_1': ('tray_a_1', 'fixture_a_1', 0.3, ()),
    'housing_2': ('tray_a_2', 'fixture_a_2', 0.3, ()),
    'housing_3': ('tray_a_3', 'fixture_a_3', 0.3, ()),
    'plate_1': ('buffer_1', 'buffer_3', 0.4, ()),
    'plate_2': ('buffer_2', 'buffer_4', 0.4, ()),
    'gear_1': ('tray_b_1', 'fixture_b_1', 0.5, ()),
    'gear_2': ('tray_b_2', 'fixture_b_2', 0.5, ()),
    'motor': ('heavy_pallet', 'heavy_nest', 5.0, ()),
    'canister': ('rack', 'hazard_station', 0.8, ('solvent',)),
}
#: Seconds after which an order that is no longer seen counts as done.
UNSEEN_S = 10.0


@dataclass(slots=True)
class _Order:
    order_id: str
    tasks: tuple[Task, ...]
    answered: bool = False
    sent_at: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> str:
        return f'key of {self.order_id}'


class Client:
    """One open order for each part at most; the parts go back to where they came from."""

    def __init__(
        self, submit: Service, *, random: Random, history: History, pause_s: tuple[float, float]
    ) -> None:
        """
        Begin without orders.

        :param submit: the service that takes them.
        :param pause_s: the shortest and the longest time between two requests.
        """
        self._submit = submit
        self._random = random
        self._history = history
        self._pause_s = pause_s
        self._orders: list[_Order] = []
        self._lanes: dict[str, _Order] = {}

    def work(self, view: CellView, enough: threading.Event) -> bool:
        """
        Send one request, and return whether every order was answered.

        :param enough: once it is set, only what was not answered is sent.
        """
        waiting = [order for order in self._orders if not order.answered]
        answered = [order for order in self._orders if order.answered]
        if waiting:
            self._send(waiting[0])
        elif answered and self._random.random() < 0.15:
            self._send(self._random.choice(answered))
        elif not enough.is_set() and (lane := self._free_lane(view)):
            self._orders.append(self._new(lane))
            self._lanes[lane] = self._orders[-1]
        time.sleep(self._random.uniform(*self._pause_s))
        return not waiting

    def _send(self, order: _Order) -> None:
        ids = [task.task_id for task in order.tasks]
        self._history.note('submit_sent', key=order.key, tasks=ids, again=order.answered)
        response = answer_of(
            self._submit,
            srv.SubmitOrder.Request(
                idempotency_key=order.key,
                order_id=order.order_id,
                requester='client',
                tasks=[task_to_msg(task) for task in order.tasks],
            ),
        )
        if response is None or response.reason_code in NOT_NOW:
            return
        self._history.note(
            'submit_answered',
            key=order.key,
            order=response.order_id,
            accepted=response.accepted,
            code=response.reason_code,
            again=order.answered,
        )
        order.answered = True

    def _free_lane(self, view: CellView) -> str | None:
        free = [part for part in LANES if not self._is_busy(part, view)]
        return self._random.choice(free) if free else None

    def _is_busy(self, part: str, view: CellView) -> bool:
        order = self._lanes.get(part)
        if order is None:
            return False
        seen = [view.tasks[t.task_id] for t in order.tasks if t.task_id in view.tasks]
        if not seen:
            return time.monotonic() - order.sent_at < UNSEEN_S or not view.connected
        return any(task.state not in FINAL for task in seen)

    def _new(self, part: str) -> _Order:
        order_id = f'o{len(self._orders)}'
        home, away, payload_kg, hazards = LANES[part]

        def carry(name: str, source: str, target: str, *after: Task) -> Task:
            return Task(
                task_id=TaskId(f'{order_id}_{name}'),
                order_id=OrderId(''),
                skill='pick_place',
                part=part,
                source=source,
                target=target,
                payload_kg=payload_kg,
                hazards=frozenset(hazards),
                predecessors=tuple(task.task_id for task in after),
            )

        there = carry('there', home, away)
        tasks: tuple[Task, ...] = (there, carry('back', away, home, there))
        if self._random.random() < 0.2:
            tasks += (
                Task(
                    task_id=TaskId(f'{order_id}_look'),
                    order_id=OrderId(''),
                    skill='decide',
                    judgement=True,
                    predecessors=(there.task_id,),
                ),
            )
        return _Order(order_id, tasks)
