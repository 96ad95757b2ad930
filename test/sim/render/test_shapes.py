"""What there is to be shown of a cell, as simple shapes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cobot_alloc.application.shapes import ShapeKind
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.world import FixtureSpec
from cobot_alloc.sim.world.cell import World

pytestmark = pytest.mark.sim


@pytest.fixture(scope='module')
def cell(small_world: World) -> Iterator[SimulatedCell]:
    placement = FixtureSpec(fixture_id='stand', urdf='buffer_stand.urdf', position=(1.0, 0.5, 0.0))
    cell = SimulatedCell(replace(small_world, fixtures=(*small_world.fixtures, placement)))
    cell.step()
    yield cell
    cell.close()


def shapes(cell: SimulatedCell, group: str, name: str) -> list[Any]:
    return [it for it in cell.shapes() if (it.group, it.name) == (group, name)]


def test_a_part_is_a_box_where_it_is(cell: SimulatedCell) -> None:
    (box,) = shapes(cell, 'parts', 'block')
    assert box.kind is ShapeKind.BOX
    assert box.size == pytest.approx((0.05, 0.05, 0.05))
    assert box.pose.position == pytest.approx(cell.part_position('block'), abs=1e-6)
    assert not box.is_fixed
    cell.move_part('block', 'there')
    (moved,) = shapes(cell, 'parts', 'block')
    assert moved.pose.position == pytest.approx(cell.part_position('block'), abs=1e-6)
    assert moved.pose.position != box.pose.position


def test_a_fixture_is_made_of_what_it_collides_with(cell: SimulatedCell) -> None:
    found = shapes(cell, 'fixtures', 'stand')
    assert all(it.is_fixed for it in found)
    (post,) = [it for it in found if it.kind is ShapeKind.CYLINDER]
    assert post.size == pytest.approx((0.09, 0.09, 0.66), abs=2e-3)
    assert post.pose.position == pytest.approx((1.0, 0.5, 0.35), abs=1e-3)
    plate = max((it for it in found if it.kind is ShapeKind.BOX), key=lambda it: it.size[0])
    assert plate.pose.position == pytest.approx((1.0, 0.5, 0.01), abs=1e-3)
    assert not [it for it in cell.shapes() if it.name == 'floor']


def test_an_arm_is_a_line_from_its_base_to_its_tool(cell: SimulatedCell) -> None:
    (arm,) = shapes(cell, 'arms', 'panda')
    assert arm.points[0] == pytest.approx((0.0, 0.0, 0.7), abs=0.1)
    tool = cell._arms[AgentId('panda')].site.body.tool_pose().position
    assert min(
        sum((a - b) ** 2 for a, b in zip(point, tool, strict=True)) for point in arm.points
    ) == pytest.approx(0.0, abs=1e-6)


def test_a_line_leads_to_whoever_is_near(cell: SimulatedCell) -> None:
    cell.place_person('ada', (-1.2, 0.0))
    cell.step()
    line, text = shapes(cell, 'separation', 'panda')
    away_m = sum((a - b) ** 2 for a, b in zip(*line.points, strict=True)) ** 0.5
    assert text.text == f'{away_m:.2f} m'
    assert 0.5 < away_m < 1.2
    assert line.points[1][0] == pytest.approx(-0.95, abs=0.02)  # on the person
    assert shapes(cell, 'people', 'ada')
    cell.place_person('ada', (-6.0, 0.0))
    cell.step()
    assert not shapes(cell, 'separation', 'panda')


def test_showing_changes_nothing(small_world: World) -> None:
    quiet, shown = SimulatedCell(small_world), SimulatedCell(small_world)
    try:
        for _ in range(60):
            quiet.step()
            shown.step()
            shown.shapes()
        assert quiet.fingerprint() == shown.fingerprint()
    finally:
        quiet.close()
        shown.close()
