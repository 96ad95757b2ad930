"""Worlds for tests."""

from pathlib import Path

#: One arm, a few parts, and a person far away.
ONE_ARM_CELL = Path(__file__).parent / 'one_arm_cell.yaml'


def helped(folder: Path) -> Path:
    """Return the same world with somebody helpful in it, written into a folder."""
    alone = '  - {person_id: ada, start: [-6.0, 0.0]}\n'
    text = ONE_ARM_CELL.read_text()
    assert alone in text
    world = folder / 'helped.yaml'
    helper = '  - {person_id: ada, start: [-2.0, 0.6], character: helpful}\n'
    world.write_text(text.replace(alone, helper))
    return world
