"""What waits for something does not keep what has arrived from its turn."""

import time

from rclpy.task import Future
from std_msgs.msg import Bool

MOST = 5


def test_many_that_wait_let_messages_through_and_the_wait_be_one(wire):
    """Eight arms at work: each spin hears what came, and without anything it waits."""
    executor, heard = wire.executor, []
    wire.node.create_subscription(Bool, 'word', heard.append, 10)
    publisher = wire.node.create_publisher(Bool, 'word', 10)
    wire.until(lambda: wire.node.count_publishers('word'))
    never = Future()

    async def wait():
        await never

    for _ in range(8):
        executor.create_task(wait)
    publisher.publish(Bool(data=True))
    for number in range(100):
        if heard:
            break
        executor.spin_ready(0.01 + 1e-4 * number, most=MOST)
    assert heard
    for _ in range(20):  # whatever else has come in
        executor.spin_ready(0.0, most=MOST)
    begun, used = time.monotonic(), time.process_time()
    executor.spin_ready(0.2, most=MOST)
    assert time.monotonic() - begun > 0.1
    assert time.process_time() - used < 0.1
    never.set_result(None)
