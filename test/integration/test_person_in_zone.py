"""A person walks up to an arm that is at work."""

from pathlib import Path
from typing import Any

import pytest
from sensor_msgs.msg import JointState
from support.present import present
from support.shift import events, Shift
from support.wire import Wire
from support.worlds import ONE_ARM_CELL

from cobot_alloc.application.order import Order
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.lifecycles.task import TaskState
from cobot_alloc.domain.task import Task
from cobot_alloc.ros import names, qos

CLEAR_FOR_S = 1.0
STILL = 0.02  # radians per second

# To the bench and away again, over and over: one of the visits meets a motion.
WALK = """\
  - person_id: ada
    start: [-3.0, 0.0]
    start_after_s: 2.0
    repeat: true
    script:
      - {to: [-0.8, 0.0], stay_s: 2.5}
      - {to: [-3.0, 0.0], stay_s: 4.0}
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return the small world with a person who walks."""
    text = ONE_ARM_CELL.read_text()
    still = '  - {person_id: ada, start: [-6.0, 0.0]}\n'
    assert still in text
    path = tmp_path / 'walk.yaml'
    path.write_text(text.replace(still, WALK))
    return path


def some_work() -> Order:
    """Return an order that keeps the arm busy for a while."""
    moves = [('block', 'here', 'there'), ('spare', 'aside', 'here')]
    tasks = [
        Task(
            task_id=TaskId(f'move_{number}'),
            order_id=OrderId('moves'),
            skill='pick_place',
            part=part,
            source=source,
            target=target,
            payload_kg=0.3,
            predecessors=(TaskId(f'move_{number - 1}'),) if number else (),
        )
        for number, (part, source, target) in enumerate(moves)
    ]
    return Order(order_id=OrderId('moves'), title='', tasks=tuple(tasks))


def test_the_arm_stands_while_they_are_there_and_waits_for_leave(
    domain: int, tmp_path: Path, world: Path
) -> None:
    """
    Joints come to rest, the task is paused, and a cleared zone alone does not end that.

    The rule lets the arm go on once the zone has been clear for its time, and the motion goes
    on from where it stood: no attempt is begun anew.
    """
    order = some_work()
    wire = Wire(domain, 'cell_a')
    joints = wire.hear(JointState, names.JOINT_STATES, qos.TELEMETRY)
    shift = Shift(tmp_path / 'state', world=str(world), speed=3.0)

    def speed() -> float:
        wire.spin()
        return max(abs(value) for value in joints.message.velocity) if joints.message else 0.0

    def occupied() -> bool:
        zone = shift.gateway.view().zones.get('panda_stop')
        return zone is not None and zone.occupied

    try:
        shift.submit(order)
        shift.until(lambda: speed() > 10 * STILL)
        shift.until(lambda: TaskState.PAUSED in shift.states().values() and occupied())
        shift.until(lambda: speed() <= STILL)
        at_rest = list(present(joints.message).position)
        heard = len(joints.messages)
        shift.until(lambda: speed() > STILL or not occupied())
        while_there = joints.messages[heard:]
        assert len(while_there) > 5
        assert present(joints.message).position == pytest.approx(at_rest, abs=0.01)
        shift.until(lambda: TaskState.PAUSED not in shift.states().values())
        shift.until_over(order)
    finally:
        shift.close()
        wire.close()
    happened = events(tmp_path / 'state')
    assert_paused_and_resumed_by_the_rule(happened)
    # Given out at the moment when they came in, a goal may have been refused at first.
    begun = [e.task_id for e in happened if isinstance(e, ev.AttemptAccepted)]
    assert begun == [task.task_id for task in order.tasks]


def assert_paused_and_resumed_by_the_rule(happened: list[Any]) -> None:
    """Check the first pause: zone clear, then leave after its time, then going on."""
    kinds = [type(event) for event in happened]
    paused = kinds.index(ev.AttemptPaused)
    assert 'panda_stop' in happened[paused].cause
    clear = next(
        number
        for number, event in enumerate(happened)
        if number > paused
        and isinstance(event, ev.ZoneChanged)
        and event.zone_id == 'panda_stop'
        and not event.occupied
    )
    granted = kinds.index(ev.ResumeGranted, paused)
    resumed = kinds.index(ev.AttemptResumed, paused)
    assert paused < clear < granted < resumed
    assert happened[granted].at_s - happened[clear].at_s >= CLEAR_FOR_S - 0.1
    assert happened[granted].by.startswith('rule')
