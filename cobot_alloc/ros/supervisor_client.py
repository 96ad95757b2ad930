"""The supervisor's side over ROS 2: implements ``SupervisorGateway`` and ``TurnTaker``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
import contextlib
from dataclasses import replace
import os
import threading
import time
from typing import Any
import uuid

from builtin_interfaces.msg import Time
import rclpy
from rclpy.client import Client
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions

from cobot_alloc.application.lockstep import GIVEN_UP_S
from cobot_alloc.application.signing import ActionRequest, Signer
from cobot_alloc.application.supervisor_ports import (
    Answer,
    CellView,
    ChoreInHand,
    Explanation,
    Offer,
    Offers,
)
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.task import Task
from cobot_alloc.ros import names, qos, view_messages
from cobot_alloc.ros.conversions import task_to_msg, time_from_msg
from cobot_alloc.ros.desk_conversions import candidate_from_msg, offer_from_msg
from cobot_alloc.ros.intake import Share
from cobot_alloc.ros.middleware import repair_soon
from cobot_alloc.ros.supervisor_turns import SupervisorTurns, TOPICS
from cobot_alloc.sim.world import Chore, ChoreKind
from cobot_alloc_msgs import msg, srv

#: Wall-clock seconds.
ANSWER_WITHIN_S = 3.0
#: How long to look for the simulation's hands, which a real cell does not have, or at them.
HANDS_WITHIN_S = 1.0
#: Cell time that a person of the simulation may take for something done by hand.
BY_HAND_WITHIN_S = 180.0
HAND_LOOK_S = 0.02
#: Between two looks at a cell that is not in lockstep.
LOOK_EVERY_S = 0.05
#: The share of the time that each state topic may take: a large cell says much, a liar more.
READING = 0.25
SILENCE_S = qos.MODE_SILENCE_S + 0.5


class RosGateway:
    """
    A connection of one person to one cell.

    It runs its own thread for ROS; calls may come from any one other thread at a time.
    """

    def __init__(
        self,
        cell_id: str,
        *,
        actor: str,
        signer: Signer | None = None,
        lockstep: bool = False,
    ) -> None:
        """
        Connect; nothing is waited for.

        :param signer: holds the person's key; None can look but not act.
        :param lockstep: whether the cell waits for this supervisor in each round of its time.
        """
        self._cell_id = cell_id
        self._actor = actor
        self._signer = signer
        self._view = CellView(cell_id=cell_id)
        self._lock = threading.Lock()
        self._heard_at = 0.0
        self._in_hand: dict[Chore, ChoreInHand] = {}
        self._awaited = {names.TASKS, names.CASES, names.AGENTS}
        self._closing = threading.Event()
        self._context = Context()
        repair_soon()
        # The terminal and the command line own the signals.
        rclpy.init(context=self._context, signal_handler_options=SignalHandlerOptions.NO)
        self._node = Node(
            f'supervisor_{os.getpid()}',
            namespace=cell_id,
            context=self._context,
            enable_rosout=False,
            start_parameter_services=False,
        )
        self._turns: SupervisorTurns | None = None
        if lockstep:
            self._turns = SupervisorTurns(self._node, is_connected=self._is_whole)
        self._listen()
        create = self._node.create_client
        self._submit = create(srv.SubmitOrder, names.SUBMIT_ORDER)
        self._offers = create(srv.GetAvailableActions, names.GET_AVAILABLE_ACTIONS)
        self._execute = create(srv.ExecuteAction, names.EXECUTE_ACTION)
        self._explain = create(srv.ExplainTask, names.EXPLAIN_TASK)
        self._move_part = create(srv.MovePart, names.MOVE_PART)
        self._do_by_hand = create(srv.DoByHand, names.DO_BY_HAND)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self._node)
        self._thread = threading.Thread(target=self._spin, name='ros', daemon=True)
        self._thread.start()

    def view(self) -> CellView:
        """Return the cell as last heard of; never blocks."""
        with self._lock:
            connected = time.monotonic() - self._heard_at < SILENCE_S
            if self._turns is not None:
                connected = self._turns.have_begun
            if connected is not self._view.connected:
                self._view = replace(self._view, connected=connected, serial=self._view.serial + 1)
            return self._view

    def wait_connected(self, timeout_s: float) -> bool:
        """Wait until the allocator's state is here whole and its services answer."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            whole = self.view().connected and not self._awaited
            if whole and self._execute.wait_for_service(timeout_sec=0.2):
                return True
            time.sleep(0.02)
        return False

    def begin_turn(self, within_s: float) -> bool:
        """Wait so many wall-clock seconds for a turn; False if it has not come."""
        if self._turns is not None:
            if not self._turns.begin(within_s):
                return False
            with self._lock:
                now_s = max(self._view.now_s, self._turns.cell_time_s)
                self._view = replace(self._view, now_s=now_s)
            return True
        time.sleep(min(within_s, LOOK_EVERY_S))
        return True

    def end_turn(self) -> None:
        """Let the cell go on."""
        if self._turns is not None:
            self._turns.end()

    def offers(self, subject: Subject) -> Offers:
        """Return what may be done about a subject now."""
        request = srv.GetAvailableActions.Request(
            subject_kind=subject.kind.value, subject_id=subject.id
        )
        response = self._call(self._offers, request)
        if not response.known:
            raise Refused(RefusalCode.UNKNOWN_SUBJECT, response.message)
        actions = tuple(offer_from_msg(message) for message in response.actions)
        return Offers(subject=subject, version=response.version, actions=actions)

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
        """Act as the person whose key this gateway holds."""
        if self._signer is None:
            raise Refused(RefusalCode.NO_KEY, 'this connection has no key to sign with')
        if offer is not None and offer.asserts_part:
            self._use_hands(offer)
        stamp_ns = time.time_ns()
        request = ActionRequest(
            cell_id=self._cell_id,
            request_id=uuid.uuid4().hex,
            stamp_ns=stamp_ns,
            subject=subject,
            action=action,
            version=version,
            actor=self._actor,
            note=note,
            arguments=tuple(sorted((arguments or {}).items())),
        )
        response = self._call(
            self._execute,
            srv.ExecuteAction.Request(
                request_id=request.request_id,
                stamp=Time(sec=stamp_ns // 10**9, nanosec=stamp_ns % 10**9),
                subject_kind=subject.kind.value,
                subject_id=subject.id,
                action=action.value,
                version=version,
                actor=self._actor,
                note=note,
                arguments=[msg.KeyValue(key=k, value=v) for k, v in request.arguments],
                signature=list(self._signer.sign(request.message())),
            ),
        )
        return Answer(
            done=response.done,
            reason_code=response.reason_code,
            message=response.message,
            version=response.version,
        )

    def do_by_hand(self, chore: Chore, *, person_id: str = '') -> ChoreInHand | None:
        """Ask the people of the cell to do something; None where there is nobody to be asked."""
        if not self._do_by_hand.service_is_ready():
            return None
        request_id = uuid.uuid4().hex
        future = self._do_by_hand.call_async(
            srv.DoByHand.Request(
                request_id=request_id,
                person_id=person_id,
                chore=chore.kind.value,
                part=chore.part,
                location=chore.location,
                station=chore.station,
            )
        )
        until_s, turns = self.view().now_s + BY_HAND_WITHIN_S, self._turns
        if turns is not None:
            turns.asked(request_id, future)

        def answer() -> Answer | None:
            if future.done() and (turns is None or turns.is_answered(request_id)):
                response: Any = future.result()
                return Answer(
                    done=response.done,
                    reason_code=response.reason_code,
                    message=response.message,
                )
            gone = not self._do_by_hand.service_is_ready()
            if gone or self.view().now_s > until_s:  # the cell may have died and come back
                future.cancel()
                message = f'nobody has done it, not within {BY_HAND_WITHIN_S:.0f} s'
                return Answer(done=False, reason_code=RefusalCode.NO_ANSWER, message=message)
            return None

        return answer

    def submit(self, order_id: str, tasks: Sequence[Task], *, idempotency_key: str) -> Answer:
        """Submit an order; a repeated key gives the first answer again."""
        response = self._call(
            self._submit,
            srv.SubmitOrder.Request(
                idempotency_key=idempotency_key,
                order_id=order_id,
                requester=self._actor,
                tasks=[task_to_msg(task) for task in tasks],
            ),
        )
        return Answer(
            done=response.accepted, reason_code=response.reason_code, message=response.message
        )

    def explain(self, task_id: str) -> Explanation:
        """Return why the task went where it went."""
        response = self._call(self._explain, srv.ExplainTask.Request(task_id=task_id))
        if not response.known:
            raise Refused(RefusalCode.UNKNOWN_TASK, response.text)
        return Explanation(
            text=response.text,
            attempt=response.attempt,
            candidates=tuple(candidate_from_msg(c) for c in response.candidates),
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._closing.set()
        self._thread.join(timeout=2.0)
        self._executor.shutdown(timeout_sec=1.0)
        self._node.destroy_node()
        self._context.try_shutdown()

    def _use_hands(self, offer: Offer) -> None:
        """Make true what the person asserts, where the cell is a simulation that can."""
        chore = Chore(kind=ChoreKind.PUT, part=offer.asserts_part, location=offer.asserts_location)
        in_hand = self._in_hand.get(chore) or self.do_by_hand(chore)
        if in_hand is not None:
            self._in_hand[chore] = in_hand
            self._see_done(chore, in_hand)
            return
        if not self._move_part.wait_for_service(timeout_sec=HANDS_WITHIN_S):
            return
        request = srv.MovePart.Request(
            part=offer.asserts_part, location=offer.asserts_location, actor=self._actor
        )
        response = self._call(self._move_part, request)
        if not response.done:
            raise Refused(RefusalCode.NOT_SO, response.message)

    def _see_done(self, chore: Chore, in_hand: ChoreInHand) -> None:
        """Wait a little for a chore; whoever acts again asks anew, or hears why it failed."""
        # In lockstep nobody does anything while somebody waits for it here.
        until = time.monotonic() + (HANDS_WITHIN_S if self._turns is None else 0.0)
        while (answer := in_hand()) is None and time.monotonic() < until:
            time.sleep(HAND_LOOK_S)
        if answer is None:
            message = f'somebody is about to put {chore.part} at {chore.location}'
            raise Refused(RefusalCode.UNDER_WAY, f'{message}; say it again when it is there')
        del self._in_hand[chore]
        if not answer.done:
            raise Refused(RefusalCode.NOT_SO, answer.message)

    def _call(self, client: Client, request: Any) -> Any:
        within_s = ANSWER_WITHIN_S if self._turns is None else GIVEN_UP_S
        if not client.wait_for_service(timeout_sec=within_s):
            raise Refused(RefusalCode.NO_ANSWER, f'{client.srv_name} is not there')
        answered = threading.Event()
        future = client.call_async(request)
        future.add_done_callback(lambda _: answered.set())
        if not answered.wait(within_s):
            future.cancel()
            raise Refused(
                RefusalCode.NO_ANSWER, f'{client.srv_name} did not answer in {within_s} s'
            )
        return future.result()

    def _listen(self) -> None:
        self._subscribe(msg.TaskArray, names.TASKS, view_messages.with_tasks)
        self._subscribe(msg.CaseArray, names.CASES, view_messages.with_cases)
        self._subscribe(msg.AgentArray, names.AGENTS, view_messages.with_agents)
        self._subscribe(msg.ZoneArray, names.ZONES, view_messages.with_zones)
        self._node.create_subscription(msg.CellMode, names.MODE, self._on_mode, qos.MODE)

    def _subscribe(self, kind: Any, name: str, take: Callable[[CellView, Any], CellView]) -> None:
        def on_message(message: Any) -> None:
            with self._lock, _ignoring_nonsense():
                self._view = replace(take(self._view, message), serial=self._view.serial + 1)
                self._awaited.discard(name)
            self._heard(name, message)

        self._node.create_subscription(
            kind, name, on_message, qos.STATE, callback_group=Share(READING)
        )

    def _on_mode(self, message: msg.CellMode) -> None:
        with self._lock, _ignoring_nonsense():
            taken = view_messages.with_mode(self._view, message)
            changed = replace(taken, now_s=self._view.now_s) != self._view
            self._view = replace(taken, serial=self._view.serial + changed)
            self._heard_at = time.monotonic()
        self._heard(names.MODE, message)

    def _heard(self, name: str, message: Any) -> None:
        if self._turns is not None and name in TOPICS:
            self._turns.heard(name, time_from_msg(message.stamp))

    def _is_whole(self, hands: bool) -> bool:
        """Tell whether all state and all services are here; ``hands``: those of people too."""
        needed = [self._submit, self._offers, self._execute, self._move_part]
        needed += [self._do_by_hand] if hands else []
        heard = self._heard_at > 0.0 and not self._awaited
        return heard and all(client.service_is_ready() for client in needed)

    def _spin(self) -> None:
        # The thread has ended before anything it works with is taken down.
        while not self._closing.is_set():
            self._executor.spin_once(timeout_sec=0.1)


def _ignoring_nonsense() -> contextlib.suppress:
    """Ignore a message that cannot be read: someone else's, the next one will do."""
    return contextlib.suppress(ValueError)
