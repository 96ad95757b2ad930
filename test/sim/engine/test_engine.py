"""What the typed calls of the physics engine say, in worlds of a few boxes."""

from collections.abc import Iterator
from math import inf

import numpy as np
import pytest
from support.present import present

from cobot_alloc.domain.geometry import IDENTITY, Pose
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.shapes import SolidKind
from cobot_alloc.sim.engine.terms import BASE
from cobot_alloc.sim.engine.transforms import compose, from_euler, inverted, matrix, seen_from
from cobot_alloc.sim.scene.assets import find_urdf

pytestmark = pytest.mark.sim

G = 9.81


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    engine.set_up(step_hz=240.0, iterations=30)
    yield engine
    engine.close()


@pytest.fixture
def floor(engine: Engine) -> int:
    return engine.bodies.make(engine.shapes.plane())


def a_box(
    engine: Engine, at: tuple[float, float, float], half: float = 0.05, mass_kg: float = 0.0
):
    shape = engine.shapes.box((half, half, half))
    return engine.bodies.make(shape, mass_kg=mass_kg, position=at)


def settle(engine: Engine, steps: int = 240) -> None:
    for _ in range(steps):
        engine.step()


def test_two_engines_have_nothing_in_common(engine: Engine) -> None:
    other = Engine()
    body = a_box(engine, (1.0, 0.0, 0.0))
    same_number = a_box(other, (2.0, 0.0, 0.0))
    assert body == same_number
    assert engine.bodies.pose(body) == Pose(position=(1.0, 0.0, 0.0))
    other.close()
    other.close()
    assert engine.bodies.pose(body) == Pose(position=(1.0, 0.0, 0.0))


def test_a_step_is_as_long_as_was_set_up(engine: Engine) -> None:
    assert engine.step_s == pytest.approx(1 / 240)
    falling = a_box(engine, (0.0, 0.0, 5.0), mass_kg=1.0)
    engine.step()
    (_, _, speed), _ = engine.bodies.velocity(falling)
    assert speed == pytest.approx(-G / 240, rel=1e-3)


def test_a_body_is_where_it_was_put(engine: Engine) -> None:
    body = a_box(engine, (0.0, 0.0, 0.0))
    turn = from_euler(0.0, 0.0, 0.5)
    engine.bodies.place(body, (1.0, 2.0, 3.0), turn)
    assert engine.bodies.placement(body) == ((1.0, 2.0, 3.0), pytest.approx(turn))
    engine.bodies.place(body, (0.0, 0.0, 0.0))
    low, high = engine.bodies.box(body)
    assert low[0] <= -0.05 < -0.04
    assert 0.05 <= high[2] < 0.08


def test_distances_are_of_surfaces(engine: Engine) -> None:
    near, far = a_box(engine, (0.0, 0.0, 0.0)), a_box(engine, (0.3, 0.0, 0.0))
    assert engine.distances.between_m(near, far, 1.0) == pytest.approx(0.2, abs=1e-4)
    assert engine.distances.between_m(near, far, 0.1) == inf
    assert engine.distances.is_within(near, far, 0.21)
    assert not engine.distances.is_within(near, far, 0.19)
    gap = engine.distances.gap(near, far, 1.0)
    assert (present(gap).start[0], present(gap).end[0]) == pytest.approx((0.05, 0.25), abs=1e-3)
    assert engine.distances.gap(near, far, 0.1) is None
    engine.bodies.place(far, (0.08, 0.0, 0.0))
    assert engine.distances.between_m(near, far, 0.1) == pytest.approx(-0.02, abs=1e-3)


def test_what_is_in_a_place_is_found_by_its_box(engine: Engine) -> None:
    here, there = a_box(engine, (0.0, 0.0, 0.0)), a_box(engine, (1.0, 0.0, 0.0))
    assert engine.distances.overlapping((-0.1,) * 3, (0.1,) * 3) == {here}
    assert engine.distances.overlapping((-0.1,) * 3, (1.1, 0.1, 0.1)) == {here, there}
    assert engine.distances.overlapping((5.0,) * 3, (5.1,) * 3) == set()


def test_rays_meet_the_first_body_or_none(engine: Engine) -> None:
    first, second = a_box(engine, (1.0, 0.0, 0.0)), a_box(engine, (2.0, 0.0, 0.0))
    start, end = (0.0, 0.0, 0.0), (3.0, 0.0, 0.0)
    assert engine.rays.body(start, end) == first
    assert engine.rays.bodies(start, end, most=2) == {first, second}
    assert engine.rays.bodies(start, (1.5, 0.0, 0.0), most=2) == {first}
    assert engine.rays.body(start, (0.0, 0.0, 3.0)) is None
    assert engine.rays.hit(start, (0.0, 0.0, 3.0)) is None
    hit = engine.rays.hit(start, end)
    assert (present(hit).body, present(hit).position[0]) == (first, pytest.approx(0.95, abs=1e-3))
    hits = engine.rays.hits(np.zeros((2, 3)), np.array([end, (0.0, 0.0, 3.0)]))
    assert hits.bodies.tolist() == [first, -1]
    assert hits.shares[0] == pytest.approx(0.95 / 3.0, abs=1e-3)


def test_contact_forces_bear_the_weight(engine: Engine, floor) -> None:
    """A small box stands on a large one: the floor bears both, the large one feels the small."""
    large = a_box(engine, (0.0, 0.0, 0.1), half=0.1, mass_kg=2.0)
    small = a_box(engine, (0.0, 0.0, 0.25), mass_kg=1.0)
    engine.substance.forbid_sleep(large)
    engine.substance.forbid_sleep(small)
    settle(engine)
    contacts = engine.contacts
    assert set(contacts.others(small)) == {large}
    assert set(contacts.others(large)) == {floor, small}
    assert contacts.force_n(small) == pytest.approx(1.0 * G, rel=0.02)
    assert contacts.force_n(large) == pytest.approx((3.0 + 1.0) * G, rel=0.02)
    assert contacts.force_n(large, but_from=floor) == pytest.approx(1.0 * G, rel=0.02)
    assert contacts.force_on_both_n(large, small) == pytest.approx(3.0 * G, rel=0.02)
    assert contacts.force_between_n(small, large, BASE) == pytest.approx(1.0 * G, rel=0.02)
    assert contacts.is_touching(small, large, BASE)
    assert not contacts.is_touching(small, floor, BASE)
    assert sum(it.force_n for it in contacts.points(small)) == pytest.approx(1.0 * G, rel=0.02)


def test_what_may_not_touch_falls_through(engine: Engine, floor) -> None:
    body = a_box(engine, (0.0, 0.0, 0.3), mass_kg=1.0)
    engine.contacts.forbid(body)
    settle(engine)
    assert engine.bodies.pose(body).position[2] < -1.0
    engine.contacts.allow(body)
    engine.bodies.place(body, (0.0, 0.0, 0.3))
    engine.bodies.set_velocity(body, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    settle(engine)
    assert engine.bodies.pose(body).position[2] == pytest.approx(0.05, abs=2e-3)


def test_mass_and_friction_are_what_was_set(engine: Engine) -> None:
    body = a_box(engine, (0.0, 0.0, 0.0), mass_kg=1.0)
    engine.substance.set_mass(body, 2.5, (0.1, 0.2, 0.3))
    engine.substance.set_surface(body, friction=0.4, rolling=0.001)
    assert engine.substance.mass_kg(body) == 2.5
    assert engine.substance.friction(body) == pytest.approx(0.4)


def test_joints_have_names_limits_and_places(engine: Engine) -> None:
    body = engine.bodies.load(find_urdf('machine.urdf'), (1.0, 0.0, 0.0), yaw=0.5)
    joints = {it.name: it for it in engine.joints.infos(body)}
    door = joints['door']
    assert not door.is_fixed
    assert (body, door.number) in engine.joints.moving([body])
    engine.joints.put(body, door.number, 0.1)
    assert engine.joints.position(body, door.number) == pytest.approx(0.1)
    jaws = [joints[name].number for name in ('jaw_left', 'jaw_right')]
    engine.joints.put_all(body, jaws, (0.01, 0.02))
    assert engine.joints.positions(body, jaws) == pytest.approx((0.01, 0.02))
    assert engine.joints.states(body, jaws).positions == pytest.approx((0.01, 0.02))
    assert engine.joints.positions(body, ()) == ()


def test_a_motor_goes_where_it_is_sent_no_faster_than_it_may(engine: Engine) -> None:
    body = engine.bodies.load(find_urdf('machine.urdf'))
    door = next(it.number for it in engine.joints.infos(body) if it.name == 'door')
    engine.motors.send(body, door, 0.2, force=60.0, most=0.1)
    settle(engine, 120)
    position, velocity, _ = engine.joints.state(body, door)
    assert position < 0.06
    assert velocity <= 0.1 + 1e-3
    settle(engine, 600)
    assert engine.joints.position(body, door) == pytest.approx(0.2, abs=0.01)


def test_what_is_held_follows_where_it_is_led(engine: Engine) -> None:
    body = a_box(engine, (0.0, 0.0, 1.0), mass_kg=1.0)
    held = engine.constraints.hold(body, Pose(position=(0.0, 0.0, 1.0)), force_n=100.0)
    settle(engine)
    assert engine.bodies.pose(body).position == pytest.approx((0.0, 0.0, 1.0), abs=0.01)
    engine.constraints.move(held, (0.0, 0.1, 1.0), IDENTITY)
    settle(engine, 480)
    assert engine.bodies.pose(body).position == pytest.approx((0.0, 0.1, 1.0), abs=0.01)
    engine.constraints.remove(held)
    settle(engine)
    assert engine.bodies.pose(body).position[2] < 0.0


def test_solids_are_told_by_kind_and_full_size(engine: Engine) -> None:
    body = engine.bodies.make(engine.shapes.boxes([((0.1, 0.2, 0.3), (0.0, 0.0, 0.5))]))
    (solid,) = engine.shapes.solids(body)
    assert (solid.kind, solid.size) == (SolidKind.BOX, pytest.approx((0.2, 0.4, 0.6)))
    assert solid.pose.position == pytest.approx((0.0, 0.0, 0.5))
    rod = engine.bodies.make(engine.shapes.capsule(0.1, 0.5))
    (solid,) = engine.shapes.solids(rod)
    assert (solid.kind, solid.size) == (SolidKind.CAPSULE, pytest.approx((0.2, 0.2, 0.5)))
    assert engine.shapes.has_solids(rod, BASE)


def test_frames_are_seen_from_frames() -> None:
    outer = ((1.0, 2.0, 3.0), from_euler(0.1, 0.2, 0.3))
    inner = ((0.3, 0.2, 0.1), from_euler(0.0, 0.0, 0.7))
    whole = compose(*outer, *inner)
    back = seen_from(outer, whole)
    # Single precision, as the engine's own steps have it.
    assert back[0] == pytest.approx(inner[0], abs=1e-6)
    assert back[1] == pytest.approx(inner[1], abs=1e-6)
    assert inverted(*outer)[0] == pytest.approx(tuple(-matrix(outer[1]).T @ outer[0]), abs=1e-6)


def test_the_state_of_a_body_is_written_as_recordings_have_it(engine: Engine) -> None:
    """Digests in old recordings are of this very text."""
    body = a_box(engine, (1.0, 0.0, 0.0))
    zero = (0.0, 0.0, 0.0)
    assert repr(engine.bodies.state(body)) == repr((((1.0, 0.0, 0.0), IDENTITY), (zero, zero), []))
