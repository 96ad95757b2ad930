"""The simulated cell as a lifecycle node: it steps the world and serves its arms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
import time
from typing import Any

from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rosgraph_msgs.msg import Clock as ClockMessage

from cobot_alloc.application.lockstep import GIVEN_UP_S, ROUND_S
from cobot_alloc.application.settings import CellParts, CellSettings
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import BadInput, CobotAllocError, Refused
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.arm_server import ArmServer
from cobot_alloc.ros.cell_display import CellDisplay
from cobot_alloc.ros.chore_server import ChoreServer
from cobot_alloc.ros.conversions import time_to_msg
from cobot_alloc.ros.diagnostics import Diagnostics, Health
from cobot_alloc.ros.intake import serve
from cobot_alloc.ros.lockstep import Leader
from cobot_alloc.ros.parameters import (
    count,
    declare_count,
    declare_flag,
    declare_number,
    declare_text,
    flag,
    number,
    text,
)
from cobot_alloc.sim.world import Character
from cobot_alloc_msgs import msg, srv

#: Wall-clock seconds that the world may be stepped before messages get their turn.
SLICE_S = 0.01
#: The same where time runs as fast as it can: fewer and longer, for looking costs time too.
FAST_SLICE_S = 0.03
#: Of times that are sums of steps, in seconds.
_ROUNDING_S = 1e-6


class CellNode(LifecycleNode):
    """
    The simulation of one cell, in its own process.

    Serves, for each arm: action ``<arm>/execute_task``, services ``<arm>/get_attempt`` and
    ``<arm>/resume``; and, which a real cell does not have, ``move_part``, and ``do_by_hand``
    where there is somebody helpful.
    Publishes: ``/clock``, ``beats``, ``zones``, ``joint_states``, ``markers``,
    ``/diagnostics``; in lockstep ``rounds``.
    Subscribes: ``mode`` of the allocator. While it is silent, every arm holds still. In lockstep
    also ``turns``, and time waits for them; every period is then one of cell time.

    The zones are checked inside the simulation at every step; no message is in that loop.
    """

    def __init__(self, open_parts: Callable[[CellSettings], CellParts], **options: Any) -> None:
        """
        Declare the parameters; nothing is opened before ``configure``.

        :param open_parts: reads the world file and makes the world.
        :param options: of a node of rclpy: its context, namespace, parameters.
        """
        super().__init__('cell', **options)
        declare_text(self, 'cell_id', '', 'The cell; empty: the last name of the namespace.')
        declare_text(self, 'world', '', 'World file of the cell.')
        declare_text(self, 'ledger', '', 'File in which the arms remember their attempts.')
        declare_text(self, 'record', '', 'File for a recording of the simulation; empty: none.')
        declare_text(self, 'pictures', '', 'Folder for pictures of failures; empty: none.')
        declare_flag(self, 'autostart', True, 'Configure and activate at the start.')
        declare_number(
            self,
            'speed',
            1.0,
            'Simulated seconds per second; 0: as fast as possible.',
            low=0.0,
            high=1000.0,
        )
        declare_count(
            self,
            'processes',
            1,
            'How many processes simulate the world; 0: as many as it gains from.',
            low=0,
            high=64,
        )
        declare_text(
            self,
            'lockstep',
            '',
            'Who has a turn in each round, in this order, with commas between; empty: time goes'
            ' on whoever is there.',
        )
        declare_count(
            self,
            'lockstep_given_up_s',
            round(GIVEN_UP_S),
            'Wall-clock seconds after which the cell ends if a participant has not had its turn.',
            low=1,
            high=3600,
        )
        self._open_parts = open_parts
        self._parts: CellParts | None = None
        self._arms: list[ArmServer] = []
        self._display: CellDisplay | None = None
        self._hands: ChoreServer | None = None
        self._active = False
        self._mode_heard_at = float('-inf')
        self._zones_said: object = None
        self._zones_said_at = 0.0
        self._pace = _Pace()
        self._participants = tuple(filter(None, text(self, 'lockstep').split(',')))
        self._lead: Leader | None = None
        if self._participants and all(it.isidentifier() for it in self._participants):
            given_up_s = count(self, 'lockstep_given_up_s')
            self._lead = Leader(self, self._participants, given_up_s=given_up_s)
        self.failure = ''
        self._clock_topic = self.create_publisher(ClockMessage, names.CLOCK, qos.TELEMETRY)
        self._zones_topic = self.create_publisher(msg.ZoneArray, names.ZONES, qos.STATE)
        Diagnostics(self, self._health)
        self.create_subscription(msg.CellMode, names.MODE, self._on_mode, qos.MODE)
        serve(self, srv.MovePart, names.MOVE_PART, self._on_move_part)

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
        """Read the world file and make the world, or refuse and say why."""
        namespace = self.get_namespace().rsplit('/', 1)[-1]
        settings = CellSettings(
            cell_id=text(self, 'cell_id') or namespace,
            world=Path(text(self, 'world')),
            ledger=Path(text(self, 'ledger')),
            record=_path(text(self, 'record')),
            pictures=_path(text(self, 'pictures')),
            processes=count(self, 'processes'),
        )
        try:
            if self._participants and self._lead is None:
                raise BadInput(
                    f'lockstep: got {",".join(self._participants)!r}, expected names of letters,'
                    ' digits and _ with commas between'
                )
            self._parts = self._open_parts(settings)
        except CobotAllocError as error:
            self.failure = str(error)
            self.get_logger().error(f'action=configure_refused reason="{error}"')
            return TransitionCallbackReturn.FAILURE
        if self._parts.note:
            self.get_logger().info(f'action=one_process reason="{self._parts.note}"')
        spec = self._parts.spec
        self._arms = [
            ArmServer(
                self, arm, world=self._parts.world, desk=self._parts.desk, clock=self._steady
            )
            for arm in spec.arms
        ]
        hand_work = self._parts.world.hand_work
        if hand_work is not None and any(it.character is Character.HELPFUL for it in spec.people):
            heard = None if self._lead is None else self._lead.heard_request
            self._hands = ChoreServer(self, hand_work, heard=heard)
        self._display = CellDisplay(self, spec, self._parts.world)
        self.get_logger().info(f'action=configured cell={spec.cell} arms={len(spec.arms)}')
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Let time begin."""
        self._active = True
        self._mode_heard_at = float('-inf')
        self._pace = _Pace()
        self.get_logger().info('action=activated')
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Let time stand still."""
        self._active = False
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Let go of the world."""
        self.close()
        return super().on_cleanup(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Let go of everything."""
        self.close()
        return super().on_shutdown(state)

    def close(self) -> None:
        """Let go of the world and its arms; may be called twice."""
        self._active = False
        for arm in self._arms:
            arm.close()
        if self._display is not None:
            self._display.close()
        if self._hands is not None:
            self._hands.close()
        if self._parts is not None:
            self._parts.close()
        self._arms, self._display, self._hands, self._parts = [], None, None, None

    # The loop

    def run_slice(self) -> float:
        """
        Step the world for a slice of wall-clock time and say what came of it.

        :return: wall-clock seconds until the next slice is due.
        """
        if not self._active or self._parts is None:
            return SLICE_S
        world, speed = self._parts.world, number(self, 'speed')
        if self._lead is not None:
            return self._run_round(self._lead, speed)
        if self._mode_is_silent():
            world.set_cell_mode(SafetyMode.UNKNOWN)
            speed = speed or 1.0  # nobody is there for whom time would have to hurry
        begun = time.monotonic()
        until = begun + (SLICE_S if speed else FAST_SLICE_S)
        self._pace.begin(speed, world.now_s)
        stepped = False
        while self._pace.is_due(speed, world.now_s) and time.monotonic() < until:
            world.step()
            stepped = True
        # While a step waits, for a planner or a processor, nothing moves and nothing is heard:
        # that time says nothing about the one who says the mode.
        self._mode_heard_at += max(0.0, time.monotonic() - begun - FAST_SLICE_S)
        if stepped:
            self._after_steps()
            self._say_arms()
            self._say_zones()
        return self._pace.wait_s(speed, world.now_s)

    def _run_round(self, lead: Leader, speed: float) -> float:
        """
        Begin a round once everybody has had their turn in the one before, and step its piece.

        They have their turns while the cell steps. What they send it finds the cell at the end
        of the piece, because nothing is heard before; so their commands take hold a round later.
        """
        assert self._parts is not None
        world = self._parts.world
        if lead.waits_for():
            lead.wait()
            return SLICE_S
        self._pace.begin(speed, world.now_s)
        if not self._pace.is_due(speed, world.now_s):
            return self._pace.wait_s(speed, world.now_s)
        if self._mode_is_silent():
            world.set_cell_mode(SafetyMode.UNKNOWN)
        lead.begin(
            world.now_s,
            arms=list(world.arm_ids),
            beats=self._say_arms(),
            zones=self._say_zones(again_after_s=qos.BEAT_PERIOD_S),
            hands=self._hands is not None,
            chores=[] if self._hands is None else self._hands.take_answered(),
        )
        until_s = (round(world.now_s / ROUND_S) + 1) * ROUND_S
        while world.now_s < until_s - _ROUNDING_S:
            world.step()
        self._after_steps()
        return 0.0

    def _after_steps(self) -> None:
        assert self._parts is not None
        assert self._display is not None
        now_s = self._parts.world.now_s
        self._clock_topic.publish(ClockMessage(clock=time_to_msg(now_s)))
        for report in self._parts.desk.collect():
            for arm in self._arms:
                arm.finish(report)
        if self._hands is not None:
            self._hands.collect()
        self._display.show(now_s)

    def _say_arms(self) -> list[msg.AgentBeat]:
        assert self._parts is not None
        said = [arm.say(self._parts.world.now_s) for arm in self._arms]
        return [beat for beat in said if beat is not None]

    def _say_zones(self, *, again_after_s: float = float('inf')) -> list[msg.ZoneState]:
        """Say the zones if they have changed, and again after so long; return what was said."""
        assert self._parts is not None
        readings, now = tuple(self._parts.world.zone_readings()), self._steady()
        if readings == self._zones_said and now - self._zones_said_at < again_after_s:
            return []
        self._zones_said, self._zones_said_at = readings, now
        zones = {zone.zone_id: zone for zone in self._parts.spec.zones}
        states = [
            msg.ZoneState(
                zone_id=reading.zone_id,
                agent_id=zones[reading.zone_id].agent_id,
                mode=zones[reading.zone_id].mode.value,
                occupied=reading.occupied,
                sensing_fresh=reading.fresh,
            )
            for reading in readings
        ]
        stamp = time_to_msg(self._parts.world.now_s)
        self._zones_topic.publish(msg.ZoneArray(stamp=stamp, zones=states))
        return states

    def _steady(self) -> float:
        """Return seconds by which periods and silence are judged."""
        if self._lead is None or self._parts is None:
            return time.monotonic()
        return self._parts.world.now_s

    def _mode_is_silent(self) -> bool:
        return self._steady() - self._mode_heard_at > qos.MODE_SILENCE_S

    def _health(self) -> Health:
        if self._parts is None:
            return Health(summary=self.failure or 'not configured', needs_attention=True)
        world = self._parts.world
        statuses = {arm: world.arm_status(arm) for arm in world.arm_ids}
        held = [arm for arm, status in statuses.items() if status.held]
        silent = self._mode_is_silent()
        waits_for = '' if self._lead is None else self._lead.waits_for()
        return Health(
            summary=f'{", ".join(held)} held' if held else 'all arms may move',
            needs_attention=bool(held) or silent or not self._active,
            figures={
                'simulated time, s': f'{world.now_s:.1f}',
                'allocator': 'silent' if silent else 'heard',
                **({} if self._lead is None else {'round': self._lead.number}),
                **({'waits for': waits_for} if waits_for else {}),
                **{arm: f'{s.mode.value} {s.cause}'.strip() for arm, s in statuses.items()},
            },
        )

    # Messages

    def _on_mode(self, message: msg.CellMode) -> None:
        if self._parts is None:
            return
        try:
            mode = SafetyMode(message.mode)
        except ValueError:
            mode = SafetyMode.UNKNOWN  # whatever it means, it is no permission to move
        self._mode_heard_at = self._steady()
        if self._lead is not None:
            self._lead.heard_mode(message)
        self._parts.world.set_cell_mode(mode)

    def _on_move_part(
        self, request: srv.MovePart.Request, response: srv.MovePart.Response
    ) -> srv.MovePart.Response:
        try:
            if self._parts is None:
                raise Refused(RefusalCode.NOT_ACTIVE, 'the cell is not configured')
            self._parts.world.move_part(request.part, request.location)
        except Refused as refusal:
            response.message = str(refusal)
            return response
        self.get_logger().info(
            f'action=part_moved part={request.part} location={request.location}'
            f' actor={request.actor}'
        )
        response.done = True
        return response


def _path(name: str) -> Path | None:
    return Path(name) if name else None


class _Pace:
    """Keeps simulated time in step with the wall clock at a given speed."""

    def __init__(self) -> None:
        self._speed: float | None = None
        self._wall_0 = self._sim_0 = 0.0

    def begin(self, speed: float, now_s: float) -> None:
        """Count anew after a change of speed, or where the machine could not keep up."""
        behind_s = self._target_s() - now_s if self._speed else 0.0
        if speed != self._speed or behind_s > 0.5 * max(speed, 1.0):
            self._speed, self._wall_0, self._sim_0 = speed, time.monotonic(), now_s

    def is_due(self, speed: float, now_s: float) -> bool:
        """Tell whether the next step is due."""
        return speed == 0.0 or now_s < self._target_s()

    def wait_s(self, speed: float, now_s: float) -> float:
        """Return the wall-clock seconds until the next step is due."""
        return 0.0 if speed == 0.0 else min(SLICE_S, max(0.0, now_s - self._target_s()) / speed)

    def _target_s(self) -> float:
        return self._sim_0 + (time.monotonic() - self._wall_0) * (self._speed or 0.0)
