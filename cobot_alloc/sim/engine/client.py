"""One physics world of its own, and everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pybullet

from cobot_alloc.sim.engine.bodies import Bodies
from cobot_alloc.sim.engine.camera import Camera
from cobot_alloc.sim.engine.constraints import Constraints
from cobot_alloc.sim.engine.contacts import Contacts
from cobot_alloc.sim.engine.distances import Distances
from cobot_alloc.sim.engine.dynamics import Dynamics
from cobot_alloc.sim.engine.joints import Joints
from cobot_alloc.sim.engine.links import Links
from cobot_alloc.sim.engine.motors import Motors
from cobot_alloc.sim.engine.rays import Rays
from cobot_alloc.sim.engine.shapes import Shapes
from cobot_alloc.sim.engine.substance import Substance

_GRAVITY = -9.81  # m/s^2, along z


class Engine:
    """
    A headless PyBullet client; several of them can live in one process.

    :ivar client: its number, for whoever has to call PyBullet itself: a test.
    :ivar has_looks: whether bodies get what a picture shows of them.
    :ivar step: advances the physics by one step. The engine's own function, bound: no time is
        lost in between.
    """

    def __init__(self, *, has_looks: bool = False) -> None:
        """Connect; ``close`` must be called in the end."""
        client: int = pybullet.connect(pybullet.DIRECT)
        self.client = client
        self.has_looks = has_looks
        self.bodies = Bodies(client, has_looks=has_looks)
        self.substance = Substance(client)
        self.joints = Joints(client)
        self.motors = Motors(client)
        self.links = Links(client)
        self.contacts = Contacts(client)
        self.distances = Distances(client)
        self.rays = Rays(client)
        self.constraints = Constraints(client)
        self.dynamics = Dynamics(client)
        self.shapes = Shapes(client)
        self.camera = Camera(client)
        self.step: Callable[[], object] = partial(pybullet.stepSimulation, physicsClientId=client)

    def set_up(self, *, step_hz: float, iterations: int) -> None:
        """
        Let the world be stepped, with gravity; one that is only looked at does without.

        :param step_hz: steps per simulated second.
        :param iterations: of the solver, per step.
        """
        pybullet.setGravity(0.0, 0.0, _GRAVITY, physicsClientId=self.client)
        pybullet.setPhysicsEngineParameter(
            fixedTimeStep=1.0 / step_hz,
            numSolverIterations=iterations,
            deterministicOverlappingPairs=1,
            physicsClientId=self.client,
        )

    @property
    def step_s(self) -> float:
        """How long a step is, in simulated seconds."""
        known = pybullet.getPhysicsEngineParameters(physicsClientId=self.client)
        return float(known['fixedTimeStep'])

    def close(self) -> None:
        """Release the client; a second call does nothing."""
        if self.client >= 0:
            pybullet.disconnect(physicsClientId=self.client)
            self.client = -1
