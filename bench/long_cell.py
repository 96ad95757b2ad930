"""A cell in one process, without ROS: the real allocator, journal, arms' desk and ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.application.arm_desk import ArmDesk, check_age
from cobot_alloc.application.arm_ports import CellWorld
from cobot_alloc.application.cell_clock import CellClock
from cobot_alloc.application.inquiries import Inquiries
from cobot_alloc.application.silence import SilenceWatch
from cobot_alloc.domain.agent import Agent
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, TaskId
from cobot_alloc.domain.inputs import HearArm, Input, MissAgent, PassTime, ReadZone, ReportAttempt
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.storage.sqlite_journal import SqliteJournal
from cobot_alloc.storage.sqlite_ledger import SqliteLedger

CELL = CellId('cell_a')
#: Simulated seconds between two looks at the clocks, and most between two beats of an arm.
TICK_S = 0.5
BEAT_S = 1.0
#: Chance that a message between allocator and arms is lost; that an arm falls silent, and that
#: the arms' process starts again, per tick. For how many simulated seconds it is silent.
LOST, SILENT, RESTART = 0.005, 0.0001, 0.00005
SILENT_FOR_S = 20.0


class LongCell:
    """
    Implements ``ArmTransport``: a message arrives at once or never.

    :ivar now_s: cell time.
    :ivar keep_finished_s: how long what has ended stays in view.
    :ivar restarts: how often the arms' process began anew.
    """

    def __init__(
        self,
        make_world: Callable[[], CellWorld],
        arms: Iterable[Agent],
        rules: CellRules,
        folder: Path,
        random: Random,
    ) -> None:
        """Begin; the journal and the ledger are made in a folder."""
        self._make_world, self._random = make_world, random
        self.journal = SqliteJournal(folder / 'journal.sqlite', cell_id=CELL)
        self.ledger = SqliteLedger(folder / 'arms.sqlite')
        self.allocator = Allocator(CELL, journal=self.journal, rules=rules)
        self._agents = {arm.agent_id: arm for arm in arms}
        self._silence_s = rules.limits.silence_s
        self.keep_finished_s = rules.limits.keep_finished_s
        self._clock = CellClock()
        self._silence = SilenceWatch()
        self._silent_until: dict[AgentId, float] = {}
        self._zones: object = None
        self._said: dict[AgentId, tuple[float, object]] = {}
        self.restarts = -1
        self.now_s = 0.0
        self.inquiries = Inquiries(self, clock=lambda: self.now_s, on_report=self._on_report)
        self.allocator.start(self.inquiries)
        self._start_arms()

    @property
    def state(self) -> CellState:
        """What is true in the cell."""
        return self.allocator.state

    def run(self, until_s: float, *, others: Callable[[], None]) -> None:
        """Let time pass; ``others`` have their turn at every tick."""
        while self.now_s < until_s:
            tick_at = self._world.now_s + TICK_S
            while self._world.now_s < tick_at:
                self._world.step()
            self.now_s = self._clock.read(self._world.now_s)
            self._desk.collect()
            self._tick()
            others()
            if self._random.random() < RESTART:
                self._world.close()
                self._start_arms()

    def take(self, given: Input) -> None:
        """
        Let the allocator take up an input.

        :raises Refused: as the allocator does.
        """
        self.allocator.handle(given, now_s=self.now_s)

    def move_part(self, part: str, location: str) -> None:
        """
        Put a part somewhere by hand.

        :raises Refused: if that cannot be done.
        """
        self._world.move_part(part, location)

    def close(self) -> None:
        """Let go of everything."""
        self._world.close()
        self.journal.close()
        self.ledger.close()

    # ArmTransport

    def send_goal(
        self,
        agent_id: AgentId,
        task: Task,
        fence: Fence,
        *,
        helper: AgentId,
        at_s: float,
        expires_s: float,
    ) -> None:
        """Send a goal; what the arm says of it comes back at once."""
        if self._is_lost(agent_id):
            return
        accepted = True
        try:
            check_age(self._clock.raw(at_s), expires_s, now_s=self._world.now_s)
            self._desk.begin(agent_id, task, fence)
        except Refused:
            accepted = False
        if not self._is_lost(agent_id):
            self.inquiries.goal_answered(fence, accepted=accepted)

    def send_cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Send the wish that an attempt be given up."""
        if not self._is_lost(agent_id):
            self._desk.cancel(agent_id, fence)

    def send_question(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Ask what became of an attempt."""
        if not self._is_lost(agent_id):
            self.inquiries.reported(self._desk.what_became_of(agent_id, task_id, fence))

    def send_resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Send the leave to go on."""
        if not self._is_lost(agent_id):
            self._world.resume(agent_id)

    # Inside

    def _start_arms(self) -> None:
        self.restarts += 1
        self._world = self._make_world()
        self._desk = ArmDesk(self._world, self.ledger)

    def _on_report(self, report: AttemptReport) -> None:
        self.take(ReportAttempt(report=report))

    def _is_lost(self, agent_id: AgentId) -> bool:
        is_silent = self._silent_until.get(agent_id, 0.0) > self.now_s
        return is_silent or self._random.random() < LOST

    def _tick(self) -> None:
        self._world.set_cell_mode(self.state.mode)
        for agent_id in self._agents:
            if self._random.random() < SILENT:
                self._silent_until[agent_id] = self.now_s + SILENT_FOR_S
            if not self._is_lost(agent_id):
                self._beat(agent_id)
        readings = tuple(self._world.zone_readings())
        if readings != self._zones:
            self._zones = readings
            for zone in readings:
                self.take(ReadZone(zone_id=zone.zone_id, occupied=zone.occupied, fresh=zone.fresh))
        missing = self._silence.missing(now=self.now_s, silence_s=self._silence_s)
        for agent_id, for_s in missing:
            self.take(MissAgent(agent_id=agent_id, reason=f'silent for {for_s:.1f} s'))
        self.take(PassTime())
        self.inquiries.sweep()
        self.allocator.tidy()

    def _beat(self, agent_id: AgentId) -> None:
        status = self._world.arm_status(agent_id)
        said = (status.mode, status.held, status.zone_clear, status.fence, self.restarts)
        at, before = self._said.get(agent_id, (0.0, None))
        if said == before and self.now_s - at < BEAT_S:
            return
        self._said[agent_id] = (self.now_s, said)
        self._silence.heard(agent_id, now=self.now_s)
        self.take(
            HearArm(
                agent=self._agents[agent_id],
                boot_id=f'boot {self.restarts}',
                mode=status.mode,
                held=status.held,
                zone_clear=status.zone_clear,
                cause=status.cause,
                fence_in_hand=status.fence,
                highest_fence=self._desk.highest_fence(agent_id),
            )
        )
        if status.fence == 0:
            self.inquiries.arm_is_idle(agent_id)
            self.inquiries.sweep()
