"""A belt of which each of two physics has a copy, and the images of parts on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.conveyor import Conveyor
from cobot_alloc.sim.world import ConveyorSpec, PartSpec

pytestmark = pytest.mark.sim

BELT = ConveyorSpec(station_id='belt', start=(0, 0, 0.7), end=(1, 0, 0.7), speed_mps=0.3)
BLOCK = PartSpec(part_id='block', at='', size=(0.05, 0.05, 0.05), mass_kg=0.3)


class Half:
    """One physics with the belt and a part, which is stepped by slices."""

    def __init__(self, underside: tuple[float, float, float]) -> None:
        self.engine = Engine()
        self.engine.set_up(step_hz=240.0, iterations=30)
        self.parts = Parts(self.engine)
        self.parts.add(BLOCK, underside)
        self.belt = Conveyor(self.engine, BELT, self.parts)

    def slice(self) -> None:
        for _ in range(4):
            self.belt.advance(1 / 120)
            self.engine.step()
            self.engine.step()

    def reach_over(self, x: float) -> None:
        """Let somebody reach over the belt."""
        box = self.engine.shapes.box((0.05, 0.05, 0.05))
        arm = self.engine.bodies.make(box, position=(x, 0.0, 0.8))
        self.belt.watch_for([arm])


@pytest.fixture
def halves() -> Iterator[list[Half]]:
    """Return the belt's first half, which has the part, and the second, which has its image."""
    made = [Half((0.1, 0.0, 0.7)) for _ in range(2)]
    made[1].parts.leave('block')
    made[1].belt.be_led()
    yield made
    for half in made:
        half.engine.close()


def play(halves: list[Half], seconds: float) -> None:
    """Let both go on side by side, and hear of each other between slices."""
    first, second = halves
    for _ in range(round(seconds * 30)):
        for half in halves:
            half.slice()
        words = first.belt.sync(), second.belt.sync()
        first.belt.take_up(words[1])
        second.belt.take_up(words[0])
        here, there = (first, second) if first.parts.is_here('block') else (second, first)
        pose = here.parts.pose('block')
        there.parts.follow('block', pose.position, pose.orientation)


def is_running(halves: list[Half]) -> bool:
    return any(half.belt.is_running for half in halves)


def x_of(half: Half) -> float:
    return half.parts.position('block')[0]


def test_both_halves_move_as_one(halves: list[Half]) -> None:
    first, second = halves
    play(halves, 1.5)
    assert first.belt.is_running
    assert second.belt.is_running
    assert x_of(second) == pytest.approx(x_of(first), abs=1e-9)
    assert second.belt.bears('block')
    play(halves, 3.0)
    assert x_of(first) == pytest.approx(0.975, abs=0.003)
    assert not is_running(halves)


def test_an_image_is_never_at_rest(halves: list[Half]) -> None:
    first, second = halves
    play(halves, 4.5)
    assert first.parts.is_at_rest('block')
    assert not second.parts.is_at_rest('block')
    assert not second.belt.has_brought('block')


def test_the_other_half_takes_a_part_to_the_end(halves: list[Half]) -> None:
    first, second = halves
    play(halves, 2.5)
    second.parts.enter('block', first.parts.state('block'))
    first.parts.leave('block')
    play(halves, 3.0)
    assert x_of(second) == pytest.approx(0.975, abs=0.003)
    assert second.belt.has_brought('block')
    assert first.belt.sees_part()  # its image is in the way: nothing comes after it
    assert not is_running(halves)


@pytest.mark.parametrize('number', [0, 1])
@pytest.mark.parametrize('what', ['jam', 'no power', 'reach over'])
def test_it_stands_because_of_either_half(halves: list[Half], number: int, what: str) -> None:
    play(halves, 1.5)
    half = halves[number]
    if what == 'jam':
        half.belt.jam()
    elif what == 'no power':
        half.belt.set_power(on=False)
    else:
        half.reach_over(0.2 + 0.6 * number)
    play(halves, 0.2)
    assert not is_running(halves)
    stood = x_of(halves[0])
    play(halves, 0.6)
    assert x_of(halves[0]) == pytest.approx(stood, abs=0.001)
