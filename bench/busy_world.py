"""Worlds with any number of arms that pick and place for ever, and the tasks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from math import pi

from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.identifiers import AgentId, CellId, OrderId, TaskId, ZoneId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.zone import Zone
from cobot_alloc.sim.world import (
    ArmSpec,
    ConveyorSpec,
    FixtureSpec,
    LocationSpec,
    PartSpec,
    PersonSpec,
    ScriptStep,
    World,
)

PITCH_M = 2.2  #: between two arms of a row
ROW_M = 4.0  #: between two rows
PER_ROW = 4
PARTS = 3  #: per arm, as in the measurements of simulation speed that this is compared with
_BENCH_M = 0.70
_BELT_M = 1.0  # beside the last arm of a row


def busy_world(arms: int, *, seed: int = 0, step_hz: float = 240.0) -> World:
    """Return a world of so many arms, Pandas and KUKAs in turn, one bench and three parts each."""
    bases = [(PITCH_M * (i % PER_ROW), ROW_M * (i // PER_ROW)) for i in range(arms)]
    specs = []
    for i, (x, y) in enumerate(bases):
        model, payload = (('franka_panda', 3.0), ('kuka_iiwa', 7.0))[i % 2]
        specs.append(
            ArmSpec(
                agent_id=AgentId(f'arm_{i}'),
                model=model,
                base=(x, y, _BENCH_M),
                yaw=pi / 2,
                skills=frozenset({'pick_place'}),
                payload_kg=payload,
                reach_m=0.8,
            )
        )
    places = [place for i, base in enumerate(bases) for place in _places(i, base)]
    parts = tuple(
        PartSpec(part_id=f'part_{i}_{k}', at=f'a_{i}_{k}', size=(0.05, 0.05, 0.05), mass_kg=0.3)
        for i in range(arms)
        for k in range(PARTS)
    )
    return World(
        cell=CellId('busy'),
        seed=seed,
        step_hz=step_hz,
        arms=tuple(specs),
        fixtures=tuple(
            FixtureSpec(fixture_id=f'bench_{i}', urdf='bench.urdf', position=(x, y + 0.1, 0.0))
            for i, (x, y) in enumerate(bases)
        ),
        locations=tuple(places),
        parts=parts,
        people=(_visitor(bases),),
        zones=tuple(zone for i, base in enumerate(bases) for zone in _zones(i, base)),
    )


def busy_line(arms: int) -> World:
    """Return the same world without people, with a belt and a part on it from row to row."""
    world = busy_world(arms)
    x, rows = PITCH_M * (PER_ROW - 1) + _BELT_M, range(-(-arms // PER_ROW) - 1)
    starts = [(x, ROW_M * row + 0.3, _BENCH_M) for row in rows]
    return replace(
        world,
        people=(),
        conveyors=tuple(
            ConveyorSpec(station_id=f'belt_{row}', start=start, end=(x, start[1] + 3.4, _BENCH_M))
            for row, start in zip(rows, starts, strict=True)
        ),
        locations=(
            *world.locations,
            *(
                LocationSpec(name=f'ride_{row}', position=(x, start[1] + 0.05, _BENCH_M))
                for row, start in zip(rows, starts, strict=True)
            ),
        ),
        parts=(
            *world.parts,
            *(
                PartSpec(part_id=f'rider_{row}', at=f'ride_{row}', size=(0.05, 0.05, 0.05))
                for row in rows
            ),
        ),
    )


def endless_tasks(arm: int) -> Iterator[Task]:
    """Yield tasks that move the parts of an arm from one side to the other and back."""
    for n in count():
        k, forth = n % PARTS, (n // PARTS) % 2 == 0
        here, there = ('a', 'b') if forth else ('b', 'a')
        yield Task(
            task_id=TaskId(f'move_{arm}_{n}'),
            order_id=OrderId('busy'),
            skill='pick_place',
            part=f'part_{arm}_{k}',
            source=f'{here}_{arm}_{k}',
            target=f'{there}_{arm}_{k}',
        )


def _places(i: int, base: tuple[float, float]) -> Iterator[LocationSpec]:
    x, y = base
    for k in range(PARTS):
        along = 0.32 + 0.12 * k
        yield LocationSpec(name=f'a_{i}_{k}', position=(x - 0.30, y + along, _BENCH_M))
        yield LocationSpec(name=f'b_{i}_{k}', position=(x + 0.30, y + along, _BENCH_M))


def _visitor(bases: list[tuple[float, float]]) -> PersonSpec:
    """Return a person who walks up and down along the first row, in its slow zones."""
    end = max(x for x, _ in bases) + 1.0
    return PersonSpec(
        person_id='visitor',
        start=(-1.0, -1.7),
        script=(ScriptStep(to=(end, -1.7)), ScriptStep(to=(-1.0, -1.7))),
        repeat=True,
    )


def _zones(i: int, base: tuple[float, float]) -> Iterator[Zone]:
    for mode, radius_m in ((SafetyMode.STOPPED, 1.1), (SafetyMode.REDUCED, 1.8)):
        yield Zone(
            zone_id=ZoneId(f'{mode.value.lower()}_{i}'),
            agent_id=AgentId(f'arm_{i}'),
            mode=mode,
            volume=Cylinder(center=(*base, 0.0), radius_m=radius_m, height_m=2.0),
        )
