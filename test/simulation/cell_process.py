"""The cell's process: the real arm desk and ledger over a fake world."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import Any, cast, TYPE_CHECKING

from cobot_alloc.application.arm_desk import ArmDesk, check_age
from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.inputs import HearArm
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from simulation.disks import DyingLedger
from simulation.fake_world import FakeWorld, Floor
from simulation.history import History
from simulation.timeline import Network, Timeline

if TYPE_CHECKING:
    from simulation.allocator_process import AllocatorProcess

MODE_SILENCE_S = 1.5


class Died(Exception):
    """The process ended between two steps."""


class CellProcess:
    """Runs, dies and is started again; arms beat while it runs."""

    def __init__(
        self,
        timeline: Timeline,
        network: Network,
        history: History,
        arms: dict[str, Agent],
    ) -> None:
        """Start."""
        self._timeline = timeline
        self._network = network
        self._history = history
        self._agents = arms
        self.allocator: AllocatorProcess | None = None
        self.floor = Floor()
        self.ledger = DyingLedger(timeline, self._may_die)
        self.up = False
        self.gone: set[str] = set()
        self._boots = 0
        self._mode_heard_at = -1e9
        self._start()
        timeline.every(0.2, lambda: self._alive(self._step))
        timeline.every(0.5, lambda: self._alive(self._beat))

    def raw_time(self) -> float:
        """Return the reading of ``/clock``, which begins anew with each start."""
        return self.world.now_s

    # Messages in

    def on_goal(
        self, agent_id: str, task: Task, fence: int, sent_s: float, expires_s: float
    ) -> None:
        """Take a goal on or refuse it."""

        def act() -> None:
            if agent_id in self.gone:
                return
            accepted = True
            try:
                check_age(sent_s, expires_s, now_s=self.world.now_s)
                self.desk.begin(AgentId(agent_id), task, Fence(fence))
            except Refused as refusal:
                self._timeline.note(f'{agent_id} refuses {fence}: {refusal.code}')
                accepted = False
            else:
                self._timeline.note(f'{agent_id} begins {task.task_id} as {fence}')
            self._may_die('after a goal, before its answer')
            self._tell(lambda allocator: allocator.on_goal_answer(fence, accepted))

        self._alive(act)

    def on_question(self, agent_id: str, task_id: str, fence: int) -> None:
        """Say what became of an attempt."""

        def act() -> None:
            if agent_id in self.gone:
                return
            report = self.desk.what_became_of(AgentId(agent_id), TaskId(task_id), Fence(fence))
            self._tell(lambda allocator: allocator.on_report(report))

        self._alive(act)

    def on_cancel(self, agent_id: str, fence: int) -> None:
        """Give an attempt up."""

        def act() -> None:
            self.desk.cancel(AgentId(agent_id), Fence(fence))

        self._alive(act)

    def on_resume(self, agent_id: str, sent_s: float) -> None:
        """Let an arm go on."""

        def act() -> None:
            try:
                check_age(sent_s, 10.0, now_s=self.world.now_s)
            except Refused:
                return
            if self.world.resume(agent_id):
                self._timeline.note(f'{agent_id} is resumed')

        self._alive(act)

    def on_mode(self, mode: SafetyMode) -> None:
        """Take up the mode of the cell."""

        def act() -> None:
            self._mode_heard_at = self._timeline.now
            self.world.set_cell_mode(mode)

        self._alive(act)

    # Life and death

    def _start(self) -> None:
        self._boots += 1
        self.up = True
        self.world = FakeWorld(self._timeline, self._history, self.floor, list(self._agents))
        try:
            self.ledger.open()
            self.desk = ArmDesk(cast(Any, self.world), cast(Any, self.ledger))
        except Died:
            self._die()

    def _alive(self, act: Callable[[], None]) -> None:
        if not self.up:
            return
        try:
            act()
        except Died:
            self._die()

    def _die(self) -> None:
        self.up = False
        self.ledger.crash()
        self._history.crashes['cell'] += 1
        self._timeline.after(0.2 + 5.0 * self._timeline.random.random(), self._start)

    def _may_die(self, where: str) -> None:
        if self._timeline.chance(self._timeline.chaos.crash_cell):
            self._timeline.note(f'the cell dies {where}')
            raise Died

    def _step(self) -> None:
        if self._timeline.now - self._mode_heard_at > MODE_SILENCE_S:
            self.world.set_cell_mode(SafetyMode.UNKNOWN)
        self.world.step()
        self._may_die('after a step, before its results are written')
        self.desk.collect()

    def _beat(self) -> None:
        self._may_die('at a beat')
        for agent_id, agent in self._agents.items():
            if agent_id in self.gone:
                continue
            status = self.world.arm_status(agent_id)
            beat = HearArm(
                agent=agent,
                boot_id=f'boot-{self._boots}',
                mode=status.mode,
                held=status.held,
                zone_clear=status.zone_clear,
                cause=status.cause,
                fence_in_hand=status.fence,
                highest_fence=self.desk.highest_fence(AgentId(agent_id)),
                tool=status.tool,
            )
            self._tell(methodcaller('on_beat', beat))

    def _tell(self, say: Callable[[AllocatorProcess], None]) -> None:
        allocator = self.allocator
        if allocator is not None:
            self._network.send(lambda: say(allocator))
