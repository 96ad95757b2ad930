"""What RViz and Foxglove show of a cell: joint states, zones and people."""

from __future__ import annotations

import time

from geometry_msgs.msg import Vector3
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from cobot_alloc.application.arm_ports import CellWorld
from cobot_alloc.application.world import World
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.conversions import pose_to_msg, time_to_msg

#: Wall-clock seconds.
JOINTS_PERIOD_S = 0.05
MARKERS_PERIOD_S = 0.2

_CLEAR = {SafetyMode.REDUCED: (0.95, 0.75, 0.1, 0.12), SafetyMode.STOPPED: (0.9, 0.2, 0.1, 0.15)}
_OCCUPIED_ALPHA = 0.5
_PERSON = (0.2, 0.4, 0.9, 0.9)


class CellDisplay:
    """Publishes ``joint_states`` and ``markers``, in frame ``world``."""

    def __init__(self, node: Node, spec: World, world: CellWorld) -> None:
        """Create the publishers."""
        self._node = node
        self._spec = spec
        self._world = world
        self._joints = node.create_publisher(JointState, names.JOINT_STATES, qos.TELEMETRY)
        self._markers = node.create_publisher(MarkerArray, names.MARKERS, qos.TELEMETRY)
        self._joints_at = self._markers_at = 0.0

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
                self._markers.publish(self._marker_array(now_s))

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

    def _marker_array(self, now_s: float) -> MarkerArray:
        readings = {reading.zone_id: reading for reading in self._world.zone_readings()}
        markers = []
        for number, zone in enumerate(self._spec.zones):
            reading = readings[zone.zone_id]
            red, green, blue, alpha = _CLEAR[zone.mode]
            alpha = _OCCUPIED_ALPHA if reading.occupied or not reading.fresh else alpha
            x, y, z = zone.volume.center
            markers.append(
                self._cylinder(
                    now_s,
                    'zones',
                    number,
                    (x, y, z + zone.volume.height_m / 2),
                    2 * zone.volume.radius_m,
                    zone.volume.height_m,
                    (red, green, blue, alpha),
                )
            )
        specs = {person.person_id: person for person in self._spec.people}
        for number, (person, (x, y, z)) in enumerate(self._world.people()):
            spec = specs[person]
            middle = (x, y, z + spec.height_m / 2)
            markers.append(
                self._cylinder(
                    now_s, 'people', number, middle, 2 * spec.radius_m, spec.height_m, _PERSON
                )
            )
        return MarkerArray(markers=markers)

    def _cylinder(
        self,
        now_s: float,
        namespace: str,
        number: int,
        middle: Vector,
        diameter_m: float,
        height_m: float,
        color: tuple[float, float, float, float],
    ) -> Marker:
        marker = Marker(ns=namespace, id=number, type=Marker.CYLINDER, action=Marker.ADD)
        marker.header.frame_id = 'world'
        marker.header.stamp = time_to_msg(now_s)
        marker.pose = pose_to_msg(middle)
        marker.scale = Vector3(x=diameter_m, y=diameter_m, z=height_m)
        red, green, blue, alpha = color
        marker.color = ColorRGBA(r=red, g=green, b=blue, a=alpha)
        return marker
