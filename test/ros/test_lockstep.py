"""A cell in lockstep and its allocator, each against a test that takes the other's part."""

import time

from builtin_interfaces.msg import Time
import pytest
from support.fake_arm import FakeArm
from support.worlds import helped, ONE_ARM_CELL

from cobot_alloc.application.lockstep import LockstepLost, ROUND_S
from cobot_alloc.application.processes import cell_nodes
from cobot_alloc.bootstrap import open_allocator, open_cell, prepare_cell
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.allocator_node import AllocatorNode
from cobot_alloc.ros.cell_node import CellNode
from cobot_alloc.ros.conversions import time_from_msg, time_to_msg
from cobot_alloc_msgs import msg, srv

#: Wall-clock seconds in which a cell that does not wait would be far ahead.
A_WHILE_S = 1.0


def for_a_while(wire):
    """Let everything that can happen without the test happen."""
    until = time.monotonic() + A_WHILE_S
    wire.until(lambda: time.monotonic() > until)


class Follower:
    """A participant of the test."""

    def __init__(self, wire, name):
        self.rounds = wire.hear(msg.Round, names.ROUNDS, qos.STATE)
        self._topic = wire.node.create_publisher(msg.Turn, names.turns(name), qos.STATE)

    @property
    def number(self):
        """The number of the latest round, 0 before the first."""
        return self.rounds.message.number if self.rounds.message else 0

    def done(self, *, run='', ahead=0, mode_s=None, **fields):
        """End a turn: in the latest round, or otherwise as the test has it."""
        published = []
        if mode_s is not None:
            published = [msg.TopicStamp(topic=names.MODE, stamp=time_to_msg(mode_s))]
        round_ = self.rounds.message
        self._topic.publish(
            msg.Turn(
                run=run or round_.run, number=round_.number + ahead, published=published, **fields
            )
        )


class Cell:
    """A cell's node on a wire, in lockstep with whoever the test plays."""

    def __init__(self, wire, folder):
        self.wire, self._folder, self.node = wire, folder, None
        self._modes = wire.node.create_publisher(msg.CellMode, names.MODE, qos.MODE)
        wire.closers.append(self._close)

    def start(self, world=ONE_ARM_CELL, **parameters):
        """Bring the cell up, as fast as can be."""
        given = {'world': str(world), 'ledger': str(self._folder / 'arms.sqlite'), 'speed': 0.0}
        self.node = CellNode(open_cell, **self.wire.options(**given, **parameters))
        self.wire.executor.add_node(self.node)
        assert self.node.autostart(), self.node.failure
        self.wire.steps.append(self.node.run_slice)
        return self.node

    @property
    def now_s(self):
        """Its time."""
        return self.node._parts.world.now_s

    def say_mode(self, mode='NORMAL', stamp_s=0.0):
        """Say the cell's mode."""
        self._modes.publish(msg.CellMode(stamp=time_to_msg(stamp_s), mode=mode))

    def _close(self):
        if self.node is not None:
            self.wire.executor.remove_node(self.node)
            self.node.close()
            self.node.destroy_node()


@pytest.fixture
def cell(wire, tmp_path):
    """Return a cell that is not there yet."""
    return Cell(wire, tmp_path)


def test_time_goes_on_when_each_has_had_their_turn(cell, wire):
    """One piece for each round, and none before both have answered, however long that takes."""
    first, second = Follower(wire, 'first'), Follower(wire, 'second')
    cell.start(lockstep='first,second')
    for number in range(1, 4):
        wire.until(lambda number=number: first.number == second.number == number)
        assert time_from_msg(first.rounds.message.stamp) == pytest.approx((number - 1) * ROUND_S)
        assert list(first.rounds.message.participants) == ['first', 'second']
        first.done()
        for_a_while(wire)
        assert first.number == number
        assert cell.now_s == pytest.approx(number * ROUND_S)
        second.done()
    wire.until(lambda: first.number == 4)


def test_only_a_turn_in_this_round_of_this_run_counts(cell, wire):
    """Whatever comes late, early or from another cell is no turn."""
    allocator = Follower(wire, 'allocator')
    cell.start(lockstep='allocator')
    wire.until(lambda: allocator.number == 1)
    allocator.done(ahead=1)
    allocator.done(run='of another cell')
    for_a_while(wire)
    assert allocator.number == 1
    allocator.done()
    wire.until(lambda: allocator.number == 2)
    allocator.done(ahead=-1)
    for_a_while(wire)
    assert allocator.number == 2


def test_the_mode_that_was_published_is_waited_for(cell, wire):
    """The word that it is there may overtake it."""
    allocator = Follower(wire, 'allocator')
    cell.start(lockstep='allocator')
    wire.until(lambda: allocator.number == 1)
    allocator.done(mode_s=3.0)
    cell.say_mode(stamp_s=2.0)
    for_a_while(wire)
    assert allocator.number == 1
    cell.say_mode(stamp_s=3.0)
    wire.until(lambda: allocator.number == 2)
    assert time_from_msg(allocator.rounds.message.published[0].stamp) == 3.0


def test_what_is_asked_of_people_is_waited_for(cell, wire, tmp_path):
    """A turn names its requests; a round names those that are answered."""
    supervisor = Follower(wire, 'supervisor')
    cell.start(helped(tmp_path), lockstep='supervisor')
    wire.until(lambda: supervisor.number == 1)
    assert supervisor.rounds.message.hands
    supervisor.done(chores=['request-1'])
    for_a_while(wire)
    assert supervisor.number == 1
    answer = wire.ask(srv.DoByHand, names.DO_BY_HAND, request_id='request-1', chore='nonsense')
    assert answer.reason_code == 'bad_request'
    wire.until(lambda: supervisor.number == 2)
    assert list(supervisor.rounds.message.chores) == ['request-1']
    supervisor.done()
    wire.until(lambda: supervisor.number == 3)
    assert list(supervisor.rounds.message.chores) == []


def test_the_arms_and_zones_are_in_the_rounds(cell, wire):
    """
    All of them in the first; again after the beat's period of cell time, whatever the wall.

    In the second the arm has seen that nobody is near.
    """
    allocator = Follower(wire, 'allocator')
    cell.start(lockstep='allocator')
    beats = {}
    while allocator.number < 10:
        heard = allocator.number
        wire.until(lambda heard=heard: allocator.number > heard)
        beats[allocator.number] = [beat.agent_id for beat in allocator.rounds.message.beats]
        if allocator.number == 1:
            assert {zone.zone_id for zone in allocator.rounds.message.zones} == {
                'panda_slow', 'panda_stop',
            }  # fmt: skip
        assert list(allocator.rounds.message.arms) == ['panda']
        allocator.done()
    assert [number for number, arms in beats.items() if arms] == [1, 2, 6, 10]


def test_whoever_comes_late_is_told_the_latest_round(cell, wire):
    """As an allocator that was started again."""
    cell.start(lockstep='allocator')
    for_a_while(wire)
    allocator = Follower(wire, 'allocator')
    wire.until(lambda: allocator.number == 1)
    allocator.done()
    wire.until(lambda: allocator.number == 2)


def test_a_participant_that_does_not_answer_is_given_up(cell, wire):
    """The error says who, in which round, and after how long."""
    allocator = Follower(wire, 'allocator')
    cell.start(lockstep='allocator,ghost', lockstep_given_up_s=1)
    wire.until(lambda: allocator.number == 1)
    allocator.done()
    with pytest.raises(LockstepLost, match='in round 1 1 s were waited for ghost'):
        wire.until(lambda: allocator.number == 2)
    wire.steps.clear()


def test_names_that_are_none_are_refused(wire, tmp_path):
    """With what is expected, before anything is waited for."""
    options = wire.options(
        world=str(ONE_ARM_CELL), ledger=str(tmp_path / 'l'), lockstep='allocator,a b'
    )
    node = CellNode(open_cell, **options)
    assert not node.autostart()
    assert "lockstep: got 'allocator,a b'" in node.failure
    node.destroy_node()


# The allocator


class Leader:
    """The rounds of a cell of the test."""

    def __init__(self, wire):
        self.wire, self.number, self.run = wire, 0, 'run'
        self._rounds = wire.node.create_publisher(msg.Round, names.ROUNDS, qos.STATE)
        self._supervisor = wire.node.create_publisher(
            msg.Turn, names.turns('supervisor'), qos.STATE
        )
        self.turns = wire.hear(msg.Turn, names.turns('allocator'), qos.STATE)
        self.agents = wire.hear(msg.AgentArray, names.AGENTS, qos.STATE)
        self.mode = wire.hear(msg.CellMode, names.MODE, qos.MODE)

    def begin(self, *, participants=('allocator',), **fields):
        """Begin a round."""
        self.number += 1
        self._rounds.publish(
            msg.Round(
                stamp=time_to_msg(10.0 + self.number * ROUND_S),
                run=self.run,
                number=self.number,
                participants=participants,
                **fields,
            )
        )

    def supervisor_is_done(self):
        """Let the supervisor have had its turn."""
        self._supervisor.publish(msg.Turn(run=self.run, number=self.number))

    def has_answer(self):
        """Tell whether the allocator has had its turn."""
        heard = self.turns.message
        return heard is not None and (heard.run, heard.number) == (self.run, self.number)

    def until_answer(self):
        """Wait for the allocator's turn."""
        self.wire.until(self.has_answer, what=f'no turn in round {self.number}')

    def play(self, **fields):
        """Have a round with nobody but the allocator in it."""
        self.begin(**fields)
        self.until_answer()

    def health(self):
        """Return the health of the arm, or nothing."""
        heard = self.agents.message
        return {agent.agent_id: agent.health for agent in heard.agents} if heard else {}


@pytest.fixture
def allocator(wire, tmp_path):
    """Return an allocator in lockstep, with hardly any patience with silent arms."""
    limits = tmp_path / 'limits.yaml'
    limits.write_text('silence_s: 0.3\n')
    layout = prepare_cell(
        'two_arm_cell', state=tmp_path, person='anna', speed=0.0, limits=str(limits)
    )
    (spec,) = [node for node in cell_nodes(layout) if node.name == 'allocator']
    node = AllocatorNode(open_allocator, **wire.options(**spec.parameters))
    wire.executor.add_node(node)
    assert node.autostart(), node.failure
    yield node
    wire.executor.remove_node(node)
    node.close()
    node.destroy_node()


def test_it_has_its_turn_after_those_before_it(allocator, wire):
    """And says what it has published, by stamp, the mode in any case."""
    leader = Leader(wire)
    leader.begin(participants=('supervisor', 'allocator', 'somebody'))
    for_a_while(wire)
    assert not leader.has_answer()
    leader.supervisor_is_done()
    leader.until_answer()
    published = {it.topic: time_from_msg(it.stamp) for it in leader.turns.message.published}
    assert published.keys() == {names.MODE, names.TASKS, names.CASES, names.AGENTS}
    now_s = time_from_msg(leader.turns.message.cell_time)
    assert now_s == pytest.approx(10.0 + ROUND_S)
    wire.until(lambda: time_from_msg(leader.mode.message.stamp) == published[names.MODE])


def test_silence_is_counted_in_rounds(allocator, wire):
    """No load makes an arm silent: not a minute without rounds does, but rounds without it do."""
    leader = Leader(wire)
    leader.play(arms=['panda'], beats=[a_beat()])
    wire.until(lambda: leader.health() == {'panda': 'ready'})
    for_a_while(wire)
    leader.play(arms=['panda'])
    for _ in range(4):
        leader.play(arms=['panda'])
    assert leader.health() == {'panda': 'ready'}
    for _ in range(4):
        leader.play(arms=['panda'])
    wire.until(lambda: leader.health() == {'panda': 'offline'})


def test_arms_of_the_rounds_are_heard_there_alone(allocator, wire):
    """Their beats on the topic come when they come; other arms have nothing else."""
    leader = Leader(wire)
    FakeArm(wire, 'panda')
    FakeArm(wire, 'stranger')
    for _ in range(5):
        leader.play(arms=['panda'])
        for_a_while(wire)
    assert leader.health() == {'stranger': 'ready'}


def test_a_turn_ends_when_all_that_it_asked_is_answered(allocator, wire):
    """Commands go out within the turn, at its time, and their answers belong to it."""
    leader, arm = Leader(wire), FakeArm(wire, 'panda')
    leader.play(arms=['panda'], beats=[a_beat()])
    task = msg.Task(
        task_id='a', skill='pick_place', part='housing_1', source='tray_a_1',
        target='fixture_a_1', payload_kg=0.3,
    )  # fmt: skip
    assert wire.ask(
        srv.SubmitOrder, names.SUBMIT_ORDER, idempotency_key='k', order_id='o', tasks=[task]
    ).accepted
    for_a_while(wire)
    assert arm.goals == []
    tasks = wire.hear(msg.TaskArray, names.TASKS, qos.STATE)
    leader.play(arms=['panda'], beats=[a_beat()])
    assert arm.fences() == [1]
    wire.until(lambda: tasks.message and tasks.message.tasks[0].state == 'underway')
    assert time_from_msg(tasks.message.stamp) == pytest.approx(10.0 + 2 * ROUND_S)


def test_a_deactivated_one_lets_its_turns_pass_in_silence(allocator, wire):
    """The cell goes on and its arms hold still, as without lockstep."""
    leader = Leader(wire)
    leader.play()
    allocator.trigger_deactivate()
    leader.play()
    assert list(leader.turns.message.published) == []
    assert leader.turns.message.cell_time == Time()
    allocator.trigger_activate()
    leader.play()
    assert len(leader.turns.message.published) == 4


def test_a_second_cell_is_told_and_not_followed(allocator, wire):
    """Two clocks would be none; the cell that was there first is gone when it is alone."""
    leader, other = Leader(wire), Leader(wire)
    other.run = 'another run'
    leader.play()
    other.begin()
    for_a_while(wire)
    assert not other.has_answer()
    leader.play()


def a_beat():
    """Return a beat of an arm in the middle of everything that the shipped world has."""
    beat = msg.AgentBeat(
        agent_id='panda',
        boot_id='boot-1',
        skills=['pick_place'],
        payload_kg=3.0,
        reach_m=0.9,
        mode='NORMAL',
        zone_clear=True,
    )
    beat.base.position.z = 0.7
    beat.base.position.x = -0.66
    return beat
