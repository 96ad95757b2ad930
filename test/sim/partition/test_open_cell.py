"""Which simulation a cell's node gets for the number of processes that it is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cobot_alloc.application.places import find
from cobot_alloc.application.settings import CellParts, CellSettings
from cobot_alloc.bootstrap import open_cell
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.partition.partitioned_cell import PartitionedCell

pytestmark = pytest.mark.sim


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str, int], CellParts]]:
    """Return a function that opens the cell of a world that is shipped."""
    all_parts = []

    def open_parts(world: str, processes: int) -> CellParts:
        settings = CellSettings(
            cell_id='',
            world=find('worlds', world),
            ledger=tmp_path / 'ledger.sqlite',
            processes=processes,
        )
        all_parts.append(open_cell(settings))
        return all_parts[-1]

    yield open_parts
    for parts in all_parts:
        parts.close()


def test_a_large_world_is_simulated_in_several_processes(
    opened: Callable[[str, int], CellParts],
) -> None:
    parts = opened('dark_line', 2)
    assert isinstance(parts.world, PartitionedCell)
    assert len(parts.world.process_ids) == 2
    assert parts.note == ''
    assert parts.world.arm_ids == tuple(arm.agent_id for arm in parts.spec.arms)


def test_where_there_is_nothing_to_gain_it_is_one_and_says_why(
    opened: Callable[[str, int], CellParts],
) -> None:
    parts = opened('two_arm_cell', 0)
    assert isinstance(parts.world, SimulatedCell)
    assert 'people' in parts.note


def test_whoever_asks_for_one_gets_one(opened: Callable[[str, int], CellParts]) -> None:
    parts = opened('two_arm_cell', 1)
    assert isinstance(parts.world, SimulatedCell)
    assert parts.note == ''
