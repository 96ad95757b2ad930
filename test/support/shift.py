"""A shift of a simulated cell in processes of its own, watched and disturbed by a test."""

from collections.abc import Callable
from dataclasses import replace
import os
from pathlib import Path
import re
import signal
from subprocess import Popen
from typing import Any

from torture.shared_memory import SharedMemory

from cobot_alloc.application.order import Order
from cobot_alloc.application.places import find
from cobot_alloc.application.processes import cell_nodes
from cobot_alloc.application.supervisor_ports import AgentView
from cobot_alloc.bootstrap import (
    open_gateway,
    open_journal_to_read,
    order_reader,
    prepare_cell,
    scripted_supervisor,
)
from cobot_alloc.cli.headless import is_over
from cobot_alloc.cli.history import read_report
from cobot_alloc.cli.runner import Runner, spawn
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.lifecycles.task import FINAL
from cobot_alloc.storage.sqlite_ledger import SqliteLedger
from support.waiting import wait_until

PERSON = 'anna'
# Bounds for a machine that is busy with other things; nothing waits for them to pass.
UP_WITHIN_S = 60.0
SOON_S = 120.0


class Shift:
    """
    Nodes, a gateway, and a person who answers from the shipped script.

    :ivar said: what the runner and the person told.
    """

    def __init__(
        self,
        folder: Path,
        *,
        world: str = 'two_arm_cell',
        speed: float = 0.0,
        by_hand: bool = False,
    ) -> None:
        """
        Start the nodes.

        :param by_hand: the allocator is the test's to start, not the runner's.
        """
        self.layout = prepare_cell(world, state=folder, person=PERSON, speed=speed)
        self.nodes = {node.name: node for node in cell_nodes(self.layout)}
        self.said: list[str] = []
        self._allocator: Popen[bytes] | None = None
        self._memory = SharedMemory()
        self.runner = Runner(logs=folder / 'logs', say=self.said.append)
        self._answer = scripted_supervisor(find('config/answers', 'first_shift'), actor=PERSON)
        others = [node for name, node in self.nodes.items() if name != 'allocator']
        self.runner.start(others if by_hand else list(self.nodes.values()))
        if by_hand:
            self.start_allocator()
        self.gateway = open_gateway(
            self.layout.cell_id,
            actor=PERSON,
            key=folder / 'operators' / f'{PERSON}.key',
            timeout_s=0,
        )

    def close(self) -> None:
        """End all processes."""
        self.gateway.close()
        self.runner.stop()
        if self._allocator is not None:
            self._allocator.kill()
            self._allocator.wait()
        self._memory.clean()

    # Steering

    def submit(self, order: Order) -> None:
        """Submit an order once an arm is ready."""
        self.until(lambda: self.ready_arms(), timeout_s=UP_WITHIN_S)
        answer = self.gateway.submit(order.order_id, order.tasks, idempotency_key=order.order_id)
        assert answer.done, answer

    def until(
        self,
        question: Callable[[], Any] | Callable[[], bool] | Callable[[], bool],
        timeout_s: float = SOON_S,
    ) -> object:
        """Let the shift go on, the person answering, until something is so."""
        return wait_until(
            question, timeout_s, meanwhile=self._step, what=lambda: self.gateway.view()
        )

    def until_over(self, order: Order, timeout_s: float = SOON_S) -> None:
        """Let the shift go on until the order is done and nothing is left to answer."""
        self.until(lambda: is_over(self.gateway.view(), order), timeout_s)

    def start_allocator(self) -> None:
        """Start an allocator by hand."""
        self._allocator = spawn(self.nodes['allocator'], self._log)

    def kill_allocator(self) -> None:
        """Kill the allocator without warning."""
        self._activations = self._activated()
        if self._allocator is None:
            killed = self.runner.process_ids()['allocator']
            self._memory.look(killed)
            os.kill(killed, signal.SIGKILL)
        else:
            self._memory.look(self._allocator.pid)
            self._allocator.kill()
            self._allocator.wait()

    def until_back(self, timeout_s: float = SOON_S) -> None:
        """Wait until another allocator has taken up work on the same journal."""
        wait_until(
            lambda: self._activated() > self._activations, timeout_s, what=lambda: self.said
        )

    @property
    def _log(self) -> Path:
        return self.layout.state / 'logs' / 'allocator.log'

    def _activated(self) -> int:
        return self._log.read_text().count('action=activated')

    def _step(self) -> None:
        self.runner.check()
        self.said += self._answer(self.gateway)

    # Looks

    def ready_arms(self) -> list[AgentView] | list[Any]:
        """Return the arms that are ready."""
        view = self.gateway.view()
        arms = [a for a in view.agents.values() if a.kind == 'arm' and a.health == 'ready']
        return arms if view.connected else []

    def states(self) -> dict[Any, Any]:
        """Return the states of all tasks."""
        return {name: task.state for name, task in self.gateway.view().tasks.items()}

    def finals(self) -> int:
        """Return how many tasks are final."""
        return sum(state in FINAL for state in self.states().values())

    def open_cases(self) -> list[Any]:
        """Return the open cases."""
        return [case for case in self.gateway.view().cases.values() if case.is_open]


def shipped_order(*names: str) -> Order:
    """Return the shipped order, or only these tasks of it."""
    order = order_reader()(find('orders', 'first_shift'))
    if not names:
        return order
    chosen = tuple(
        replace(task, predecessors=tuple(name for name in task.predecessors if name in names))
        for task in order.tasks
        if task.task_id in names
    )
    return replace(order, tasks=chosen)


def table(folder: Path) -> dict[Any, Any]:
    """Return what became of each task of a run: its state and what kind of agent did it."""
    return {
        row.task_id: (row.state, _kind(row.agent))
        for row in read_report(folder / 'journal.sqlite').tasks
    }


def _kind(agent: str) -> str:
    return 'person' if agent == PERSON else 'arm' if agent else ''


def events(folder: Path) -> list[Any]:
    """Return the events in a run's journal."""
    journal = open_journal_to_read(folder / 'journal.sqlite')
    try:
        return [record.event for record in journal.read()]
    finally:
        journal.close()


def begun_motions(folder: Path) -> list[Any]:
    """Return (arm, fence) of every motion that an arm began, from the cell's own log."""
    log = (folder / 'logs' / 'cell.log').read_text()
    return re.findall(r'action=goal_accepted agent=(\S+) task=\S+ attempt=(\d+)', log)


def assert_nothing_lost_and_nothing_twice(folder: Path) -> None:
    """
    Check journal, ledger and log of a run against each other.

    No motion was begun twice; each task that is done was done by one attempt or by one person;
    what the arms remember is what the journal says.
    """
    happened = events(folder)
    started = {e.fence: e for e in happened if isinstance(e, ev.AttemptStarted)}
    assert len(started) == sum(isinstance(e, ev.AttemptStarted) for e in happened)
    motions = begun_motions(folder)
    assert len(motions) == len(set(motions)), 'a motion was begun twice'
    assert {int(fence) for _, fence in motions} <= started.keys(), 'begun, but not given out'

    ends = {}
    for event in happened:
        if isinstance(event, ev.TaskEnded):
            assert event.task_id not in ends, f'{event.task_id} ended twice'
            ends[event.task_id] = event
    successes = [e.task_id for e in happened if isinstance(e, ev.AttemptSucceeded)]
    assert len(successes) == len(set(successes)), 'a task was done twice'

    ledger = SqliteLedger(folder / 'arms.sqlite')
    try:
        remembered = {
            fence: ledger.find(event.agent_id, fence) for fence, event in started.items()
        }
    finally:
        ledger.close()
    by_arm = {
        report.task_id for report in remembered.values() if report and report.status == 'succeeded'
    }
    assert by_arm == set(successes), 'the arms remember otherwise than the journal'
