"""A machine by itself: door, chuck, interlock, and what a cycle does to a part."""

from __future__ import annotations

from collections.abc import Callable
import re
from typing import TYPE_CHECKING

import pytest

from cobot_alloc.sim.engine.transforms import from_euler
from cobot_alloc.sim.stations.machine import DOOR_M, DOOR_S, is_finished, JAWS_S, Machine
from cobot_alloc.sim.world import DefectKind, DefectSpec, MachineSpec, PartSpec

if TYPE_CHECKING:
    from sim.handling.conftest import Hall


pytestmark = pytest.mark.sim

SPEC = MachineSpec(station_id='mill', position=(0.0, 0.0, 0.0), yaw=0.6, cycle_s=3.0)
BLOCK = PartSpec(
    part_id='block', at='', size=(0.05, 0.05, 0.05), mass_kg=0.3, finished=(0.048, 0.046, 0.047)
)


@pytest.fixture
def mill(hall: Hall) -> Machine:
    mill = hall.add(Machine(hall.engine, SPEC, hall.parts, seed=0))
    hall.step_for(0.3)
    return mill


def insert(hall: Hall, spec: PartSpec = BLOCK, at: tuple[float, float] = (0.003, 0.004)) -> None:
    """Put a part into the chuck, turned as the machine is, a little beside its middle."""
    hall.parts.add(spec, (*at, 0.1005))
    hall.engine.bodies.place(
        hall.parts.bodies[spec.part_id],
        (*at, 0.1005 + spec.size[2] / 2),
        from_euler(0.0, 0.0, SPEC.yaw),
    )
    hall.step_for(0.3)


def clamp(hall: Hall, mill: Machine) -> None:
    mill.clamp()
    hall.step_until(lambda: mill.clamped() is not None, JAWS_S)
    hall.step_for(0.3)


def test_the_door_opens_and_closes(hall: Hall, mill: Machine) -> None:
    assert mill.is_closed
    mill.open_door()
    hall.step_until(lambda: mill.is_open, DOOR_S)
    assert not mill.is_closed
    mill.close_door()
    hall.step_until(lambda: mill.is_closed, DOOR_S)


def test_the_jaws_bring_a_part_to_their_middle_and_hold_it(hall: Hall, mill: Machine) -> None:
    insert(hall)
    clamp(hall, mill)
    assert mill.clamped() == 'block'
    x, y, _ = hall.parts.pose('block').position
    # Across the jaws, which are turned by the machine's yaw.
    assert -0.565 * x + 0.825 * y == pytest.approx(0.0, abs=0.001)
    assert mill.gap_m == pytest.approx(0.05, abs=0.001)
    before = hall.parts.pose('block').position
    hall.step_for(10.0)
    assert hall.parts.pose('block').position == pytest.approx(before, abs=2e-4)
    assert mill.clamped() == 'block'


def test_a_cycle_cuts_the_part_to_its_finished_size(hall: Hall, mill: Machine) -> None:
    insert(hall)
    clamp(hall, mill)
    assert not is_finished(hall.parts, 'block')
    assert mill.start() == ''
    hall.step_for(2.8)
    assert mill.is_running
    assert hall.parts.shape('block').size == BLOCK.size
    hall.step_until(lambda: not mill.is_running, 1.0)
    assert mill.interruption == ''
    assert is_finished(hall.parts, 'block')
    size = hall.parts.shape('block').size
    assert size == pytest.approx(BLOCK.finished, abs=0.0003)
    assert size != BLOCK.finished
    hall.step_for(2.0)
    assert mill.clamped() == 'block'  # the jaws have followed
    assert mill.gap_m == pytest.approx(0.046, abs=0.001)
    mill.release()
    hall.step_until(lambda: mill.is_released, JAWS_S)
    assert mill.clamped() is None


def test_no_cycle_with_the_door_open(hall: Hall, mill: Machine) -> None:
    insert(hall)
    clamp(hall, mill)
    mill.open_door()
    hall.step_until(lambda: mill.is_open, DOOR_S)
    assert re.fullmatch('its door is 2[56].? mm open', mill.start())
    assert not mill.is_running


def test_no_cycle_with_an_empty_chuck(hall: Hall, mill: Machine) -> None:
    mill.clamp()
    hall.step_for(JAWS_S)
    assert 'nothing is clamped' in mill.start()


def test_no_cycle_on_a_part_that_only_lies_there(hall: Hall, mill: Machine) -> None:
    insert(hall)
    assert 'nothing is clamped' in mill.start()


def test_a_cycle_stops_when_the_part_is_gone(hall: Hall, mill: Machine) -> None:
    insert(hall)
    clamp(hall, mill)
    mill.start()
    hall.step_for(1.0)
    hall.parts.put('block', (1.0, 1.0, 0.0))
    hall.step_for(0.5)
    assert not mill.is_running
    assert 'nothing is clamped' in mill.interruption
    hall.step_for(4.0)
    assert hall.parts.shape('block').size == BLOCK.size


def test_a_power_dip_interrupts_the_cycle(hall: Hall, mill: Machine) -> None:
    insert(hall)
    clamp(hall, mill)
    mill.start()
    hall.step_for(1.0)
    mill.set_power(on=False)
    assert not mill.is_running
    assert mill.interruption.startswith('it lost its power, 1.0 s into a cycle of 3.0 s')
    mill.open_door()
    hall.step_for(2.0)
    assert mill.is_closed
    assert mill.clamped() == 'block'
    mill.set_power(on=True)
    hall.step_for(2.0)
    assert mill.is_closed  # what it was told without power is not done later
    assert hall.parts.shape('block').size == BLOCK.size
    assert mill.start() == ''


def test_a_jammed_door_sticks_half_way_until_a_person_clears_it(hall: Hall, mill: Machine) -> None:
    mill.jam()
    mill.open_door()
    hall.step_for(DOOR_S)
    assert 0.3 * DOOR_M < mill.opening_m < 0.7 * DOOR_M
    mill.close_door()
    hall.step_for(DOOR_S)
    assert 0.3 * DOOR_M < mill.opening_m < 0.7 * DOOR_M
    mill.clear()
    hall.step_until(lambda: mill.is_closed, DOOR_S)


def test_jammed_jaws_hold_on(hall: Hall, mill: Machine) -> None:
    insert(hall)
    clamp(hall, mill)
    mill.jam('jaws')
    mill.release()
    hall.step_for(JAWS_S)
    assert not mill.is_released
    assert mill.clamped() == 'block'
    mill.clear()
    hall.step_until(lambda: mill.is_released, JAWS_S)


def test_a_door_with_something_in_its_way_does_not_close(hall: Hall, mill: Machine) -> None:
    mill.open_door()
    hall.step_until(lambda: mill.is_open, DOOR_S)
    size = (0.04, 0.04, 0.18)
    hall.parts.add(PartSpec(part_id='bar', at='', size=size, mass_kg=0.5), (0.0, 0.0, 0.1005))
    clamp(hall, mill)
    mill.close_door()
    hall.step_for(DOOR_S)
    assert not mill.is_closed
    assert 'door' in mill.start()


def test_what_is_not_for_a_machine_is_not_changed(hall: Hall, mill: Machine) -> None:
    insert(hall, PartSpec(part_id='block', at='', mass_kg=0.3))
    clamp(hall, mill)
    mill.start()
    hall.step_for(4.0)
    assert not mill.is_running
    assert hall.parts.shape('block').size == (0.05, 0.05, 0.05)
    assert not is_finished(hall.parts, 'block')


def test_a_cutter_adds_nothing_to_a_short_part(hall: Hall, mill: Machine) -> None:
    short = DefectSpec(kind=DefectKind.SHORT, size_m=0.004)
    spec = PartSpec(
        part_id='block', at='', mass_kg=0.3, finished=(0.048, 0.046, 0.05), defects=(short,)
    )
    insert(hall, spec)
    clamp(hall, mill)
    mill.start()
    hall.step_for(4.0)
    x, y, z = hall.parts.shape('block').size
    assert x == pytest.approx(0.046)
    assert y == pytest.approx(0.046, abs=0.0003)
    assert z == 0.05


def test_the_same_bits_twice(hall_of: Callable[..., Hall]) -> None:
    figures = []
    for _ in range(2):
        hall = hall_of()
        mill = hall.add(Machine(hall.engine, SPEC, hall.parts, seed=0))
        insert(hall)
        clamp(hall, mill)
        mill.start()
        hall.step_for(4.0)
        mill.open_door()
        mill.release()
        hall.step_for(2.0)
        figures.append((mill.joints(), hall.parts.pose('block'), hall.parts.shape('block')))
    assert figures[0] == figures[1]
