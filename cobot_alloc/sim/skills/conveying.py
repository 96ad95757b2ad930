"""Wait for belts and trays: for a part that is on its way, for a place that becomes free."""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import count
from math import dist

from cobot_alloc.domain.codes import FailureCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import Step, StepEnd, Wait
from cobot_alloc.sim.skills.handling import failed, misplaced, not_at, occupied
from cobot_alloc.sim.stations.carrier import Carrier
from cobot_alloc.sim.world import LocationSpec

STALLED_S = 60.0  #: a part that has not moved for so long, or a place not free, is given up
_STRIDE_M = 0.05
_LOOK_STEPS = 12  # of control, from one look at contacts to the next


def carrier_to(site: ArmSite, part: str, place: LocationSpec) -> Carrier | None:
    """Return what carries a part to a place, if it is still on its way there."""
    carriers = (it for it in site.stations.carriers if it.brings_to(place.position))
    return next((it for it in carriers if it.bears(part) and not it.has_brought(part)), None)


def carrier_from(site: ArmSite, place: LocationSpec) -> Carrier | None:
    """Return what takes away whatever is set down at a place, if anything does."""
    return next((it for it in site.stations.carriers if it.is_loaded_at(place.position)), None)


def not_coming(site: ArmSite, part: str, source: LocationSpec) -> Failure | None:
    """Return what is wrong with where a part is that is at its source, or on its way there."""
    return None if carrier_to(site, part, source) is not None else not_at(site, part, source)


def no_room(site: ArmSite, part: str, target: LocationSpec) -> Failure | None:
    """Return what lies at a target for good; what will be taken away from it does not count."""
    return None if carrier_from(site, target) is not None else occupied(site, part, target)


def undelivered(site: ArmSite, part: str, target: LocationSpec) -> Failure | None:
    """Return what is wrong with where a part is that was set down at a target."""
    return None if _is_carried_off(site, part, target) else misplaced(site, part, target)


def arrival(
    site: ArmSite, part: str, place: LocationSpec
) -> Generator[Step, StepEnd, Failure | None]:
    """Wait while a part is on its way to a place; return why it does not come."""
    while (carrier := carrier_to(site, part, place)) is not None:
        at = site.parts.pose(part).position

        def has_moved(carrier: Carrier = carrier, at: tuple[float, float, float] = at) -> bool:
            return (
                dist(site.parts.pose(part).position, at) > _STRIDE_M
                or carrier.has_brought(part)
                or not carrier.bears(part)
            )

        name = f'wait for {carrier.station_id}'
        wait = Wait(name=name, until=_now_and_then(has_moved), limit_s=STALLED_S)
        if (yield wait) is StepEnd.TIMED_OUT:
            off_m = site.parts.distance_m(part, place)
            how = f'has not moved for {STALLED_S:.0f} s; {carrier.station_id}: '
            detail = f'{part} is {off_m:.2f} m from {place.name} and {how}{carrier.describe()}'
            return failed(Phase.EXECUTION, FailureCode.NOT_ARRIVING, detail)
    return None


def room(
    site: ArmSite, part: str, place: LocationSpec
) -> Generator[Step, StepEnd, Failure | None]:
    """
    Wait while a place is taken from which things are taken away, or the tray is not there.

    :return: why nothing can be set down there, after a while; what lies there is told by
        ``occupied``.
    """
    carrier = carrier_from(site, place)
    if carrier is None:
        return None

    def is_free(carrier: Carrier = carrier) -> bool:
        return carrier.can_be_loaded() and site.parts.in_the_way(part, place) is None

    wait = Wait(
        name=f'wait for {carrier.station_id}', until=_now_and_then(is_free), limit_s=STALLED_S
    )
    if (yield wait) is StepEnd.DONE or carrier.can_be_loaded():
        return None
    detail = f'{carrier.station_id} has not come to {place.name} in {STALLED_S:.0f} s'
    return failed(Phase.EXECUTION, FailureCode.NOT_ARRIVING, f'{detail}: {carrier.describe()}')


def _is_carried_off(site: ArmSite, part: str, place: LocationSpec) -> bool:
    """Tell whether a part was set down at a place, and rides on what takes it away."""
    carrier = carrier_from(site, place)
    return (
        carrier is not None
        and carrier.carries_from(part, place.position, place.tolerance_m)
        and site.whereabouts.is_upright(part)
    )


def _now_and_then(question: Callable[[], bool]) -> Callable[[], bool]:
    """Return a question that may be asked in every step and looks only in some of them."""
    asked = count()
    return lambda: next(asked) % _LOOK_STEPS == 0 and question()
