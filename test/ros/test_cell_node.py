"""The simulated cell's node, its arms moved by hand as docs/arm_contract.md has it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
import time
from types import SimpleNamespace
from typing import Any

from action_msgs.msg import GoalStatus
import pytest
from rclpy.action import ActionClient
from rclpy.parameter import Parameter
from sensor_msgs.msg import JointState
from support.present import present
from support.waiting import wait_until
from support.wire import Wire
from support.worlds import helped, ONE_ARM_CELL
from visualization_msgs.msg import Marker, MarkerArray

from cobot_alloc.application.places import find
from cobot_alloc.bootstrap import open_cell, replay_recording
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.ros import cell_node, names, qos
from cobot_alloc.ros.cell_node import CellNode
from cobot_alloc.ros.conversions import time_to_msg
from cobot_alloc_msgs import msg, srv
from cobot_alloc_msgs.action import ExecuteTask

pytestmark = pytest.mark.sim


FAR_AWAY = (-6.0, 0.0)
CLOSE = (-0.8, 0.0)  # in the stop zone


class Bench:
    """A cell on a wire, with a supervisor of the test who says the cell's mode."""

    def __init__(self, wire: Wire, folder: Path) -> None:
        self.wire = wire
        self.folder = folder
        self.cell: Any = None
        self.mode = 'NORMAL'
        self._mode_at = 0.0
        self._modes = wire.node.create_publisher(msg.CellMode, names.MODE, qos.MODE)
        self._actions = {}
        self.beats = wire.hear(msg.AgentBeat, names.BEATS, qos.BEAT)
        self.zones = wire.hear(msg.ZoneArray, names.ZONES, qos.STATE)
        self.joints = wire.hear(JointState, names.JOINT_STATES, qos.TELEMETRY)
        wire.steps.append(self._say_mode)
        wire.closers.append(self.drop)

    def start(self, world: Path = ONE_ARM_CELL, *, resumed: bool = True, **more: Any) -> Any:
        """
        Bring the cell up, in real time; its arms may move if ``resumed``.

        As fast as possible a motion would be over before a message about it is through.
        """
        self.cell = CellNode(
            open_cell,
            **self.wire.options(
                world=str(world), ledger=str(self.folder / 'arms.sqlite'), speed=1.0, **more
            ),
        )
        self.wire.executor.add_node(self.cell)
        assert self.cell.autostart(), self.cell.failure
        self.wire.steps.append(self.cell.run_slice)
        self.beats.messages.clear()
        if resumed:
            for arm in self.world.arm_ids:
                self.wire.until(partial(self._has_resumed, arm))
        return self.cell

    def _has_resumed(self, arm: str) -> bool:
        return bool(self.resume(arm).resumed)

    def set_speed(self, speed: float) -> None:
        """Let time pass at another speed."""
        (outcome,) = self.cell.set_parameters([Parameter('speed', value=speed)])
        assert outcome.successful, outcome.reason

    def drop(self) -> None:
        """Take the cell down, whatever its arms do."""
        if self.cell is None:
            return
        if self.cell.run_slice in self.wire.steps:
            self.wire.steps.remove(self.cell.run_slice)
        self.wire.executor.remove_node(self.cell)
        self.cell.close()
        self.cell.destroy_node()
        self.cell = None

    @property
    def world(self) -> Any:
        """The simulated world, for what no message can do."""
        return self.cell._parts.world

    def _say_mode(self) -> None:
        if self.mode and time.monotonic() >= self._mode_at:
            self._mode_at = time.monotonic() + qos.MODE_PERIOD_S
            self._modes.publish(msg.CellMode(cell_id='cell_a', mode=self.mode))

    # What the tests do

    def send(
        self,
        attempt: int,
        *,
        arm: str = 'panda',
        stamp_s: float = 0.0,
        expires_s: float = 0.0,
        **task: Any,
    ) -> Any:
        """Send a goal and return its handle, accepted or not."""
        if arm not in self._actions:
            self._actions[arm] = ActionClient(self.wire.node, ExecuteTask, names.execute_task(arm))
        client = self._actions[arm]
        self.wire.until(client.server_is_ready)
        goal = ExecuteTask.Goal(
            task=msg.Task(
                task_id=f'task-{attempt}',
                skill='pick_place',
                **{'part': 'block', 'source': 'here', 'target': 'there', **task},
            ),
            attempt=attempt,
            stamp=time_to_msg(stamp_s),
            expires_s=expires_s,
        )
        self.feedback = []
        future = client.send_goal_async(goal, feedback_callback=self.feedback.append)
        self.wire.until(future.done)
        return future.result()

    def result(self, handle: Any, timeout_s: float = 30.0) -> tuple[Any, Any]:
        """Return what becomes of an accepted goal, in a hurry: its status and its report."""
        self.set_speed(0.0)
        future = handle.get_result_async()
        self.wire.until(future.done, timeout_s, what=self.status)
        self.set_speed(1.0)
        return future.result().status, future.result().result.report

    def what_became_of(self, attempt: int, *, arm: str = 'panda', task_id: str = '') -> Any:
        """Ask the arm about an attempt."""
        return self.wire.ask(
            srv.GetAttempt,
            names.get_attempt(arm),
            task_id=task_id or f'task-{attempt}',
            attempt=attempt,
        ).report

    def resume(self, arm: str = 'panda', *, stamp_s: float = 0.0, expires_s: float = 0.0) -> Any:
        """Tell an arm to go on."""
        return self.wire.ask(
            srv.ResumeArm,
            names.resume(arm),
            stamp=time_to_msg(stamp_s),
            expires_s=expires_s,
            authority='the test',
        )

    # What the tests see

    def status(self, arm: str = 'panda') -> Any:
        """Return the arm as it is."""
        return self.world.arm_status(arm)

    def beat(self, arm: str = 'panda') -> Any:
        """Return the arm's latest beat, or an empty one."""
        heard = (beat for beat in reversed(self.beats.messages) if beat.agent_id == arm)
        return next(heard, msg.AgentBeat())

    def until_moving(self, arm: str = 'panda') -> None:
        """Wait until the arm moves."""
        self.wire.until(lambda: fastest(self.status(arm).joint_velocities) > 0.2)

    def until_held(self, arm: str = 'panda') -> None:
        """Wait until the arm stands and says so."""
        self.wire.until(lambda: self.beat(arm).held, 30.0, what=self.status)


def fastest(velocities: Sequence[float]) -> float:
    """Return the speed of the joint that is fastest, in radians per second."""
    return max((abs(value) for value in velocities), default=0.0)


@pytest.fixture
def bench(wire: Wire, tmp_path: Path) -> Bench:
    """Return a cell's surroundings."""
    return Bench(wire, tmp_path)


# Goals


def test_a_goal_by_hand_runs_to_its_end(bench: Bench, wire: Wire) -> None:
    """It is accepted, says how it goes, and its result is what the arm remembers of it."""
    bench.start()
    handle = bench.send(1)
    assert handle.accepted
    wire.until(lambda: bench.beat().attempt == 1)
    status, report = bench.result(handle)
    assert status == GoalStatus.STATUS_SUCCEEDED
    assert (report.status, report.attempt, report.agent_id) == ('succeeded', 1, 'panda')
    assert report.measurements.duration_s > 1.0
    assert report.measurements.placement_error_m < 0.02
    assert bench.what_became_of(1) == report
    assert bench.feedback
    assert bench.feedback[-1].feedback.mode == 'NORMAL'
    wire.until(lambda: (bench.beat().attempt, bench.beat().highest_attempt) == (0, 1))


def test_a_stale_fence_is_refused(bench: Bench) -> None:
    """What is not above the highest that the arm has seen never moves it, nor twice."""
    bench.start()
    bench.result(bench.send(5))
    for attempt in (5, 4, 0):
        assert not bench.send(attempt).accepted
    assert bench.what_became_of(5).status == 'succeeded'
    assert bench.status().fence == 0


def test_a_second_goal_is_refused_while_the_first_runs(bench: Bench) -> None:
    """One thing at a time; the one that was refused will not be started later either."""
    bench.start()
    handle = bench.send(1)
    assert not bench.send(2, part='spare').accepted
    assert bench.what_became_of(2).status == 'refused'
    assert bench.result(handle)[1].status == 'succeeded'


def test_asking_about_an_unseen_attempt_retires_it(bench: Bench) -> None:
    """The goal may still be on its way; whoever asked may give the task to someone else."""
    bench.start()
    assert bench.what_became_of(7).status == 'unknown'
    assert bench.what_became_of(7).status == 'unknown'
    assert not bench.send(7).accepted
    assert bench.send(8).accepted


@pytest.mark.parametrize('late_s', [6.0, -3.0])
def test_an_old_goal_is_refused(bench: Bench, late_s: float) -> None:
    """A goal that was long on its way, or is stamped ahead of time, starts nothing."""
    bench.start()
    bench.set_speed(0.0)
    bench.wire.until(lambda: bench.world.now_s > 8.0)
    bench.set_speed(1.0)
    stamp_s = bench.world.now_s - late_s
    assert not bench.send(1, stamp_s=stamp_s, expires_s=5.0).accepted
    assert bench.status().fence == 0
    assert bench.send(2, stamp_s=bench.world.now_s, expires_s=5.0).accepted


def test_a_goal_that_is_nonsense_is_refused(bench: Bench) -> None:
    """NaN and fences that nobody ever gave out are not taken on."""
    bench.start()
    assert not bench.send(2**64 - 1).accepted
    assert bench.what_became_of(2**64 - 1).status == 'unknown'
    assert not bench.send(1, part='x' * 5000).accepted
    assert not bench.send(1, stamp_s=1.0, expires_s=float('nan')).accepted
    assert bench.send(1).accepted


def test_a_cancel_brings_the_arm_to_rest(bench: Bench, wire: Wire) -> None:
    """The attempt ends as canceled, and the arm takes the next one on."""
    bench.start()
    handle = bench.send(1)
    bench.until_moving()
    future = handle.cancel_goal_async()
    wire.until(future.done)
    assert future.result().goals_canceling
    status, report = bench.result(handle)
    assert status == GoalStatus.STATUS_CANCELED
    assert report.status == 'canceled'
    assert bench.what_became_of(1).status == 'canceled'
    wire.until(lambda: bench.beat().attempt == 0)
    assert bench.send(2, part='spare').accepted


def test_two_arms_may_be_at_the_same_fence(bench: Bench) -> None:
    """Sent by hand, fences of two arms may be equal; each goal ends with its own report."""
    bench.start(find('worlds', 'two_arm_cell'))
    first = bench.send(1, arm='panda', part='housing_1', source='tray_a_1', target='fixture_a_1')
    second = bench.send(1, arm='kuka', part='gear_1', source='tray_b_1', target='fixture_b_1')
    assert first.accepted
    assert second.accepted
    for arm, handle in (('kuka', second), ('panda', first)):
        _, report = bench.result(handle)
        assert (report.agent_id, report.status) == (arm, 'succeeded')


def test_an_attempt_that_outlived_its_process_is_interrupted(bench: Bench) -> None:
    """Begun and not ended: the part may have moved, and it is never begun again."""
    bench.start()
    assert bench.send(1).accepted
    bench.until_moving()
    bench.drop()
    bench.start()
    assert bench.what_became_of(1).status == 'interrupted'
    assert not bench.send(1).accepted
    assert bench.beat().highest_attempt == 1


def test_a_second_cell_on_the_same_ledger_is_refused(bench: Bench, wire: Wire) -> None:
    """Two processes that move the same arms is what the ledger is there to prevent."""
    bench.start()
    second = CellNode(
        open_cell,
        **wire.options(world=str(ONE_ARM_CELL), ledger=str(bench.folder / 'arms.sqlite')),
    )
    assert not second.autostart()
    assert 'another process is writing' in second.failure
    second.destroy_node()


# Standing still


def test_nothing_moves_before_it_was_resumed(bench: Bench) -> None:
    """An arm that has just started is held and takes nothing on."""
    bench.start(resumed=False)
    bench.until_held()
    assert not bench.send(1).accepted
    assert bench.what_became_of(1).status == 'refused'
    assert fastest(bench.status().joint_velocities) < 0.01


def test_a_step_that_waits_is_not_silence_of_the_mode(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For as long as the loop stood still it could hear nobody, and nothing moved either."""
    bench.start()
    assert bench.send(1).accepted
    bench.until_moving()
    step, stood_still = bench.world.step, []

    def waits() -> None:
        step()
        stood_still.append(qos.MODE_SILENCE_S)

    monkeypatch.setattr(bench.world, 'step', waits)
    monkeypatch.setattr(
        cell_node, 'time', SimpleNamespace(monotonic=lambda: time.monotonic() + sum(stood_still))
    )
    while len(stood_still) < 4:
        bench.cell.run_slice()
    assert bench.status().mode is SafetyMode.NORMAL


def test_silence_of_the_mode_holds_every_arm(bench: Bench, wire: Wire) -> None:
    """
    An arm that no longer hears the cell's mode stands, and stays so until it is resumed.

    The mode coming back is not permission to move.
    """
    bench.start()
    handle = bench.send(1)
    bench.until_moving()
    bench.mode = ''
    bench.until_held()
    assert bench.beat().mode == 'UNKNOWN'
    at_rest = list(bench.status().joint_positions)
    assert not bench.resume().resumed
    bench.mode = 'NORMAL'
    wire.until(lambda: bench.beat().mode == 'STOPPED')
    heard = len(bench.beats.messages)
    wire.until(lambda: len(bench.beats.messages) > heard + 5)
    assert bench.beat().held
    assert bench.beat().attempt == 1
    assert bench.status().joint_positions == pytest.approx(at_rest, abs=0.01)
    assert bench.resume().resumed
    assert bench.result(handle)[1].status == 'succeeded'


@pytest.mark.parametrize('mode', ['STOPPED', 'UNKNOWN', 'HURRAY', ''])
def test_any_mode_that_is_no_permission_holds(bench: Bench, wire: Wire, mode: str) -> None:
    """A mode that nobody knows the meaning of is none either."""
    bench.start()
    handle = bench.send(1)
    bench.until_moving()
    wire.steps.append(lambda: bench._modes.publish(msg.CellMode(cell_id='cell_a', mode=mode)))
    bench.mode = ''
    bench.until_held()
    assert bench.beat().attempt == 1
    wire.steps.pop()
    bench.mode = 'NORMAL'
    wire.until(lambda: bench.resume().resumed)
    assert bench.result(handle)[1].status == 'succeeded'


def test_a_person_in_the_stop_zone_holds_the_arm_until_it_is_resumed(
    bench: Bench, wire: Wire
) -> None:
    """It stands on its path; while they are there nobody can let it go on."""
    bench.start()
    handle = bench.send(1)
    bench.until_moving()
    bench.world.place_person('ada', CLOSE)
    bench.until_held()
    wire.until(lambda: fastest(present(bench.joints.message).velocity) < 0.02)
    assert bench.beat().mode == 'STOPPED'
    assert 'panda_stop' in bench.beat().cause
    assert not bench.beat().zone_clear
    occupied = {zone.zone_id: zone.occupied for zone in present(bench.zones.message).zones}
    assert occupied == {'panda_slow': True, 'panda_stop': True}
    refused = bench.resume()
    assert not refused.resumed
    assert 'panda_stop' in refused.message
    bench.world.place_person('ada', FAR_AWAY)
    wire.until(lambda: bench.beat().zone_clear)
    heard = len(bench.beats.messages)
    wire.until(lambda: len(bench.beats.messages) > heard + 5)
    assert bench.beat().held, 'a cleared zone is not permission to move'
    assert not bench.resume(stamp_s=1.0, expires_s=0.5).resumed, 'an old command expires'
    assert bench.resume(stamp_s=bench.world.now_s, expires_s=10.0).resumed
    assert bench.result(handle)[1].status == 'succeeded'


# What is published


def test_a_late_joiner_sees_the_zones(bench: Bench, wire: Wire) -> None:
    """Zones are state: whoever comes later gets them at once."""
    bench.start()
    late = wire.hear(msg.ZoneArray, names.ZONES, qos.STATE)
    wire.until(lambda: late.message)
    assert {zone.zone_id for zone in present(late.message).zones} == {'panda_slow', 'panda_stop'}
    assert all(zone.sensing_fresh and not zone.occupied for zone in present(late.message).zones)


def test_joints_are_named_by_their_arm(bench: Bench, wire: Wire) -> None:
    """Two arms of a kind in one cell can be told apart."""
    bench.start()
    wire.until(lambda: bench.joints.message)
    joints = bench.joints.message
    assert all(name.startswith('panda/') for name in present(joints).name)
    assert (
        len(present(joints).name)
        == len(present(joints).position)
        == len(present(joints).velocity)
        == 7
    )


def test_hands_move_parts(bench: Bench, wire: Wire) -> None:
    """In simulation a person's hands are a service; what they cannot do is refused."""
    bench.start()

    def move(part: str, location: str) -> Any:
        return wire.ask(srv.MovePart, names.MOVE_PART, part=part, location=location, actor='anna')

    assert move('block', 'there').done
    assert 'nowhere' in move('block', 'nowhere').message
    assert 'ghost' in move('ghost', 'here').message


@pytest.fixture
def with_help(tmp_path: Path) -> Path:
    """Return a world like the small one, with somebody helpful in it."""
    return helped(tmp_path)


def test_somebody_does_it_by_hand_and_the_cell_goes_on_meanwhile(
    bench: Bench, wire: Wire, with_help: Path
) -> None:
    """The answer comes when it is done; until then beats, zones and other calls go on."""
    bench.start(with_help)
    client = wire.node.create_client(srv.DoByHand, names.DO_BY_HAND)
    wire.until(client.service_is_ready)
    put = client.call_async(srv.DoByHand.Request(chore='put', part='block', location='there'))
    busy = wire.ask(srv.DoByHand, names.DO_BY_HAND, chore='put', part='spare', location='here')
    assert (busy.done, busy.reason_code) == (False, 'nobody_free')
    assert 'ada is at put block' in busy.message
    assert not put.done()
    beats = len(bench.beats.messages)
    bench.set_speed(0.0)
    wire.until(put.done)
    assert present(put.result()).done, present(put.result()).message
    assert len(bench.beats.messages) > beats
    assert bench.world.part_position('block')[1] == pytest.approx(-0.20, abs=0.002)


@pytest.mark.parametrize(
    ('request_', 'reason'),
    [
        ({'chore': 'put', 'part': 'ghost', 'location': 'there'}, "no part 'ghost'"),
        ({'chore': 'put', 'part': 'block'}, 'put needs part and location, got part'),
        ({'chore': 'dance'}, "chore: got 'dance', expected one of put, take, load, clear"),
        ({'chore': 'put', 'part': 'block', 'location': 'there', 'person_id': 'eve'}, 'eve'),
        ({'chore': 'assist', 'part': 'block', 'station': 'bench'}, "no station 'bench'"),
    ],
)
def test_what_nobody_can_do_by_hand_is_refused_with_a_reason(
    bench: Bench, wire: Wire, with_help: Path, request_: dict[str, str], reason: str
) -> None:
    bench.start(with_help)
    answer = wire.ask(srv.DoByHand, names.DO_BY_HAND, **request_)
    assert not answer.done
    assert reason in answer.message


def test_where_nobody_is_helpful_there_is_nobody_to_be_asked(bench: Bench, wire: Wire) -> None:
    """Then parts are moved as before, by ``move_part``."""
    bench.start()
    client = wire.node.create_client(srv.DoByHand, names.DO_BY_HAND)
    parts = wire.node.create_client(srv.MovePart, names.MOVE_PART)
    wire.until(parts.service_is_ready)
    assert not client.service_is_ready()


# Being looked at


def test_markers_show_the_cell_while_somebody_looks(bench: Bench, wire: Wire) -> None:
    bench.start(resumed=False)
    bench.world.place_person('ada', CLOSE)
    heard = wire.hear(MarkerArray, names.MARKERS, qos.TELEMETRY)
    wire.until(lambda: len(heard.messages) >= 2)
    first, second = ({(it.ns, it.id): it for it in array.markers} for array in heard.messages[:2])
    assert all(it.header.frame_id == 'world' for it in first.values())
    assert first['zones/panda_stop', 0].color.a == pytest.approx(0.5)
    assert first['parts/block', 0].type == Marker.CUBE
    assert first['arms/panda', 0].type == Marker.LINE_STRIP
    line, text = first['separation/panda', 0], first['separation/panda', 1]
    assert (line.type, len(line.points)) == (Marker.LINE_STRIP, 2)
    assert text.text.endswith(' m')
    # What never moves is said once in a while, and stays; all else goes if it is not renewed.
    assert ('fixtures/bench', 0) in first
    assert ('fixtures/bench', 0) not in second
    assert first['fixtures/bench', 0].lifetime.sec == 0
    assert line.lifetime.sec == 1


def test_what_ran_in_real_time_is_the_same_when_done_again_fast(
    bench: Bench, wire: Wire, tmp_path: Path
) -> None:
    """Messages came when they came; what they led to does not depend on that."""
    path = tmp_path / 'run.rec'
    bench.start(record=str(path))
    handle = bench.send(1)
    assert handle.accepted
    bench.until_moving()
    bench.world.place_person('ada', CLOSE)
    bench.until_held()
    bench.world.place_person('ada', FAR_AWAY)
    wire.until(lambda: bench.resume().resumed)
    bench.result(handle)
    bench.drop()
    found = replay_recording(path, lambda done, of: None)
    assert found.difference == ''
    assert found.is_complete
    assert found.reports == 1
    assert found.checks >= 5


def test_the_report_of_a_failure_says_where_its_picture_is(bench: Bench, tmp_path: Path) -> None:
    bench.start(pictures=str(tmp_path / 'pictures'))
    status, report = bench.result(bench.send(1, source='aside'))
    assert status == GoalStatus.STATUS_ABORTED
    path = tmp_path / 'pictures' / 'panda-1.png'
    assert report.failure.picture == path.as_uri()
    wait_until(path.is_file, 30.0)
    assert bench.what_became_of(1).failure.picture == path.as_uri()
