"""Stations and people's hands: a tray is loaded and emptied by hand, a jam is freed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.world import FixtureSpec, LocationSpec, PartSpec, ShuttleSpec
from cobot_alloc.sim.world.cell import World
from cobot_alloc.sim.world.people import PersonSpec

if TYPE_CHECKING:
    from sim.people.conftest import Scene


pytestmark = pytest.mark.sim

LOAD_AT, UNLOAD_AT = (1.6, -0.6, 0.85), (1.6, 0.6, 0.85)
LOCK = ShuttleSpec(station_id='lock', load_at=LOAD_AT, unload_at=UNLOAD_AT)
STAND = FixtureSpec(fixture_id='stand', urdf='buffer_stand.urdf', position=(2.6, -0.6, 0.0))


@pytest.fixture
def lock(
    scene_of: Callable[..., Scene], small_world: World, someone: Callable[..., PersonSpec]
) -> Scene:
    """Return a scene with a tray that goes from one side to the other, and a part beside it."""
    places = (
        *small_world.locations,
        LocationSpec(name='stand', position=(2.6, -0.6, 0.71)),
        LocationSpec(name='in', position=LOAD_AT, tolerance_m=0.04),
        LocationSpec(name='out', position=UNLOAD_AT, tolerance_m=0.04),
    )
    return scene_of(
        someone(start=(3.5, 0.0)),
        locations=places,
        fixtures=(*small_world.fixtures, STAND),
        parts=(PartSpec(part_id='block', at='stand', mass_kg=0.3),),
        shuttles=(LOCK,),
    )


def tray(scene):
    return scene.cell._stations.find('lock', object)


def test_a_tray_is_loaded_by_hand_and_goes_when_the_hand_is_away(lock: Scene) -> None:
    """It goes by itself, and never while a hand is over it."""
    ticket = lock.ask('load', part='block', station='lock')
    moved_under_a_hand = 0
    while ticket not in lock.reports or not present(tray(lock)).is_moving:
        lock.step()
        x, y, _ = lock.person().hand_at
        over = abs(x - LOAD_AT[0]) < 0.06 and abs(y - LOAD_AT[1]) < 0.06
        moved_under_a_hand += over and present(tray(lock)).is_moving
        assert lock.cell.now_s < 60.0
    assert lock.reports[ticket].is_done
    assert moved_under_a_hand == 0
    lock.until(lambda: lock.trial.distance('block', 'out') < 0.04)


def test_nothing_is_put_where_the_tray_is_not(lock: Scene) -> None:
    """It is waited for: a part is not let go in the air."""
    assert lock.do('load', part='block', station='lock').is_done
    lock.until(
        lambda: lock.trial.distance('block', 'out') < 0.04 and not present(tray(lock)).is_moving
    )
    assert lock.do('put', part='block', location='stand').is_done
    assert present(tray(lock)).at_m > 0.2  # on its way back
    report = lock.do('put', part='block', location='in')
    assert report.is_done, report.detail
    assert present(tray(lock)).at_m < 0.01


def test_a_jam_is_freed_by_hand(lock: Scene) -> None:
    present(tray(lock)).jam()
    assert lock.do('load', part='block', station='lock').is_done
    lock.trial.step_for(6.0)
    assert present(tray(lock)).at_m < 0.05
    assert lock.do('clear', station='lock').is_done
    lock.until(lambda: lock.trial.distance('block', 'out') < 0.04)


def test_what_cannot_jam_or_is_not_there_is_refused(lock: Scene) -> None:
    with pytest.raises(Refused) as refusal:
        lock.ask('clear', station='nothing')
    assert refusal.value.code == 'station_unknown'


def test_an_arm_is_set_right_by_hand(
    scene_of: Callable[..., Scene], someone: Callable[..., PersonSpec]
) -> None:
    scene = scene_of(someone(start=(-2.0, 0.6)))
    scene.cell._arms[AgentId('panda')].lose_tools()
    assert scene.do('clear', station='panda').is_done
    scene.until(lambda: scene.person().at == (-2.0, 0.6))
    scene.until(lambda: scene.cell.resume(AgentId('panda')))
    assert scene.trial.do().failure is None
