"""The allocator as a lifecycle node: it turns messages into inputs and events into messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
import time
from typing import Any

from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.timer import Timer

from cobot_alloc.application.cell_clock import CellClock
from cobot_alloc.application.lockstep import ALLOCATOR
from cobot_alloc.application.settings import AllocatorParts, AllocatorSettings
from cobot_alloc.application.silence import SilenceWatch
from cobot_alloc.application.unlisted_codes import UnlistedCodes
from cobot_alloc.domain.attempt import AttemptReport
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import CobotAllocError, JournalError, Refused
from cobot_alloc.domain.events import Event, PlanAdopted
from cobot_alloc.domain.inputs import (
    AdoptPlan,
    HearArm,
    Input,
    MissAgent,
    PassTime,
    ReadZone,
    ReportAttempt,
)
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.words import PRODUCT
from cobot_alloc.ros.arm_link import ArmLink
from cobot_alloc.ros.beats import hear_arm
from cobot_alloc.ros.cell_topics import CellTopics, read_zone, reporting_beats
from cobot_alloc.ros.conversions import time_from_msg
from cobot_alloc.ros.desk_services import DeskServices
from cobot_alloc.ros.diagnostics import Diagnostics, Health
from cobot_alloc.ros.lockstep import Follower
from cobot_alloc.ros.parameters import declare_flag, declare_text, flag, text
from cobot_alloc.ros.requests import Requests, RequestsInTurn
from cobot_alloc.ros.state_publishers import Pace, StatePublishers
from cobot_alloc_msgs import msg

#: Wall-clock seconds that the middleware may take to find who was there before, longer where
#: the one before was killed: an arm that is not heard yet is not an arm that is silent.
DISCOVERY_S = 10.0
#: Wall-clock seconds between two looks at the clocks.
TICK_S = 0.05
#: In lockstep, how often the work is said at most: so much cell time for each task.
WORK_EVERY_S = 2e-4


class AllocatorNode(LifecycleNode):
    """
    Owns the journal and gives out the work of one cell.

    Publishes (state, transient_local): ``tasks``, ``cases``, ``agents``, ``mode``; and
    ``/diagnostics``.
    Subscribes: ``beats`` and ``zones`` of the cell; in lockstep ``rounds``, which have both, and
    then it decides in its turns and at their time, and publishes ``turns``.
    Serves: ``submit_order``, ``get_available_actions``, ``execute_action``, ``explain_task``.
    Calls, for each arm: action ``<arm>/execute_task``, services ``<arm>/get_attempt`` and
    ``<arm>/resume``.

    A journal that can no longer be written ends the node: it refuses to go on.
    """

    def __init__(
        self, open_parts: Callable[[AllocatorSettings], AllocatorParts], **options: Any
    ) -> None:
        """
        Declare the parameters; nothing is opened before ``configure``.

        :param open_parts: reads and checks all files, then opens the journal.
        :param options: of a node of rclpy: its context, namespace, parameters.
        """
        super().__init__('allocator', **options)
        declare_text(self, 'cell_id', '', 'The cell; empty: the last name of the namespace.')
        declare_text(self, 'world', '', 'World file of the cell.')
        declare_text(self, 'reactions', '', 'Reaction rules.')
        declare_text(self, 'limits', '', 'Clocks and limits of the cell.')
        declare_text(
            self, 'policies', '', 'What plans are judged by; empty: nothing is planned ahead.'
        )
        declare_text(self, 'policy', 'balanced', 'One of the policies by name.')
        declare_text(self, 'reach', '', 'Places that arms cannot reach though they are near.')
        declare_text(self, 'operators', '', 'Named operators with their public keys.')
        declare_text(self, 'journal', '', 'Journal file; made if it is not there.')
        declare_flag(self, 'autostart', True, 'Configure and activate at the start.')
        declare_flag(
            self, 'lockstep', False, 'The cell waits for this node in each round of its time.'
        )
        self._open_parts = open_parts
        self._parts: AllocatorParts | None = None
        self._arms: ArmLink | None = None
        self._rounds: Follower | None = None
        self._round_s: float | None = None
        self._turn: Iterator[None] | None = None
        self._requests: Requests | RequestsInTurn = Requests()
        pace = Pace()
        if flag(self, 'lockstep'):
            self._rounds = Follower(self, ALLOCATOR, on_change=self._on_round)
            self._requests = RequestsInTurn(self._go_on)
            pace = Pace(clock=self._steady, work_every_s=WORK_EVERY_S)
        self._outlet = StatePublishers(self, pace)
        self._desk = DeskServices(self, self._take)
        self._cell_clock = CellClock()
        self._silence = SilenceWatch()
        self._unlisted = UnlistedCodes(PRODUCT)
        self._lines: list[str] = []
        self._ticking: Timer | None = None
        self.failure = ''
        Diagnostics(self, self._health)
        self._topics = CellTopics(
            self, now_s=self._now_s, on_beat=self._on_beat, on_zone=self._on_zone
        )

    def autostart(self) -> bool:
        """Configure and activate, if so set; False if it was to and could not."""
        if not flag(self, 'autostart'):
            return True
        for transition in (self.trigger_configure, self.trigger_activate):
            if transition() is not TransitionCallbackReturn.SUCCESS:
                return False
        return True

    # Lifecycle

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Read and check every file and open the journal, or refuse and say why."""
        try:
            self._parts = self._open_parts(self._settings())
        except CobotAllocError as error:
            self.failure = str(error)
            self.get_logger().error(f'action=configure_refused reason="{error}"')
            return TransitionCallbackReturn.FAILURE
        allocator = self._parts.allocator
        self._unlisted = UnlistedCodes(PRODUCT.with_listed(self._parts.limits))
        self._cell_clock = CellClock(resume_at_s=allocator.state.now_s)
        self._arms = ArmLink(
            self,
            cell_id=allocator.state.cell_id,
            raw_time=self._cell_clock.raw,
            on_report=self._on_report,
            requests=self._requests,
            clock=self._steady,
        )
        self._desk.open(self._parts)
        if self._parts.plans is not None and self._parts.plans.absence:
            self.get_logger().warning(f'action=no_planner reason="{self._parts.plans.absence}"')
        self.get_logger().info(
            f'action=configured cell={allocator.state.cell_id}'
            f' tasks={len(allocator.state.tasks)} cell_time_s={allocator.state.now_s:.2f}'
        )
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take up work; attempts that were in hand are asked about first."""
        assert self._parts is not None
        assert self._arms is not None
        allocator = self._parts.allocator
        try:
            allocator.start(self._arms.inquiries)
        except JournalError as error:
            self.failure = str(error)
            self.get_logger().fatal(f'action=journal_failed reason="{error}"')
            return TransitionCallbackReturn.FAILURE
        agents = allocator.state.agents.values()
        arms = [record.agent.agent_id for record in agents if not record.is_person]
        self._silence.expect(arms, now=self._steady(), extra_s=DISCOVERY_S)
        self._topics.listen(
            knows=lambda agent_id: agent_id in allocator.state.agents,
            zone_ids=allocator.zone_ids,
        )
        # Of the wall clock: silence must be noticed even where /clock stands still.
        self._ticking = self.create_timer(
            TICK_S,
            self._tick if self._rounds is None else self._go_on,
            clock=Clock(clock_type=ClockType.STEADY_TIME),
        )
        self._outlet.publish_all(allocator.state, now_s=self._now_s())
        self.get_logger().info('action=activated')
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give out nothing more; arms notice the silence and hold still."""
        self._stop_working()
        if self._rounds is not None:
            self._on_round()  # or the cell would wait for the rest of a turn
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Let go of the journal."""
        self.close()
        return super().on_cleanup(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Let go of everything."""
        self.close()
        return super().on_shutdown(state)

    def close(self) -> None:
        """Let go of the journal and the arms; may be called twice."""
        self._stop_working()
        self._desk.close()
        if self._arms is not None:
            self._arms.close()
        if self._parts is not None:
            self._parts.journal.close()
            if self._parts.plans is not None:
                self._parts.plans.close()
        self._arms = self._parts = None

    # Inputs

    def _take(self, given: Input) -> tuple[Event, ...]:
        """
        Let the allocator take up an input, then publish what changed.

        :raises Refused: if the rules do not allow it, or if the node is not active.
        """
        if self._parts is None or self._ticking is None:
            raise Refused(RefusalCode.NOT_ACTIVE, 'the allocator is not active')
        allocator = self._parts.allocator
        try:
            events = allocator.handle(given, now_s=self._now_s())
        except JournalError as error:
            self.failure = str(error)
            self.get_logger().fatal(f'action=journal_failed reason="{error}"')
            self._stop_working()
            raise
        self._lines.extend(map(_log_line, events))
        self._outlet.note(events)
        return events

    def _on_beat(self, beat: HearArm) -> None:
        """Take up what an arm says on its topic; in lockstep, an arm that is not of the cell."""
        if self._rounds is not None:
            latest = self._rounds.latest
            if latest is None or beat.agent.agent_id in latest.arms:
                return
        self._hear_arm(beat)

    def _on_zone(self, zone: ReadZone) -> None:
        """Take up what is said of a zone on its topic; in lockstep, the rounds say it."""
        if self._rounds is None:
            self._take(zone)

    def _hear_arm(self, beat: HearArm) -> None:
        self._take(beat)
        self._silence.heard(beat.agent.agent_id, now=self._steady())
        if beat.fence_in_hand == 0 and self._arms is not None:
            self._arms.inquiries.arm_is_idle(beat.agent.agent_id)
            self._arms.sweep()

    def _take_plan(self, plan: AdoptPlan) -> bool:
        return any(isinstance(event, PlanAdopted) for event in self._take(plan))

    def _on_report(self, report: AttemptReport) -> None:
        if self._ticking is not None:
            self._take(ReportAttempt(report=report))
            if told := self._unlisted.notice(report):
                self.get_logger().warning(f'action=code_unlisted reason="{told}"')

    def _tick(self) -> None:
        for _ in self._decide():
            pass
        self._publish()

    def _decide(self) -> Iterator[None]:
        """Decide what is due; a step ends where, in lockstep, the planner is waited for."""
        assert self._parts is not None
        assert self._arms is not None
        self._miss_silent_arms()
        self._topics.read_zones()
        self._take(PassTime())
        while not self._look_at_plans():
            yield
        self._parts.allocator.tidy()
        self._arms.sweep()
        self._log()

    def _look_at_plans(self) -> bool:
        assert self._parts is not None
        allocator, plans = self._parts.allocator, self._parts.plans
        return plans is None or plans.look(
            allocator.state, allocator.index, now_s=self._now_s(), offer=self._take_plan
        )

    def _publish(self) -> None:
        assert self._parts is not None
        self._outlet.publish_changes(self._parts.allocator.state, now_s=self._now_s())

    # Lockstep

    def _on_round(self) -> None:
        """Take the turn in a round, if it has come."""
        assert self._rounds is not None
        latest = self._rounds.latest
        if self._round_s is None and latest is not None and self._ticking is not None:
            # Whoever waits for what an allocator before this one has said waits for this.
            assert self._parts is not None
            self._round_s = time_from_msg(latest.stamp)
            self._outlet.publish_all(self._parts.allocator.state, now_s=self._now_s())
        if self._turn is None and (round_ := self._rounds.turn()) is not None:
            self._turn = self._take_turn(self._rounds, round_)
            self._go_on()

    def _go_on(self) -> None:
        """Go on with the turn until something has to be waited for; call it often."""
        self._requests.sweep()
        if self._turn is not None and next(self._turn, 'over') is not None:
            self._turn = None

    def _take_turn(self, rounds: Follower, round_: msg.Round) -> Iterator[None]:
        """Take in what the round has, decide, command, publish, in an order that never differs."""
        if self._ticking is None:
            rounds.done()  # inactive: nothing is said, and arms take that for a stop
            return
        self._round_s = time_from_msg(round_.stamp)
        for message in round_.beats:
            with reporting_beats(self, message):
                self._hear_arm(hear_arm(message))
        for zone in round_.zones:
            self._take(read_zone(zone))
        yield from self._decide()
        assert isinstance(self._requests, RequestsInTurn)
        while not self._requests.go_on():
            yield
        self._log()
        self._publish()
        rounds.done(cell_time_s=self._now_s(), published=self._outlet.stamps)

    def _miss_silent_arms(self) -> None:
        assert self._parts is not None
        silence_s = self._parts.limits.silence_s
        for agent_id, for_s in self._silence.missing(now=self._steady(), silence_s=silence_s):
            self._take(MissAgent(agent_id=agent_id, reason=f'silent for {for_s:.1f} s'))

    def _log(self) -> None:
        """Log the events since the last time: one call, which costs more than most decisions."""
        if self._lines:
            self.get_logger().info('\n'.join(self._lines))
            self._lines.clear()

    def _health(self) -> Health:
        if self._parts is None:
            return Health(summary=self.failure or 'not configured', needs_attention=True)
        state = self._parts.allocator.state
        waiting = self._parts.allocator.index.unfinished
        return Health(
            summary=f'{state.mode.value}, {state.shift.value}, {len(state.open_cases)} open cases',
            needs_attention=self._ticking is None
            or bool(state.open_cases)
            or state.mode is not SafetyMode.NORMAL,
            figures={
                'mode': state.mode.value,
                'shift': state.shift.value,
                'open cases': len(state.open_cases),
                'unfinished tasks': waiting,
                'in hand': len(state.in_hand),
                'unlisted codes': ', '.join(sorted(self._unlisted.seen)) or 'none',
                'cell time, s': f'{state.now_s:.1f}',
                **{f'{topic} dropped': count for topic, count in self._topics.dropped().items()},
            },
        )

    def _now_s(self) -> float:
        if self._rounds is not None:
            return self._cell_clock.read(self._round_s or 0.0)
        return self._cell_clock.read(self.get_clock().now().nanoseconds * 1e-9)

    def _steady(self) -> float:
        """Return seconds of a clock that never stops: in lockstep that of the rounds."""
        return time.monotonic() if self._rounds is None else self._round_s or 0.0

    def _settings(self) -> AllocatorSettings:
        namespace = self.get_namespace().rsplit('/', 1)[-1]
        return AllocatorSettings(
            cell_id=text(self, 'cell_id') or namespace,
            world=Path(text(self, 'world')),
            reactions=Path(text(self, 'reactions')),
            limits=Path(text(self, 'limits')),
            policies=Path(policies) if (policies := text(self, 'policies')) else None,
            policy=text(self, 'policy'),
            reach=Path(text(self, 'reach')) if text(self, 'reach') else None,
            operators=Path(text(self, 'operators')),
            journal=Path(text(self, 'journal')),
            lockstep=flag(self, 'lockstep'),
        )

    def _stop_working(self) -> None:
        self._topics.rest()
        if self._ticking is not None:
            self.destroy_timer(self._ticking)
            self._ticking = self._turn = None
            self._requests.clear()
        self._log()
        if self._parts is not None:
            self._parts.allocator.stop()
            if self._parts.plans is not None:
                self._parts.plans.rest()


def _log_line(event: Event) -> str:
    subject = next(
        (
            f' {name}={value}'
            for name in ('task_id', 'case_id', 'agent_id', 'zone_id', 'order_id')
            if (value := getattr(event, name, ''))
        ),
        '',
    )
    return f'action={type(event).__name__}{subject} cell_time_s={event.at_s:.2f}'
