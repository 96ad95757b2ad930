"""Where the links of bodies are."""

from __future__ import annotations

from collections.abc import Sequence

import pybullet

from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.engine.terms import BASE, Placement


class Links:
    """
    The links of the bodies of one client.

    A link's frame is that of its URDF. The engine works it out in every step; between steps it
    is known anew after joints were put somewhere, and where ``anew`` asks for it.
    """

    def __init__(self, client: int) -> None:
        """Serve a client."""
        self._client = client

    def pose(self, body: int, link: int) -> Pose:
        """Return the pose of a link's frame, as of the last step."""
        state = pybullet.getLinkState(body, link, physicsClientId=self._client)
        return Pose(position=state[4], orientation=state[5])

    def pose_anew(self, body: int, link: int) -> Pose:
        """Return the pose of a link's frame, worked out from where the joints are now."""
        state = pybullet.getLinkState(
            body, link, computeForwardKinematics=True, physicsClientId=self._client
        )
        return Pose(position=state[4], orientation=state[5])

    def placement(self, body: int, link: int) -> Placement:
        """Return where a link's frame is, as of the last step, in bare figures."""
        state = pybullet.getLinkState(body, link, physicsClientId=self._client)
        return state[4], state[5]

    def placements(
        self, body: int, links: Sequence[int], *, anew: bool = False
    ) -> list[Placement]:
        """Return where the frames of several links are, in bare figures."""
        states = pybullet.getLinkStates(
            body, links, computeForwardKinematics=int(anew), physicsClientId=self._client
        )
        return [(state[4], state[5]) for state in states]

    def centre(self, body: int, link: int) -> Placement:
        """Return where the centre of mass of a link is, or of the base, in bare figures."""
        if link == BASE:
            found: Placement = pybullet.getBasePositionAndOrientation(
                body, physicsClientId=self._client
            )
            return found
        state = pybullet.getLinkState(
            body, link, computeForwardKinematics=True, physicsClientId=self._client
        )
        return state[0], state[1]
