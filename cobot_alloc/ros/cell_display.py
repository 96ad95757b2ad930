"""What RViz and Foxglove show of a cell: joint states and markers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import time

from builtin_interfaces.msg import Duration
from geometry_msgs.msg import Point, Quaternion, Vector3
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from cobot_alloc.application.arm_ports import CellWorld
from cobot_alloc.application.shapes import Shape, ShapeKind, shapes_of_zones
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.conversions import pose_to_msg, time_to_msg
from cobot_alloc.sim.world import World

#: Wall-clock seconds. What never moves is said less often.
JOINTS_PERIOD_S = 0.05
MARKERS_PERIOD_S = 0.2
FIXED_PERIOD_S = 2.0
#: After so many seconds without a new one a marker goes away, as that of a person who left.
_LIFETIME = Duration(sec=1)

_TYPES = {
    ShapeKind.BOX: Marker.CUBE,
    ShapeKind.CYLINDER: Marker.CYLINDER,
    ShapeKind.SPHERE: Marker.SPHERE,
    ShapeKind.LINES: Marker.LINE_STRIP,
    ShapeKind.TEXT: Marker.TEXT_VIEW_FACING,
}


class CellDisplay:
    """Publishes ``joint_states`` and ``markers``, in frame ``world``."""

    def __init__(self, node: Node, spec: World, world: CellWorld) -> None:
        """Create the publishers."""
        self._node = node
        self._spec = spec
        self._world = world
        self._joints = node.create_publisher(JointState, names.JOINT_STATES, qos.TELEMETRY)
        self._markers = node.create_publisher(MarkerArray, names.MARKERS, qos.TELEMETRY)
        self._joints_at = self._markers_at = self._fixed_at = 0.0

    def close(self) -> None:
        """Withdraw the topics."""
        self._node.destroy_publisher(self._joints)
        self._node.destroy_publisher(self._markers)

    def show(self, now_s: float) -> None:
        """Publish what is due."""
        now = time.monotonic()
        if now >= self._joints_at:
            self._joints_at = now + JOINTS_PERIOD_S
            self._joints.publish(self._joint_state(now_s))
        if now >= self._markers_at:
            self._markers_at = now + MARKERS_PERIOD_S
            if self._markers.get_subscription_count():
                with_fixed = now >= self._fixed_at
                if with_fixed:
                    self._fixed_at = now + FIXED_PERIOD_S
                self._markers.publish(self._marker_array(now_s, with_fixed=with_fixed))
            else:
                self._fixed_at = 0.0  # whoever comes next is told everything at once

    def _joint_state(self, now_s: float) -> JointState:
        message = JointState()
        message.header.stamp = time_to_msg(now_s)
        message.header.frame_id = 'world'
        for arm in self._world.arm_ids:
            status = self._world.arm_status(arm)
            message.name.extend(f'{arm}/{joint}' for joint in status.joint_names)
            message.position.extend(float(value) for value in status.joint_positions)
            message.velocity.extend(float(value) for value in status.joint_velocities)
        return message

    def _marker_array(self, now_s: float, *, with_fixed: bool) -> MarkerArray:
        shapes = (it for it in self._world.shapes() if with_fixed or not it.is_fixed)
        readings = self._world.zone_readings()
        occupied = {it.zone_id for it in readings if it.occupied or not it.fresh}
        markers = list(_numbered([*shapes_of_zones(self._spec.zones, occupied), *shapes]))
        stamp = time_to_msg(now_s)
        for marker in markers:
            marker.header.frame_id = 'world'
            marker.header.stamp = stamp
        return MarkerArray(markers=markers)


def _numbered(shapes: Iterable[Shape]) -> Iterator[Marker]:
    """Yield the markers of shapes; of each thing they are numbered from 0."""
    numbers: dict[str, int] = {}
    for shape in shapes:
        namespace = f'{shape.group}/{shape.name}'
        number = numbers[namespace] = numbers.get(namespace, -1) + 1
        yield _marker(shape, namespace, number)


def _marker(shape: Shape, namespace: str, number: int) -> Marker:
    marker = Marker(ns=namespace, id=number, type=_TYPES[shape.kind], action=Marker.ADD)
    marker.pose = pose_to_msg(shape.pose.position)
    x, y, z, w = (float(value) for value in shape.pose.orientation)
    marker.pose.orientation = Quaternion(x=x, y=y, z=z, w=w)
    x, y, z = (float(value) for value in shape.size)
    marker.scale = Vector3(x=x, y=y, z=z)
    red, green, blue, alpha = shape.color
    marker.color = ColorRGBA(r=red, g=green, b=blue, a=alpha)
    marker.points = [Point(x=float(x), y=float(y), z=float(z)) for x, y, z in shape.points]
    marker.text = shape.text
    if not shape.is_fixed:
        marker.lifetime = _LIFETIME
    return marker
