"""Worlds for tests."""

from pathlib import Path

#: One arm, a few parts, and a person far away.
ONE_ARM_CELL = Path(__file__).parent / 'one_arm_cell.yaml'
