"""Stations and parts by themselves, without arms: quick to build, quick to step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.scene.parts import Parts
from cobot_alloc.sim.stations.station import Station

STEP_S = 1.0 / 240.0
CONTROL = 2  # steps between two calls of a station's advance, as in a cell


S = TypeVar('S', bound=Station)


class Hall:
    """A floor with loose parts, and stations that are advanced as a cell does it."""

    def __init__(self, seed: int = 0) -> None:
        self.engine = Engine()
        self.engine.set_up(step_hz=1.0 / STEP_S, iterations=30)
        self.engine.bodies.make(self.engine.shapes.plane())
        self.parts = Parts(self.engine, seed=seed)
        self.stations: list[Any] = []
        self._steps = 0

    @property
    def now_s(self) -> float:
        return self._steps * STEP_S

    def add(self, station: S) -> S:
        self.stations.append(station)
        return station

    def step_for(self, duration_s: float, look: Callable[[], object] | None = None) -> None:
        """Step for a time; ``look`` is called after each control step."""
        for _ in range(round(duration_s / STEP_S)):
            if self._steps % CONTROL == 0:
                for station in self.stations:
                    station.advance(CONTROL * STEP_S)
                if look is not None:
                    look()
            self.engine.step()
            self._steps += 1

    def step_until(self, question: Callable[[], object], limit_s: float = 30.0) -> None:
        """Step until the question is answered with yes."""
        until_s = self.now_s + limit_s
        while not question():
            assert self.now_s < until_s, f'not so within {limit_s} simulated seconds'
            self.step_for(CONTROL * STEP_S)

    def body_at(self, position: Vector, size: tuple[float, float, float] = (0.2, 0.2, 0.2)) -> int:
        """Put a body that could be a person's or an arm's somewhere; return its id."""
        half = [side / 2 for side in size]
        body = self.engine.bodies.make(self.engine.shapes.box(half), position=position)
        self.engine.contacts.forbid(body)
        return body


@pytest.fixture
def hall_of() -> Iterator[Callable[..., Hall]]:
    """Return a function that makes a hall."""
    halls: list[Hall] = []

    def make(seed: int = 0) -> Hall:
        halls.append(Hall(seed))
        return halls[-1]

    yield make
    for hall in halls:
        hall.engine.close()


@pytest.fixture
def hall(hall_of: Callable[..., Hall]) -> Hall:
    return hall_of()
