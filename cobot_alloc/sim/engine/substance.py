"""What a body is made of: mass, inertia, surface; and whether it may fall asleep."""

from __future__ import annotations

import pybullet

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.terms import BASE


class Substance:
    """Mass, surface and sleep of the bodies of one client."""

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def mass_kg(self, body: int) -> float:
        """Return the mass of the base."""
        mass_kg, *_ = pybullet.getDynamicsInfo(body, BASE, physicsClientId=self._client)
        return float(mass_kg)

    def set_mass(self, body: int, mass_kg: float, inertia_kgm2: Vector) -> None:
        """Give the base a mass, and an inertia about each of its own axes."""
        pybullet.changeDynamics(
            body,
            BASE,
            mass=mass_kg,
            localInertiaDiagonal=inertia_kgm2,
            physicsClientId=self._client,
        )

    def set_inertia(self, body: int, link: int, inertia_kgm2: float) -> None:
        """Give a link one and the same inertia about all axes."""
        pybullet.changeDynamics(
            body, link, localInertiaDiagonal=[inertia_kgm2] * 3, physicsClientId=self._client
        )

    def friction(self, body: int) -> float:
        """Return the coefficient of sliding friction of the base."""
        _, friction, *_ = pybullet.getDynamicsInfo(body, BASE, physicsClientId=self._client)
        return float(friction)

    def set_surface(
        self,
        body: int,
        link: int = BASE,
        *,
        friction: float,
        rolling: float | None = None,
        spinning: float | None = None,
        restitution: float | None = None,
        is_anchored: bool = False,
    ) -> None:
        """
        Give a link a surface; what is None stays as it is.

        :param friction: coefficient of sliding friction.
        :param rolling: metres, the lever of what brakes rolling; ``spinning`` likewise.
        :param is_anchored: what it presses on does not creep.
        """
        wanted = {
            'rollingFriction': rolling,
            'spinningFriction': spinning,
            'restitution': restitution,
            'frictionAnchor': 1 if is_anchored else None,
        }
        pybullet.changeDynamics(
            body,
            link,
            lateralFriction=friction,
            physicsClientId=self._client,
            **{name: value for name, value in wanted.items() if value is not None},
        )

    def wake(self, body: int) -> None:
        """Let a body move again if it slept."""
        self._activate(body, pybullet.ACTIVATION_STATE_WAKE_UP)

    def allow_sleep(self, body: int, *, wake: bool = False) -> None:
        """Let a body fall asleep when it is at rest, so that it costs nothing."""
        state = pybullet.ACTIVATION_STATE_ENABLE_SLEEPING
        self._activate(body, state | (pybullet.ACTIVATION_STATE_WAKE_UP if wake else 0))

    def forbid_sleep(self, body: int, *, wake: bool = False) -> None:
        """Keep a body from falling asleep."""
        state = pybullet.ACTIVATION_STATE_DISABLE_SLEEPING
        self._activate(body, state | (pybullet.ACTIVATION_STATE_WAKE_UP if wake else 0))

    def _activate(self, body: int, state: int) -> None:
        pybullet.changeDynamics(body, BASE, activationState=state, physicsClientId=self._client)
