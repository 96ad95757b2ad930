"""A run without a terminal: the answers come from a file, progress goes to the output."""

from __future__ import annotations

from collections.abc import Callable
import time

from rich.console import Console

from cobot_alloc.application.order import Order
from cobot_alloc.application.supervisor_ports import (
    CellView,
    SupervisorGateway,
    TaskView,
    TurnTaker,
)
from cobot_alloc.cli.runner import Runner
from cobot_alloc.domain.candidate import crew_name
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.lifecycles.task import FINAL, TaskState

#: Wall-clock seconds of one wait for a turn.
WAIT_S = 0.2


class Headless:
    """Watches an order until it is done."""

    def __init__(
        self,
        gateway: TurnTaker,
        runner: Runner,
        supervise: Callable[[SupervisorGateway], list[str]],
        order: Order,
        console: Console,
    ) -> None:
        """
        Take what it watches with.

        :param supervise: looks and answers once; returns lines that say what it did.
        """
        self._gateway = gateway
        self._runner = runner
        self._supervise = supervise
        self._order = order
        self._console = console
        self._seen: dict[str, TaskState] = {}
        self._modes: dict[str, SafetyMode] = {}

    def run(self, time_limit_s: float) -> bool:
        """
        Return whether the order was done in time.

        :param time_limit_s: of the wall clock.
        :raises ProcessFailed: if the cell is no longer whole.
        """
        deadline = time.monotonic() + time_limit_s
        serial = -1
        while time.monotonic() < deadline:
            self._runner.check()
            if not self._gateway.begin_turn(WAIT_S):
                continue
            view = self._gateway.view()
            if view.serial != serial:
                serial = view.serial
                self._say_what_changed(view)
            if is_over(view, self._order):
                return True
            self._answer()
            self._gateway.end_turn()
        self._console.print(f'given up after {time_limit_s:g} s')
        return False

    def _answer(self) -> None:
        try:
            lines = self._supervise(self._gateway)
        except Refused as refusal:
            lines = [f'the supervisor could not act: {refusal}']
        for line in lines:
            self._say(line)

    def _say_what_changed(self, view: CellView) -> None:
        for agent in view.agents.values():
            before = self._modes.get(agent.agent_id)
            if agent.kind == 'arm' and agent.mode is not before:
                self._modes[agent.agent_id] = agent.mode
                why = f' ({agent.cause})' if agent.cause else ''
                self._say(f'{agent.agent_id} is {agent.mode.value}{why}')
        for task in view.tasks.values():
            if self._seen.get(task.task.task_id) is not task.state:
                self._seen[task.task.task_id] = task.state
                if text := _sentence(task):
                    self._say(text)

    def _say(self, text: str) -> None:
        done = sum(state in FINAL for state in self._seen.values())
        now_s = self._gateway.view().now_s
        self._console.print(
            f'[{done:2}/{len(self._order.tasks)}] {now_s:7.1f} s  {text}', markup=False
        )


def is_over(view: CellView, order: Order) -> bool:
    """Tell whether an order is done and nothing is left to answer."""
    tasks = [view.tasks.get(task.task_id) for task in order.tasks]
    return all(task is not None and task.state in FINAL for task in tasks) and not any(
        case.is_open for case in view.cases.values()
    )


def _sentence(task: TaskView) -> str:
    name, agent = task.task.task_id, crew_name(task.agent_id, task.helper)
    by = f' by {task.decided_by}' if task.decided_by else ''
    texts = {
        TaskState.UNDERWAY: f'{agent} is at {name}',
        TaskState.PAUSED: f'{name} is paused: {task.reason}',
        TaskState.AWAITING_DECISION: f'{name} needs a decision: {task.reason}',
        TaskState.MANUAL: f'{name} is with {agent}',
        TaskState.COMPLETED: f'{name} is completed by {agent}',
    }
    if task.state in FINAL and task.state is not TaskState.COMPLETED:
        return f'{name} is {task.state.value}{by}'
    return texts.get(task.state, '')
