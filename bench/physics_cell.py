"""A simulated cell in one process, without ROS: the real core, the real physics, one clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.application.arm_desk import ArmDesk, check_age
from cobot_alloc.application.arm_ports import CellWorld, ChoreReport
from cobot_alloc.application.inquiries import Inquiries
from cobot_alloc.application.operators import Operator
from cobot_alloc.application.plan_watch import Offer as OfferPlan
from cobot_alloc.application.scripted_supervisor import Script, ScriptedSupervisor
from cobot_alloc.application.supervisor_ports import (
    Answer,
    CellView,
    ChoreInHand,
    Explanation,
    TaskView,
)
from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.case import Action, Subject
from cobot_alloc.domain.cell import CellState, TaskRecord
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.events import PlanAdopted
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, OrderId, TaskId
from cobot_alloc.domain.inputs import (
    AdoptPlan,
    HearArm,
    Input,
    PassTime,
    ReadZone,
    ReportAttempt,
    SubmitOrder,
    TakeAction,
)
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.sim.world import Character, Chore, World
from cobot_alloc.storage.memory_journal import MemoryJournal
from cobot_alloc.storage.memory_ledger import MemoryLedger

#: Simulated seconds between two looks of the allocator at its clocks, as in the live cell at
#: real speed; of the person at their screen; and most between two beats of an arm.
TICK_S, LOOK_S, BEAT_S = 0.05, 0.25, 1.0


class Planning(Protocol):
    """What makes plans for the cell: ``PlanWatch``, or a rule in its place."""

    def look(
        self, state: CellState, index: WorkIndex, *, now_s: float, offer: OfferPlan
    ) -> object:
        """Plan anew if there is something new."""


class PhysicsCell:
    """
    Implements ``ArmTransport``: every message arrives at once.

    :ivar now_s: cell time, which is simulated time.
    """

    def __init__(
        self,
        spec: World,
        world: CellWorld,
        rules: CellRules,
        *,
        plans: Planning | None,
        script: Script,
        skills: frozenset[str],
    ) -> None:
        """
        Begin with every arm held and nobody signed on.

        :param skills: of the person who answers by the script.
        """
        self._spec, self._world, self._plans = spec, world, plans
        self.journal = MemoryJournal(cell_id=spec.cell)
        self.allocator = Allocator(CellId(spec.cell), journal=self.journal, rules=rules)
        self._desk = ArmDesk(world, MemoryLedger())
        self.now_s = 0.0
        self._inquiries = Inquiries(self, clock=lambda: self.now_s, on_report=self._on_report)
        self.allocator.start(self._inquiries)
        self._arms = [
            Agent(
                agent_id=arm.agent_id,
                kind=AgentKind.ARM,
                skills=arm.skills,
                payload_kg=arm.payload_kg,
                reach_m=arm.reach_m,
                base=arm.base,
            )
            for arm in spec.arms
        ]
        self._said: dict[AgentId, tuple[float, object]] = {}
        self._zones: object = None
        self._looked_s = 0.0
        self._supervise = ScriptedSupervisor(script).step
        self._gateway = DirectGateway(self, spec, world, _person(script.actor, skills))

    @property
    def state(self) -> CellState:
        """What is true in the cell."""
        return self.allocator.state

    def take(self, given: Input) -> bool:
        """
        Let the allocator take up an input, and tell whether a plan was adopted.

        :raises Refused: as the allocator does.
        """
        events = self.allocator.handle(given, now_s=self.now_s)
        return any(isinstance(event, PlanAdopted) for event in events)

    def submit(self, order_id: str, tasks: Sequence[Task]) -> None:
        """Give the cell an order."""
        self.take(
            SubmitOrder(
                order_id=OrderId(order_id),
                idempotency_key=order_id,
                requester='bench',
                tasks=tuple(tasks),
            )
        )

    def tick(self) -> list[str]:
        """Let the world go on for a tick, and everybody look at it once; return what was said."""
        until_s = self.now_s + TICK_S
        while self._world.now_s < until_s - 1e-9:
            self._world.step()
        self.now_s = self._world.now_s
        self._world.set_cell_mode(self.state.mode)
        for report in self._desk.collect():
            self._inquiries.reported(report)
        for agent in self._arms:
            self._beat(agent)
        self._read_zones()
        self.take(PassTime())
        if self._plans is not None:
            self._plans.look(self.state, self.allocator.index, now_s=self.now_s, offer=self._adopt)
        self._inquiries.sweep()
        self._gateway.collect()
        if self.now_s - self._looked_s < LOOK_S:
            return []
        self._looked_s = self.now_s
        return self._supervise(self._gateway)

    def _adopt(self, plan: AdoptPlan) -> bool:
        return self.take(plan)

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
        try:
            check_age(at_s, expires_s, now_s=self._world.now_s)
            self._desk.begin(agent_id, task, fence)
        except Refused:
            self._inquiries.goal_answered(fence, accepted=False)
        else:
            self._inquiries.goal_answered(fence, accepted=True)

    def send_cancel(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Send the wish that an attempt be given up."""
        self._desk.cancel(agent_id, fence)

    def send_question(self, agent_id: AgentId, task_id: TaskId, fence: Fence) -> None:
        """Ask what became of an attempt."""
        self._inquiries.reported(self._desk.what_became_of(agent_id, task_id, fence))

    def send_resume(self, agent_id: AgentId, *, at_s: float, authority: str) -> None:
        """Send the leave to go on."""
        self._world.resume(agent_id)

    # Inside

    def _on_report(self, report: AttemptReport) -> None:
        self.take(ReportAttempt(report=report))

    def _read_zones(self) -> None:
        readings = tuple(self._world.zone_readings())
        if readings == self._zones:
            return
        self._zones = readings
        for zone in readings:
            self.take(ReadZone(zone_id=zone.zone_id, occupied=zone.occupied, fresh=zone.fresh))

    def _beat(self, agent: Agent) -> None:
        status = self._world.arm_status(agent.agent_id)
        said = (status.mode, status.held, status.zone_clear, status.cause, status.fence)
        at, before = self._said.get(agent.agent_id, (0.0, None))
        if said == before and self.now_s - at < BEAT_S:
            return
        self._said[agent.agent_id] = (self.now_s, said)
        self.take(
            HearArm(
                agent=agent,
                boot_id='boot',
                mode=status.mode,
                held=status.held,
                zone_clear=status.zone_clear,
                cause=status.cause,
                fence_in_hand=status.fence,
                highest_fence=self._desk.highest_fence(agent.agent_id),
            )
        )


class DirectGateway:
    """Implements ``SupervisorGateway`` for one person of a cell in the same process."""

    def __init__(self, cell: PhysicsCell, spec: World, world: CellWorld, person: Agent) -> None:
        """Begin with nothing asked."""
        self._cell, self._world, self._person = cell, world, person
        self._has_hands = any(it.character is Character.HELPFUL for it in spec.people)
        self._done: dict[int, ChoreReport] = {}
        self._requests = 0

    def collect(self) -> None:
        """Take up what came of chores."""
        hands = self._world.hand_work
        for report in () if hands is None else hands.take_chore_reports():
            self._done[report.ticket] = report

    def view(self) -> CellView:
        """Return the cell as it is."""
        state = self._cell.state
        return CellView(
            cell_id=state.cell_id,
            connected=True,
            now_s=self._cell.now_s,
            mode=state.mode,
            version=state.version,
            shift=state.shift,
            people=tuple(record.agent.agent_id for record in state.people_present()),
            tasks={task_id: _task_view(record) for task_id, record in state.tasks.items()},
            cases={str(case_id): case for case_id, case in state.cases.items()},
        )

    def offers(self, subject: Subject) -> Offers:
        """Return what may be done about a subject now."""
        return self._cell.allocator.offers(subject)

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
        """Act as the person; what the offer asserts of a part is made so at once."""
        if offer is not None and offer.asserts_part:
            try:
                self._world.move_part(offer.asserts_part, offer.asserts_location)
            except Refused as refusal:
                raise Refused('not_so', str(refusal)) from None
        self._requests += 1
        try:
            self._cell.take(
                TakeAction(
                    request_id=f'request-{self._requests}',
                    actor=self._person.agent_id,
                    subject=subject,
                    action=action,
                    version=version,
                    note=note,
                    arguments=tuple(sorted((arguments or {}).items())),
                    person=self._person,
                )
            )
        except Refused as refusal:
            return Answer(done=False, reason_code=refusal.code, message=str(refusal))
        return Answer(done=True)

    def do_by_hand(self, chore: Chore, *, person_id: str = '') -> ChoreInHand | None:
        """Ask the people of the cell to do something; None where nobody is helpful."""
        hands = self._world.hand_work
        if hands is None or not self._has_hands:
            return None
        try:
            ticket = hands.ask(chore, person_id)
        except Refused as refusal:
            refused = Answer(done=False, reason_code=refusal.code, message=str(refusal))
            return lambda: refused
        return lambda: self._answer(ticket)

    def _answer(self, ticket: int) -> Answer | None:
        report = self._done.get(ticket)
        if report is None:
            return None
        return Answer(done=report.is_done, reason_code=report.code, message=report.detail)

    def submit(self, order_id: str, tasks: Sequence[Task], *, idempotency_key: str) -> Answer:
        """Submit an order."""
        self._cell.submit(order_id, tasks)
        return Answer(done=True)

    def explain(self, task_id: str) -> Explanation:
        """Refuse: the journal is there to be read."""
        raise Refused('unknown_task', task_id)

    def close(self) -> None:
        """Nothing to let go of."""


def _person(name: str, skills: frozenset[str]) -> Agent:
    return Operator(name=name, public_key=bytes(32), skills=skills).agent()


def _task_view(record: TaskRecord) -> TaskView:
    attempt = record.attempt
    return TaskView(
        task=record.task,
        state=record.state,
        version=record.version,
        agent_id=record.done_by or record.agent_id or '',
        helper=record.helper,
        attempts=len(record.attempts),
        attempt=attempt.fence if attempt else 0,
        case_id=record.case_id or '',
        reason=record.reason,
    )
