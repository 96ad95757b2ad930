"""Whether a limb reaches into a volume, against points sampled all over it."""

from math import cos, dist, hypot, pi, sin

from hypothesis import given
from hypothesis import strategies as st
import pytest

from cobot_alloc.domain.geometry import Capsule, Cylinder, reaches_into, UprightCapsule, Vector
from cobot_alloc.domain.identifiers import AgentId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.zone import is_fresh, is_occupied, Sighting, Zone

VOLUME = Cylinder(center=(0.0, 0.0, 0.5), radius_m=1.0, height_m=1.0)
ZONE = Zone(zone_id=ZoneId('z'), agent_id=AgentId('a'), mode=SafetyMode.STOPPED, volume=VOLUME)

coordinates = st.floats(-2.5, 2.5, allow_nan=False)
shares = st.floats(0, 1)
points = st.tuples(coordinates, coordinates, coordinates)


def limb(start: Vector, end: Vector, radius_m: float = 0.05) -> Capsule:
    return Capsule(start=start, end=end, radius_m=radius_m)


@pytest.mark.parametrize(
    ('start', 'end', 'reaches'),
    [
        ((2.0, 0.0, 1.0), (1.04, 0.0, 1.0), True),  # the fingertips are in
        ((2.0, 0.0, 1.0), (1.06, 0.0, 1.0), False),
        ((-2.0, 0.3, 1.0), (2.0, 0.3, 1.0), True),  # right through, both ends outside
        ((-2.0, 1.06, 1.0), (2.0, 1.06, 1.0), False),
        ((0.0, 0.0, 2.0), (0.0, 0.0, 1.54), True),  # from above
        ((0.0, 0.0, 2.0), (0.0, 0.0, 1.56), False),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.46), True),  # from below
        ((2.0, 0.0, 0.0), (0.0, 0.0, 3.0), True),  # over the rim, at an angle
        ((2.0, 0.0, 0.0), (0.8, 0.0, 3.0), False),  # passes the rim at 1.38 m
    ],
)
def test_a_limb_reaches_in_or_not(
    start: tuple[float, float, float], end: tuple[float, float, float], reaches: bool
) -> None:
    assert reaches_into(VOLUME, limb(start, end)) is reaches
    assert reaches_into(VOLUME, limb(end, start)) is reaches


@given(
    points, points, st.floats(0.01, 0.3), st.floats(0, 1), st.floats(0, 1), st.floats(0, 2 * pi)
)
def test_no_point_of_a_limb_is_overlooked(
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radius_m: float,
    along: float,
    out: float,
    angle: float,
) -> None:
    x, y, z = (a + (b - a) * along for a, b in zip(start, end, strict=True))
    point = (x + out * radius_m * cos(angle), y + out * radius_m * sin(angle), z)
    if hypot(point[0], point[1]) < 1.0 and 0.5 < point[2] < 1.5:
        assert reaches_into(VOLUME, limb(start, end, radius_m))


@given(points, points)
def test_what_is_far_off_does_not_reach_in(
    start: tuple[float, float, float], end: tuple[float, float, float]
) -> None:
    """Not even with the flat ends: sampled every centimetre, no point comes within 0.1 m."""
    steps = int(dist(start, end) / 0.01) + 2
    along = [i / steps for i in range(steps + 1)]
    middle = [tuple(a + (b - a) * s for a, b in zip(start, end, strict=True)) for s in along]
    if all(hypot(x, y) > 1.1 or not 0.4 < z < 1.6 for x, y, z in middle):
        assert not reaches_into(VOLUME, limb(start, end, 0.05))


def test_a_hand_in_a_zone_is_a_person_in_it() -> None:
    outside = UprightCapsule(position=(2.0, 0.0, 0.0), radius_m=0.25, height_m=1.8)
    hand = limb((1.8, 0.0, 1.2), (0.9, 0.0, 1.0))
    assert not is_occupied(ZONE, Sighting(at_s=0.0, people=(outside,)))
    assert is_occupied(ZONE, Sighting(at_s=0.0, people=(outside,), limbs=(hand,)))


@pytest.mark.parametrize('bad', [float('nan'), float('inf')])
def test_a_limb_that_is_nowhere_is_not_believed(bad: float) -> None:
    hand = limb((1.8, bad, 1.2), (0.9, 0.0, 1.0))
    assert not is_fresh(Sighting(at_s=0.0, people=(), limbs=(hand,)), now_s=0.0, max_age_s=0.2)
