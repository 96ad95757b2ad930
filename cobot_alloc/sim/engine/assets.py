"""What comes with the engine."""

from __future__ import annotations

from pathlib import Path

import pybullet_data


def data_folder() -> Path:
    """Return the folder of the models that come with PyBullet."""
    return Path(pybullet_data.getDataPath())
