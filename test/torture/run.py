"""One run: bring a cell up, torture it, let it come to its end, and look at what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import os
from pathlib import Path
from random import Random
import threading
import time

from cobot_alloc.application.processes import cell_nodes, CellLayout
from cobot_alloc.bootstrap import prepare_cell
from cobot_alloc.cli.state_folder import CellLock
from cobot_alloc.domain.lifecycles.task import FINAL
from cobot_alloc.people.keys import read_signer
from cobot_alloc.ros import names
from cobot_alloc_msgs import srv
from torture.blows import Blows
from torture.client import Client
from torture.evidence import Evidence, gather
from torture.ghost import Ghost
from torture.history import History
from torture.logged import MOTION_LOG
from torture.person import Person
from torture.processes import Processes
from torture.shared_memory import SharedMemory
from torture.wire import PersonGateway

PERSON = 'anna'
#: Short clocks, and finished orders that are archived while they are still repeated.
LIMITS = """
desk: {unclaimed_s: 20.0, lease_s: 30.0}
keep_finished_s: 60.0
"""
#: Seconds: to come up, to come to the end.
UP_WITHIN_S = 60.0
END_WITHIN_S = 180.0
#: No view that a killed allocator sent is still believed after it.
SETTLED_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    What is asked for.

    :ivar patience: share of the blows before which the cell may come to work again; the others
        fall whatever the processes are at, starting included.
    :ivar pauses: share of the blows that stop a process for a while in place of killing it.
    :ivar restarts: of the allocator alone, in peace, to be measured in the end.
    """

    seconds: float
    folder: Path
    seed: int
    speed: float = 5.0
    patience: float = 0.6
    pauses: float = 0.15
    restarts: int = 5
    entry: Sequence[str] = ('-m', 'torture.logged')


def torture(wish: Wish, say: Callable[[str], None]) -> Evidence:
    """Run, and return what is left."""
    wish.folder.mkdir(parents=True, exist_ok=True)
    limits = wish.folder / 'limits.yaml'
    limits.write_text(LIMITS)
    layout = prepare_cell(
        'two_arm_cell', limits=str(limits), state=wish.folder, person=PERSON, speed=wish.speed
    )
    motions = wish.folder / 'motions.jsonl'
    os.environ[MOTION_LOG] = str(motions)
    lock, memory = CellLock(layout.cell_id), SharedMemory()
    history = History(wish.folder / 'history.jsonl')
    try:
        run = _Run(wish, layout, motions, history, memory)
        try:
            run.run(say)
        finally:
            run.close()
        files, size = memory.clean()
        history.note('cleaned', left=len(memory.left), files=files, bytes=size)
        return gather(layout, motions, history)
    finally:
        history.close()
        lock.close()


class _Run:
    def __init__(
        self, wish: Wish, layout: CellLayout, motions: Path, history: History, memory: SharedMemory
    ) -> None:
        self._wish, self._history = wish, history
        self._memory = memory
        self._calm, self._over = threading.Event(), threading.Event()
        self._answered = threading.Event()
        self._gateway = PersonGateway(
            layout.cell_id,
            actor=PERSON,
            signer=read_signer(layout.state / 'operators' / f'{PERSON}.key'),
            history=history,
        )
        self._client = Client(
            self._gateway.client(srv.SubmitOrder, names.SUBMIT_ORDER),
            random=Random(wish.seed + 1),
            history=history,
            pause_s=(0.05, 0.4),
        )
        self._ghost = Ghost(self._gateway, motions, random=Random(wish.seed + 2), history=history)
        self._person = Person(self._gateway, PERSON, random=Random(wish.seed + 3), history=history)
        self._processes = Processes(
            cell_nodes(layout),
            layout.state / 'logs',
            history=history,
            memory=memory,
            entry=wish.entry,
        )
        self._blows = Blows(
            self._processes,
            motions,
            random=Random(wish.seed),
            history=history,
            patience=wish.patience,
            pauses=wish.pauses,
        )
        self._threads = [
            threading.Thread(target=self._again, args=(step,), name=step.__name__)
            for step in (self._order, self._answer, self._haunt)
        ]

    def run(self, say: Callable[[str], None]) -> None:
        for thread in self._threads:
            thread.start()
        if not self._gateway.wait_connected(UP_WITHIN_S):
            self._history.note('trouble', why=f'the cell did not come up in {UP_WITHIN_S:g} s')
            return
        say('up')
        until = time.monotonic() + self._wish.seconds
        while time.monotonic() < until:
            self._blows.strike()
        say(f'{self._history.count("killed")} kills; measuring restarts')
        for _ in range(self._wish.restarts):
            self._blows.measured_restart()
        say('letting it come to its end')
        self._calm.set()
        self._history.note('calm')
        if not self._comes_to_its_end():
            self._history.note('trouble', why=f'it did not come to its end in {END_WITHIN_S:g} s')

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=30.0)
        self._processes.stop()
        self._memory.look(os.getpid())
        self._gateway.close()

    def _comes_to_its_end(self) -> bool:
        begun = time.monotonic()
        while time.monotonic() < begun + END_WITHIN_S:
            time.sleep(0.1)
            self._processes.watch()
            view = self._gateway.view()
            whole = view.connected and time.monotonic() > begun + SETTLED_S
            final = all(task.state in FINAL for task in view.tasks.values())
            open_ = any(case.is_open for case in view.cases.values())
            if whole and final and not open_ and self._answered.is_set():
                return True
        return False

    # What the others do, each in a thread of its own

    def _again(self, step: Callable[[], None]) -> None:
        while not self._over.is_set():
            try:
                step()
            except Exception as error:  # noqa: BLE001 - said in the verdict
                self._history.note('trouble', why=f'{step.__name__}: {error!r}')
                return

    def _order(self) -> None:
        if self._client.work(self._gateway.view(), self._calm):
            self._answered.set()
        else:
            self._answered.clear()

    def _answer(self) -> None:
        self._person.step(self._gateway.view(), self._calm)
        self._over.wait(0.1)

    def _haunt(self) -> None:
        if not self._calm.is_set():
            self._ghost.haunt()
        self._over.wait(0.5)
