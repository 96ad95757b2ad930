"""Pictures of a cell: what is in the world is in the picture, where it belongs."""

from collections.abc import Iterator
from dataclasses import replace
from math import hypot, pi
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pybullet
import pytest

from cobot_alloc.application.journal import Snapshot
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.render.cameras import camera_of, orbit, overview
from cobot_alloc.sim.render.figures import _quaternion
from cobot_alloc.sim.render.marks import Mark, Marks
from cobot_alloc.sim.render.viewer import Viewer
from cobot_alloc.sim.world import CameraSpec, PartSpec, PersonSpec
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

pytestmark = pytest.mark.sim

DOWN = orbit((0.0, 0.0, 0.0), 8.0, yaw_deg=0.0, pitch_deg=-89.9)
PX = 81
M_PER_PX = 2 * 8.0 * np.tan(np.radians(16)) / PX  #: on the floor, seen from DOWN
HOME = (0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785)


@pytest.fixture(scope='module')
def world(small_world: World) -> World:
    """Return the small world with a blue part."""
    block = PartSpec(part_id='block', at='here', color='blue')
    return replace(small_world, parts=(block,))


@pytest.fixture(scope='module')
def viewer(world: World) -> Iterator[Viewer]:
    viewer = Viewer(world)
    yield viewer
    viewer.close()


def snapshot(**changes: Any) -> Snapshot:
    given = {
        'at_s': 0.0,
        'arms': {'panda': HOME},
        'parts': {'block': Pose(position=(1.2, -0.8, 0.025))},
        **changes,
    }
    return CellSnapshot(**given)


def seen(viewer: Viewer, shot: Snapshot, fineness: int = 2, **more: Any) -> NDArray[Any]:
    return viewer.picture(shot, DOWN, (PX, PX), fineness=fineness, **more).astype(int)


def pixel(x: float, y: float) -> tuple[Any, Any]:
    """Return row and column at which a point of the floor is seen from DOWN."""
    return PX / 2 - y / M_PER_PX, PX / 2 + x / M_PER_PX


def middle_of(mask: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the middle row and column of the pixels that are so."""
    rows, columns = np.nonzero(mask)
    return rows.mean() + 0.5, columns.mean() + 0.5


def is_red(picture: NDArray[Any]) -> Any:
    return picture[..., 0] - picture[..., 1:].max(axis=-1) > 60


def is_blue(picture: NDArray[Any]) -> Any:
    return picture[..., 2] - picture[..., 0] > 60


def test_a_picture_is_an_array_of_pixels(world: World, viewer: Viewer) -> None:
    camera = overview(world, aspect=16 / 9)
    picture = viewer.picture(snapshot(), camera, (64, 36))
    assert picture.shape == (36, 64, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 10  # there is something on it


def test_a_part_is_where_the_snapshot_has_it(viewer: Viewer) -> None:
    for at in [(1.2, -0.8), (-1.0, 1.1)]:
        pose, size = Pose(position=(*at, 0.025)), (0.3, 0.3, 0.05)
        shot = snapshot(parts={'block': pose}, sizes={'block': size})
        row, column = middle_of(is_blue(seen(viewer, shot)))
        assert hypot(row - pixel(*at)[0], column - pixel(*at)[1]) < 1.5


def test_a_part_has_its_true_size(viewer: Viewer) -> None:
    counts = []
    for side in (0.2, 0.4):
        shot = snapshot(sizes={'block': (side, side, 0.05)})
        counts.append(is_blue(seen(viewer, shot)).sum())
    assert counts[1] / counts[0] == pytest.approx(4.0, rel=0.35)


def test_the_zones_lie_on_the_floor_where_they_are(viewer: Viewer) -> None:
    below = seen(viewer, snapshot(), fineness=3)[41:, 40]
    red, green, blue = below[:, 0], below[:, 1], below[:, 2]
    assert np.argmax(red - green) * M_PER_PX == pytest.approx(0.98, abs=0.1)
    assert np.argmax(np.minimum(red, green) - blue) * M_PER_PX == pytest.approx(1.58, abs=0.1)


def test_an_occupied_zone_is_coloured_more_strongly(viewer: Viewer) -> None:
    row, column = (int(it) for it in pixel(-0.8, 0.0))
    free = seen(viewer, snapshot())[row, column]
    taken = seen(viewer, snapshot(occupied=('panda_stopped',)))[row, column]
    assert taken[0] - taken[2] > free[0] - free[2] + 20


def test_a_person_is_seen(viewer: Viewer) -> None:
    without = seen(viewer, snapshot())
    body = ((0.0, -1.5, 0.25), (0.0, -1.5, 1.5), 0.25)
    shown = seen(viewer, snapshot(people={'ada': (body,)}))
    changed = np.abs(shown - without).max(axis=-1) > 40
    row, column = middle_of(changed)
    # A person of 1.75 m leans outwards in the picture, and throws a shadow.
    assert row == pytest.approx(pixel(0.0, -1.6)[0], abs=6)
    assert column == pytest.approx(pixel(0.0, 0.0)[1], abs=6)


def test_nobody_stays_in_the_picture(viewer: Viewer) -> None:
    body = ((0.0, -1.5, 0.25), (0.0, -1.5, 1.5), 0.25)
    before = seen(viewer, snapshot())
    seen(viewer, snapshot(people={'ada': (body,)}))
    assert np.array_equal(seen(viewer, snapshot()), before)


def test_a_bead_is_seen_along_its_line(viewer: Viewer) -> None:
    points = tuple((1.0 + 0.02 * i, 1.0, 0.2) for i in range(40))
    close = orbit((1.4, 1.0, 0.2), 2.0, yaw_deg=0.0, pitch_deg=-89.9)
    with_bead, without = (
        viewer.picture(shot, close, (PX, PX)).astype(int)
        for shot in (snapshot(beads={'seam': points}), snapshot())
    )
    row, column = middle_of(np.abs(with_bead - without).max(axis=-1) > 60)
    assert (row, column) == (pytest.approx(PX / 2, abs=2), pytest.approx(PX / 2, abs=2))


def test_what_is_marked_has_a_ring_around_it_and_its_name_beside_it(viewer: Viewer) -> None:
    mark = Mark(name='block', at=(0.8, 1.3, 0.0), radius_m=0.4)
    plain, marked = (seen(viewer, snapshot(), marks=it) for it in (None, Marks(things=(mark,))))
    row, column = pixel(0.8, 1.3)
    radius = 0.4 / M_PER_PX
    for down, right in [(radius, 0), (0, -radius)]:  # the name is at the other sides
        at = (round(row + down - 0.5), round(column + right - 0.5))
        square = marked[at[0] - 1 : at[0] + 2, at[1] - 1 : at[1] + 2]
        assert is_red(square).any(), f'no ring at {at}'
    changed = np.abs(marked - plain).max(axis=-1) > 30
    assert ((marked.min(axis=-1) > 235) & changed).sum() > 100, 'no name'
    within = [slice(round(it) - 3, round(it) + 3) for it in (row, column)]
    assert not changed[within[0], within[1]].any()


def test_what_is_behind_the_camera_is_not_marked(viewer: Viewer) -> None:
    marks = Marks(things=(Mark(name='block', at=(0.0, 0.0, 20.0), radius_m=0.1),))
    plain, marked = (seen(viewer, snapshot(), marks=it) for it in (None, marks))
    assert np.array_equal(plain, marked)


def test_a_caption_is_written_below(viewer: Viewer) -> None:
    marks = Marks(caption='it is lost')
    plain, marked = (seen(viewer, snapshot(), marks=it) for it in (None, marks))
    changed = (plain != marked).any(axis=-1)
    assert changed[-10:].any()
    assert not changed[: PX // 2].any()


def test_cameras_are_found_by_name(world: World) -> None:
    side = CameraSpec(name='side', position=(3.0, 0.0, 1.0), target=(0.0, 0.0, 1.0))
    above = replace(side, name='above', position=(0.0, -1.0, 9.0))
    with_two = replace(world, cameras=(side, above))
    assert camera_of(with_two, 'above', aspect=1.0) == above
    assert camera_of(with_two, '', aspect=1.0) == side
    with pytest.raises(BadInput, match="got 'abov', expected one of the world: side, above"):
        camera_of(with_two, 'abov', aspect=1.0)


@pytest.mark.parametrize('aspect', [0.5, 16 / 9])
def test_the_overview_has_everything_in_it(world: World, viewer: Viewer, aspect: float) -> None:
    height = 90
    width = round(height * aspect)
    places = [place.position for place in world.locations]
    rings = Marks(things=tuple(Mark(name='', at=at, radius_m=0.01) for at in places))
    camera = overview(world, aspect=aspect)
    picture = viewer.picture(snapshot(), camera, (width, height), marks=rings).astype(int)
    plain = viewer.picture(snapshot(), camera, (width, height)).astype(int)
    ringed = (np.abs(picture - plain).max(axis=-1) > 60).sum()
    assert ringed > 8 * len(places)


def a_person(reaching: tuple[float, float, float] | None = None) -> tuple[Any, ...]:
    """Return the capsules of a person who stands south of the arm and looks at it."""
    person = Person(
        PersonSpec(person_id='ada', start=(0.0, -1.5)), hand=SimpleNamespace(part=None)
    )
    person.heading, person.reaching = pi / 2, reaching
    return tuple((it.start, it.end, it.radius_m) for it in person.visible_limbs())


def test_a_person_is_where_the_capsules_are(viewer: Viewer) -> None:
    without, standing = (
        seen(viewer, snapshot()),
        seen(viewer, snapshot(people={'ada': a_person()})),
    )
    row, column = middle_of(np.abs(standing - without).max(axis=-1) > 40)
    assert row == pytest.approx(pixel(0.0, -1.6)[0], abs=6)
    assert column == pytest.approx(pixel(0.0, 0.0)[1], abs=6)


def test_a_hand_is_seen_where_it_reaches(viewer: Viewer) -> None:
    standing = seen(viewer, snapshot(people={'ada': a_person()}))
    reaching = seen(viewer, snapshot(people={'ada': a_person((0.6, 0.0, 1.1))}))
    at = [int(it) for it in pixel(0.0, -1.04)]  # the hand at 1.1 m, seen from 8 m
    around = np.s_[at[0] - 4 : at[0] + 4, at[1] - 4 : at[1] + 4]
    assert np.abs(reaching - standing)[around].max() > 60


def test_every_turn_is_drawn_the_same_way() -> None:
    """The quaternion of a rotation matrix, whichever of its four figures is the largest."""
    for axis in np.vstack((np.eye(3), np.ones(3) / 3**0.5)):
        for angle in (0.0, 0.4, 2.0, 3.1):
            wanted = np.array((*(axis * np.sin(angle / 2)), np.cos(angle / 2)))
            matrix = np.array(pybullet.getMatrixFromQuaternion(wanted)).reshape(3, 3)
            found = np.array(_quaternion(matrix))
            assert abs(found @ wanted) == pytest.approx(1.0, abs=1e-9)
