"""The hands of the people of a simulated cell over ROS 2; a real cell does not have this."""

from __future__ import annotations

from collections.abc import Callable

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.node import Node
from rclpy.task import Future

from cobot_alloc.application.arm_ports import ChoreReport, HandWork
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.ros import names
from cobot_alloc.ros.conversions import member_of
from cobot_alloc.sim.world import Chore, ChoreKind
from cobot_alloc_msgs import srv

#: Characters of a request's id; of a longer one only the beginning counts.
_LONGEST_ID = 64


class ChoreServer:
    """
    Serves ``do_by_hand``: the answer comes when the chore is done, or cannot be.

    Everything runs in the thread that steps the world; waiting for a chore holds up nothing.
    """

    def __init__(
        self, node: Node, people: HandWork, *, heard: Callable[[str], None] | None = None
    ) -> None:
        """
        Offer the hands.

        :param heard: in lockstep, is told the id of each request.
        """
        self._node = node
        self._people = people
        self._heard = heard
        self._answered: list[str] = []
        self._running: dict[int, tuple[str, Future[ChoreReport]]] = {}
        # In the node's own group a call that waits would keep every other callback waiting.
        self._service = node.create_service(
            srv.DoByHand,
            names.DO_BY_HAND,
            self._on_do_by_hand,
            callback_group=ReentrantCallbackGroup(),
        )

    def collect(self) -> None:
        """Answer whoever asked for a chore that has ended."""
        if not self._running:
            return
        for report in self._people.take_chore_reports():
            request_id, done = self._running.pop(report.ticket, ('', None))
            if done is not None:
                self._answer(request_id)
                done.set_result(report)

    def take_answered(self) -> list[str]:
        """Return the ids of the requests that were answered since the last call."""
        answered, self._answered = self._answered, []
        return answered

    def close(self) -> None:
        """Withdraw the service."""
        self._node.destroy_service(self._service)

    async def _on_do_by_hand(
        self, request: srv.DoByHand.Request, response: srv.DoByHand.Response
    ) -> srv.DoByHand.Response:
        if self._heard is not None:
            self._heard(request.request_id[:_LONGEST_ID])
        try:
            chore = _chore(request)
            ticket = self._people.ask(chore, request.person_id)
        except Refused as refusal:
            response.reason_code, response.message = refusal.code, str(refusal)
            self._answer(request.request_id)
            return response
        except ValueError as nonsense:
            response.reason_code, response.message = RefusalCode.BAD_REQUEST, str(nonsense)
            self._answer(request.request_id)
            return response
        done: Future[ChoreReport] = Future()
        self._running[ticket] = request.request_id, done
        report = await done
        assert report is not None, 'a future of rclpy is awaited until it has a result'
        response.done = report.is_done
        response.reason_code, response.message = report.code, report.detail
        self._node.get_logger().info(
            f'action=done_by_hand person={report.person_id} chore={chore.kind.value}'
            f' part={chore.part} location={chore.location} station={chore.station}'
            f' done={report.is_done} reason="{report.detail}"'
        )
        return response

    def _answer(self, request_id: str) -> None:
        if self._heard is not None and request_id:
            self._answered.append(request_id[:_LONGEST_ID])


def _chore(request: srv.DoByHand.Request) -> Chore:
    return Chore(
        kind=member_of(ChoreKind, 'chore', request.chore),
        part=request.part,
        location=request.location,
        station=request.station,
    )
