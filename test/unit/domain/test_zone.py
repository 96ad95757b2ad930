"""What a zone is, what sensing may be believed, and which mode a zone demands."""

from __future__ import annotations

import math

import pytest

from cobot_alloc.domain.geometry import Capsule, Cylinder, UprightCapsule, Vector
from cobot_alloc.domain.identifiers import AgentId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.zone import (
    demanded_mode,
    is_fresh,
    is_occupied,
    ResumeRule,
    Sighting,
    Zone,
)

NAN = math.nan
FAR, NEAR, CLOSE = (5.0, 0.0, 0.0), (1.5, 0.0, 0.0), (0.5, 0.0, 0.0)


def a_zone(mode: SafetyMode, radius_m: float = 1.0, clear_for_s: float = 1.0) -> Zone:
    return Zone(
        zone_id=ZoneId(mode.value),
        agent_id=AgentId('panda'),
        mode=mode,
        volume=Cylinder(center=(0.0, 0.0, 0.0), radius_m=radius_m, height_m=2.0),
        clear_for_s=clear_for_s,
    )


STOP, SLOW = a_zone(SafetyMode.STOPPED, 1.0), a_zone(SafetyMode.REDUCED, 2.0)


def person(position: Vector = FAR, radius_m: float = 0.2, height_m: float = 1.8) -> UprightCapsule:
    return UprightCapsule(position=position, radius_m=radius_m, height_m=height_m)


def limb(start: Vector = FAR, end: Vector = FAR, radius_m: float = 0.05) -> Capsule:
    return Capsule(start=start, end=end, radius_m=radius_m)


def seen(*people: UprightCapsule, limbs: tuple[Capsule, ...] = (), at_s: float = 10.0) -> Sighting:
    return Sighting(at_s=at_s, people=people, limbs=limbs)


@pytest.mark.parametrize('mode', list(SafetyMode))
def test_a_zone_that_neither_slows_nor_stops_is_refused(mode: SafetyMode) -> None:
    if mode in (SafetyMode.REDUCED, SafetyMode.STOPPED):
        assert a_zone(mode).resume is ResumeRule.AUTOMATIC
    else:
        with pytest.raises(ValueError, match=f'REDUCED or STOPPED, got {mode.value}'):
            a_zone(mode)


@pytest.mark.parametrize('clear_for_s', [0.0, 3599.0])
def test_a_time_to_be_clear_within_range_is_taken(clear_for_s: float) -> None:
    assert a_zone(SafetyMode.STOPPED, clear_for_s=clear_for_s).clear_for_s == clear_for_s


@pytest.mark.parametrize('clear_for_s', [-0.001, 3600.0, math.inf, NAN])
def test_a_time_to_be_clear_out_of_range_is_refused(clear_for_s: float) -> None:
    with pytest.raises(ValueError, match='clear_for_s must be in'):
        a_zone(SafetyMode.STOPPED, clear_for_s=clear_for_s)


@pytest.mark.parametrize(
    'sighting',
    [
        seen(person((NAN, 0.0, 0.0))),
        seen(person((0.0, math.inf, 0.0))),
        seen(person(radius_m=0.0)),
        seen(person(radius_m=NAN)),
        seen(person(height_m=0.0)),
        seen(person(), person(height_m=-1.8)),
        seen(limbs=(limb(start=(NAN, 0.0, 1.0)),)),
        seen(limbs=(limb(end=(0.0, 0.0, math.inf)),)),
        seen(limbs=(limb(radius_m=0.0),)),
        seen(person(), limbs=(limb(), limb(radius_m=NAN))),
    ],
)
def test_a_sighting_with_one_figure_that_cannot_be_is_malformed(sighting: Sighting) -> None:
    assert not sighting.is_well_formed
    assert not is_fresh(sighting, now_s=10.0, max_age_s=0.5)
    assert demanded_mode([], sighting, now_s=10.0, max_age_s=0.5) is SafetyMode.UNKNOWN


@pytest.mark.parametrize(
    'sighting', [seen(), seen(person()), seen(limbs=(limb(),)), seen(person(), limbs=(limb(),))]
)
def test_a_sighting_of_finite_figures_is_well_formed(sighting: Sighting) -> None:
    assert sighting.is_well_formed
    assert is_fresh(sighting, now_s=10.0, max_age_s=0.5)


@pytest.mark.parametrize(
    ('now_s', 'believed'), [(9.999, False), (10.0, True), (10.5, True), (10.501, False)]
)
def test_a_sighting_is_believed_from_its_stamp_until_its_greatest_age(
    now_s: float, believed: bool
) -> None:
    """Neither from the future nor old; both borders belong to the time it is believed."""
    assert is_fresh(seen(), now_s=now_s, max_age_s=0.5) is believed
    expected = SafetyMode.NORMAL if believed else SafetyMode.UNKNOWN
    assert demanded_mode([STOP], seen(), now_s=now_s, max_age_s=0.5) is expected


def test_no_sighting_at_all_is_not_fresh_and_demands_unknown() -> None:
    assert not is_fresh(None, now_s=10.0, max_age_s=0.5)
    assert demanded_mode([STOP], None, now_s=10.0, max_age_s=0.5) is SafetyMode.UNKNOWN


def test_a_zone_is_occupied_by_any_one_body_or_limb_in_it() -> None:
    assert not is_occupied(STOP, seen())
    assert not is_occupied(STOP, seen(person(FAR), limbs=(limb(FAR, NEAR),)))
    assert is_occupied(STOP, seen(person(FAR), person(CLOSE)))
    assert is_occupied(STOP, seen(person(FAR), limbs=(limb(), limb(NEAR, (0.5, 0.0, 1.0)))))


@pytest.mark.parametrize(
    ('people', 'expected'),
    [
        ((), SafetyMode.NORMAL),
        ((FAR,), SafetyMode.NORMAL),
        ((NEAR,), SafetyMode.REDUCED),
        ((CLOSE,), SafetyMode.STOPPED),
        ((FAR, NEAR, CLOSE), SafetyMode.STOPPED),
    ],
)
def test_the_most_restrictive_of_the_occupied_zones_is_demanded(
    people: tuple[Vector, ...], expected: SafetyMode
) -> None:
    sighting = seen(*(person(at) for at in people))
    for zones in ([STOP, SLOW], [SLOW, STOP]):
        assert demanded_mode(zones, sighting, now_s=10.0, max_age_s=0.5) is expected
