"""The allocator's services: orders in, the one door for people, explanations out."""

from __future__ import annotations

from collections.abc import Callable
import time

from rclpy.node import Node
from rclpy.service import Service

from cobot_alloc.application.explain import explain
from cobot_alloc.application.settings import AllocatorParts
from cobot_alloc.application.signing import ActionRequest
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import JournalError, Refused
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.identifiers import OrderId
from cobot_alloc.domain.inputs import Input, SubmitOrder, TakeAction
from cobot_alloc.domain.task import Task
from cobot_alloc.ros import names
from cobot_alloc.ros.conversions import bounded_number, bounded_text, task_from_msg
from cobot_alloc.ros.desk_conversions import (
    action_from_msg,
    candidate_to_msg,
    offer_to_msg,
    subject_from_msg,
)
from cobot_alloc.ros.intake import serve, Share
from cobot_alloc_msgs import msg, srv

#: More than this in one request is an accident or an attack.
MOST_TASKS = 100_000
MOST_ARGUMENTS = 64
#: The share of the time that explanations may take: each reads the whole journal.
EXPLAINING = 0.25


class DeskServices:
    """Answers requests; whatever is wrong with one is said in its answer, never raised."""

    def __init__(self, node: Node, take: Callable[[Input], tuple[Event, ...]]) -> None:
        """
        Offer the services; they refuse politely until ``open``.

        :param take: lets the allocator take up an input.
        """
        self._take = take
        self._parts: AllocatorParts | None = None
        self._services: list[Service] = [
            serve(node, srv.SubmitOrder, names.SUBMIT_ORDER, self._submit_order),
            serve(
                node, srv.GetAvailableActions, names.GET_AVAILABLE_ACTIONS, self._available_actions
            ),
            serve(node, srv.ExecuteAction, names.EXECUTE_ACTION, self._execute_action),
            node.create_service(
                srv.ExplainTask,
                names.EXPLAIN_TASK,
                self._explain_task,
                callback_group=Share(EXPLAINING),
            ),
        ]

    def open(self, parts: AllocatorParts) -> None:
        """Work with these parts from now on."""
        self._parts = parts

    def close(self) -> None:
        """Refuse from now on."""
        self._parts = None

    def _open_parts(self) -> AllocatorParts:
        if self._parts is None:
            raise Refused(RefusalCode.NOT_ACTIVE, 'the allocator is not active')
        return self._parts

    def _submit_order(
        self, request: srv.SubmitOrder.Request, response: srv.SubmitOrder.Response
    ) -> srv.SubmitOrder.Response:
        try:
            order = _order(request)
            self._take(order)
            known = self._open_parts().allocator.state.receipts[order.idempotency_key]
            response.accepted, response.order_id = True, known.order_id
        except (Refused, JournalError, ValueError) as error:
            response.reason_code, response.message = _code(error), str(error)
        return response

    def _available_actions(
        self, request: srv.GetAvailableActions.Request, response: srv.GetAvailableActions.Response
    ) -> srv.GetAvailableActions.Response:
        try:
            subject = subject_from_msg(request.subject_kind, request.subject_id)
            offers = self._open_parts().allocator.offers(subject)
            response.known, response.version = True, offers.version
            response.actions = [offer_to_msg(offer) for offer in offers.actions]
        except (Refused, ValueError) as error:
            response.message = str(error)
        return response

    def _execute_action(
        self, request: srv.ExecuteAction.Request, response: srv.ExecuteAction.Response
    ) -> srv.ExecuteAction.Response:
        try:
            parts = self._open_parts()
            action = _action_request(request, parts.allocator.state.cell_id)
            parts.authenticator.check(action, bytes(request.signature), now_ns=time.time_ns())
            self._take(
                TakeAction(
                    request_id=action.request_id,
                    actor=action.actor,
                    subject=action.subject,
                    action=action.action,
                    version=action.version,
                    note=action.note,
                    arguments=action.arguments,
                    person=parts.people.get(action.actor),
                )
            )
            response.done = True
            response.version = parts.allocator.state.version_of(action.subject) or 0
        except (Refused, JournalError, ValueError) as error:
            response.reason_code, response.message = _code(error), str(error)
        return response

    def _explain_task(
        self, request: srv.ExplainTask.Request, response: srv.ExplainTask.Response
    ) -> srv.ExplainTask.Response:
        try:
            at_s = bounded_number('at_s', request.at_s) if request.has_at else None
            explanation = explain(self._open_parts().journal.read(), request.task_id, at_s=at_s)
        except (Refused, JournalError, ValueError) as error:
            response.text = str(error)
            return response
        response.known, response.text = True, explanation.text
        response.attempt = explanation.attempt
        response.candidates = [candidate_to_msg(c) for c in explanation.candidates]
        return response


def _order(request: srv.SubmitOrder.Request) -> SubmitOrder:
    if len(request.tasks) > MOST_TASKS:
        raise ValueError(f'tasks: got {len(request.tasks)}, expected at most {MOST_TASKS}')
    return SubmitOrder(
        order_id=OrderId(bounded_text('order_id', request.order_id, most=256)),
        idempotency_key=bounded_text('idempotency_key', request.idempotency_key, most=256),
        requester=bounded_text('requester', request.requester, most=256),
        tasks=tuple(_numbered(number, task) for number, task in enumerate(request.tasks)),
    )


def _numbered(number: int, message: msg.Task) -> Task:
    try:
        return task_from_msg(message)
    except ValueError as error:
        raise ValueError(f'tasks[{number}]: {error}') from error


def _action_request(request: srv.ExecuteAction.Request, cell_id: str) -> ActionRequest:
    if not request.request_id:
        raise ValueError('request_id: got an empty text, expected a unique one')
    if len(request.arguments) > MOST_ARGUMENTS:
        raise ValueError(
            f'arguments: got {len(request.arguments)}, expected at most {MOST_ARGUMENTS}'
        )
    return ActionRequest(
        cell_id=cell_id,
        request_id=bounded_text('request_id', request.request_id, most=256),
        stamp_ns=request.stamp.sec * 10**9 + request.stamp.nanosec,
        subject=subject_from_msg(request.subject_kind, request.subject_id),
        action=action_from_msg(request.action),
        version=request.version,
        actor=bounded_text('actor', request.actor, most=256),
        note=bounded_text('note', request.note),
        arguments=tuple(
            sorted(
                (bounded_text('key', a.key, most=256), bounded_text('value', a.value))
                for a in request.arguments
            )
        ),
    )


def _code(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.code
    return (
        RefusalCode.JOURNAL_FAILED if isinstance(error, JournalError) else RefusalCode.BAD_REQUEST
    )
