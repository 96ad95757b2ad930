"""What is measured over one attempt."""

from __future__ import annotations

from math import dist, inf

from cobot_alloc.domain.failure import Measurements
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.arms.site import Site
from cobot_alloc.sim.bullet import Bullet


class Meter:
    """
    Measures one attempt of one arm, after every step of the physics.

    * duration: simulated seconds, standstills included;
    * energy: mechanical work of the motors, the sum of max(torque x speed, 0) x dt over the
      joints, in joules. Braking gives nothing back and holding still costs nothing: a real
      arm draws more;
    * path: length of the tool's way in metres;
    * contact force: the largest sum of contact forces in one step, in newtons, on the arm or
      on the part in its grip, from anything but each other;
    * separation: the smallest distance between the arm and a person, as ``see`` is told.
    """

    def __init__(self, bullet: Bullet, site: Site) -> None:
        """Begin to measure."""
        self._bullet = bullet
        self._site = site
        self._duration_s = self._energy_j = self._path_m = self._peak_n = 0.0
        self._separation_m = inf
        self._tool: Vector = site.body.tool_pose().position

    def after_step(self, dt: float) -> None:
        """Add what happened in a step of ``dt`` seconds."""
        body = self._site.body
        self._duration_s += dt
        for torque, speed in zip(body.torques, body.velocities, strict=True):
            if torque * speed > 0.0:
                self._energy_j += torque * speed * dt
        tool = body.tool_pose().position
        self._path_m += dist(tool, self._tool)
        self._tool = tool
        self._peak_n = max(self._peak_n, self._contact_n())

    def see(self, separation_m: float) -> None:
        """Take note of the present distance to the nearest person."""
        self._separation_m = min(self._separation_m, separation_m)

    def result(self, placement_error_m: float | None = None) -> Measurements:
        """Return what was measured so far."""
        return Measurements(
            duration_s=self._duration_s,
            energy_j=self._energy_j,
            path_length_m=self._path_m,
            peak_contact_force_n=self._peak_n,
            min_separation_m=self._separation_m,
            placement_error_m=placement_error_m,
        )

    def _contact_n(self) -> float:
        arm = self._site.body.body
        gripper = self._site.gripper
        held = gripper.part if gripper is not None and not gripper.has_lost() else None
        part = -1 if held is None else self._site.parts.bodies[held]
        points = self._bullet.getContactPoints(bodyA=arm)
        force_n = sum(point[9] for point in points if point[2] != part)
        if held is not None:
            points = self._bullet.getContactPoints(bodyA=part)
            force_n += sum(point[9] for point in points if point[2] != arm)
        return float(force_n)
