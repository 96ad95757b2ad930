"""The quality of service of each kind of topic, defined once."""

from __future__ import annotations

from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy

#: State: a late joiner sees the truth at once.
STATE = QoSProfile(
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
)

#: The cell's mode: state that is repeated, and whose silence means stop.
MODE_PERIOD_S = 0.2
MODE_SILENCE_S = 1.5
MODE = QoSProfile(
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.TRANSIENT_LOCAL,
    deadline=Duration(seconds=MODE_SILENCE_S),
    liveliness=LivelinessPolicy.AUTOMATIC,
    liveliness_lease_duration=Duration(seconds=MODE_SILENCE_S),
)

#: Beats of arms: each counts while it is fresh, none is worth keeping. As many as may come
#: while the reader is at something else, whoever they are from.
BEAT_PERIOD_S = 0.2
BEAT = QoSProfile(
    depth=100,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
    deadline=Duration(seconds=1.0),
)

#: What is only looked at; a lost sample does not matter.
TELEMETRY = QoSProfile(
    depth=1,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)

#: Services: whoever calls has at most so many others before them.
SERVICE = QoSProfile(
    depth=100,
    reliability=ReliabilityPolicy.RELIABLE,
    durability=DurabilityPolicy.VOLATILE,
)
