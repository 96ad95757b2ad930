"""What is measured over one attempt."""

from __future__ import annotations

from math import dist, inf

from cobot_alloc.domain.failure import Measurements
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.world import PowerSpec


class EnergyMeter:
    """
    Measures one attempt of one arm, once in every two control periods.

    * duration: simulated seconds, standstills included;
    * energy: mechanical work of the motors, the sum of max(torque x speed, 0) x dt over the
      joints, in joules. Braking gives nothing back and holding still costs nothing;
    * electrical energy: an estimate, P = idle + mechanical power + k x sum(torque^2), with the
      idle power and the copper loss of the arm's model (see PowerSpec) and no regeneration;
    * path: length of the tool's way in metres;
    * contact force: the largest sum of contact forces in newtons on the arm or on the part in
      its grip, from anything but each other;
    * separation: the smallest distance between the arm and a person, see ``note_separation``.

    :ivar separation_m: the smallest so far.
    """

    def __init__(self, engine: Engine, site: ArmSite, power: PowerSpec | None) -> None:
        """Begin to measure; without ``power`` no electrical energy is estimated."""
        self._engine = engine
        self._site = site
        self._power = power
        self._duration_s = self._work_j = self._torque2_s = self._path_m = self._peak_n = 0.0
        self.separation_m = inf
        self._tool: Vector = site.body.first_tool_pose.position

    def advance(self, dt: float) -> None:
        """Add what happened in a period of ``dt`` seconds."""
        body = self._site.body
        self._duration_s += dt
        power_w = torque2 = 0.0
        for torque, speed in zip(body.torques, body.velocities, strict=True):
            watts = torque * speed
            if watts > 0.0:
                power_w += watts
            torque2 += torque * torque
        self._work_j += power_w * dt
        self._torque2_s += torque2 * dt
        tool = body.first_tool_pose.position
        self._path_m += dist(tool, self._tool)
        self._tool = tool
        self._peak_n = max(self._peak_n, self._contact_n())

    def note_separation(self, separation_m: float) -> None:
        """Take note of the present distance to the nearest person."""
        self.separation_m = min(self.separation_m, separation_m)

    def result(self, placement_error_m: float | None = None) -> Measurements:
        """Return what was measured so far."""
        return Measurements(
            duration_s=self._duration_s,
            energy_j=self._work_j,
            electrical_j=self._electrical_j(),
            path_length_m=self._path_m,
            peak_contact_force_n=self._peak_n,
            min_separation_m=self.separation_m,
            placement_error_m=placement_error_m,
        )

    def _electrical_j(self) -> float | None:
        if self._power is None:
            return None
        copper_j = self._power.copper_w_per_nm2 * self._torque2_s
        return self._power.idle_w * self._duration_s + self._work_j + copper_j

    def _contact_n(self) -> float:
        arm, gripper = self._site.body.body, self._site.gripper
        held = gripper.part if gripper is not None else None
        contacts = self._engine.contacts
        if held is None:
            return contacts.force_n(arm)
        part = self._site.parts.bodies[held]
        if gripper is not None and gripper.is_holding():
            return contacts.force_on_both_n(arm, part)
        return contacts.force_n(arm, but_from=part)
