"""One physics world of its own, called like the pybullet module."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pybullet
import pybullet_data


class Bullet:
    """
    A headless PyBullet client.

    Every function and constant of pybullet is an attribute. The functions are bound to this
    client, so that several worlds can live in one process.
    """

    def __init__(self) -> None:
        """Connect; ``close`` must be called in the end."""
        self.client = pybullet.connect(pybullet.DIRECT)

    def __getattr__(self, name: str) -> Any:
        """Find a pybullet function or constant, once."""
        found = getattr(pybullet, name)
        if callable(found):
            found = partial(found, physicsClientId=self.client)
        setattr(self, name, found)
        return found

    def close(self) -> None:
        """Release the client; a second call does nothing."""
        if self.client >= 0:
            pybullet.disconnect(physicsClientId=self.client)
            self.client = -1


def data_folder() -> Path:
    """Return the folder of the models that come with PyBullet."""
    return Path(pybullet_data.getDataPath())
