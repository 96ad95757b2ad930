"""Which arms of a world are a partition of their own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cobot_alloc.application.places import find
from cobot_alloc.files.worlds import read_world
from cobot_alloc.sim.partition.partitioning import partition_world, Partitioning
from cobot_alloc.sim.partition.speedup import processes_for
from cobot_alloc.sim.partition.workspace import workspace_of
from cobot_alloc.sim.world import (
    ConveyorSpec,
    FaultKind,
    FaultSpec,
    MachineSpec,
    ShuttleSpec,
)
from cobot_alloc.sim.world.cell import World

pytestmark = pytest.mark.sim


def arms_of(found: Partitioning):
    return [[arm.agent_id for arm in partition.world.arms] for partition in found.partitions]


def test_the_line_without_light_is_four_partitions() -> None:
    found = partition_world(read_world(find('worlds', 'dark_line')))
    assert arms_of(found) == [['d1', 'd2'], ['d3', 'd4'], ['d5', 'd6'], ['d7', 'd8']]
    assert [partition.leads for partition in found.partitions] == [('c1',), ('c2',), ('c3',), ()]
    assert [partition.follows for partition in found.partitions] == [(), ('c1',), ('c2',), ('c3',)]
    second = found.partitions[1].world
    assert [it.station_id for it in second.stations] == ['machine_1', 'machine_2', 'c1', 'c2']
    assert {zone.agent_id for zone in second.zones} == {'d3', 'd4'}
    assert found.why_one == ''


def test_nothing_is_lost_and_only_shared_belts_are_twice() -> None:
    world = read_world(find('worlds', 'dark_line'))
    found = partition_world(world)
    stations = sorted(
        it.station_id for partition in found.partitions for it in partition.world.stations
    )
    assert stations == sorted([*(it.station_id for it in world.stations), 'c1', 'c2', 'c3'])
    zones = sorted(
        zone.zone_id for partition in found.partitions for zone in partition.world.zones
    )
    assert zones == sorted(zone.zone_id for zone in world.zones)
    for partition in found.partitions:
        assert partition.world.locations == world.locations
        assert partition.world.fixtures == world.fixtures
        assert partition.world.parts == world.parts


@pytest.mark.parametrize('name', ['two_arm_cell', 'hazard_cell', 'assembly_cell'])
def test_a_cell_with_people_is_one_partition(name: str) -> None:
    world = read_world(find('worlds', name))
    found = partition_world(world)
    assert [partition.world for partition in found.partitions] == [world]
    assert 'people' in found.why_one


def test_arms_whose_rooms_meet_are_one_partition(world_of: Callable[..., World]) -> None:
    reach_m = workspace_of(world_of(1).arms[0], held_m=0.0).radius_m
    apart, near = (world_of(2, pitch_m=2 * (reach_m + by_m)) for by_m in (0.01, -0.01))
    assert arms_of(partition_world(apart)) == [['arm_0'], ['arm_1']]
    assert arms_of(partition_world(near)) == [['arm_0', 'arm_1']]
    assert 'share' in partition_world(near).why_one


def test_an_arm_reaches_farther_with_something_long_in_its_grip(
    world_of: Callable[..., World],
) -> None:
    arm = world_of(1).arms[0]
    assert workspace_of(arm, held_m=0.5).radius_m - workspace_of(arm, held_m=0.2).radius_m == (
        pytest.approx(0.3)
    )


@pytest.mark.parametrize(
    'shared',
    [
        {'shuttles': (ShuttleSpec(station_id='s', load_at=(0, 0, 1), unload_at=(3, 0, 1)),)},
        {'machines': (MachineSpec(station_id='m', position=(1.5, 0.54, 0.6)),)},
    ],
)
def test_arms_at_one_station_are_one_partition(
    world_of: Callable[..., World],
    shared: dict[str, Any],
) -> None:
    assert arms_of(partition_world(replace(world_of(3), **shared))) == [
        ['arm_0', 'arm_1'],
        ['arm_2'],
    ]


def test_a_belt_that_leads_past_an_arm_is_of_its_partition(world_of: Callable[..., World]) -> None:
    past = ConveyorSpec(station_id='past', start=(0.0, -0.5, 0.7), end=(6.0, -0.5, 0.7))
    found = partition_world(replace(world_of(3), conveyors=(past,)))
    assert arms_of(found) == [['arm_0', 'arm_1'], ['arm_2']]
    assert [partition.leads for partition in found.partitions] == [('past',), ()]


def test_a_belt_within_reach_of_one_arm_is_shared_with_nobody(
    world_of: Callable[..., World],
) -> None:
    own = ConveyorSpec(station_id='own', start=(-0.4, -0.1, 0.7), end=(0.4, -0.1, 0.7))
    found = partition_world(replace(world_of(2), conveyors=(own,)))
    assert [len(partition.world.conveyors) for partition in found.partitions] == [1, 0]
    assert found.partitions[0].leads == ()


@pytest.mark.parametrize(
    ('fault', 'where'),
    [
        (FaultSpec(kind=FaultKind.ARM_STALLED, agent='arm_1', at_s=5.0), [1]),
        (FaultSpec(kind=FaultKind.GRIP_SLIP, agent='arm_1', nth=2), [1]),
        (FaultSpec(kind=FaultKind.GRIP_SLIP, place='in_0', probability=0.5), [0]),
        (FaultSpec(kind=FaultKind.STATION_JAMMED, station='belt_0', at_s=5.0), [0, 1]),
        (FaultSpec(kind=FaultKind.PART_MISSING, part='part_0', at_s=5.0), [0, 1]),
        (FaultSpec(kind=FaultKind.SENSING_FROZEN, at_s=5.0), [0, 1]),
        (FaultSpec(kind=FaultKind.GRIP_SLIP, part='part_0'), [0, 1]),
    ],
)
def test_a_fault_is_where_it_can_happen(
    world_of: Callable[..., World], fault: FaultSpec, where: list[int]
) -> None:
    found = partition_world(replace(world_of(2), faults=(fault,)))
    assert [it.number for it in found.partitions if it.world.faults] == where


@pytest.mark.parametrize(
    'fault',
    [
        FaultSpec(kind=FaultKind.GRIP_SLIP, part='part_0', nth=1),
        FaultSpec(kind=FaultKind.GRIP_SLIP, skill='pick_place', probability=0.5),
        FaultSpec(kind=FaultKind.SENSING_DARK, skill='pick_place'),
        FaultSpec(kind=FaultKind.PART_WRONG, part='part_0', other='part_1', at_s=3.0),
    ],
)
def test_a_fault_that_no_partition_can_count_alone_keeps_the_world_whole(
    world_of: Callable[..., World], fault: FaultSpec
) -> None:
    found = partition_world(replace(world_of(2), faults=(fault,)))
    assert len(found.partitions) == 1
    assert f'fault 0 ({fault.kind.value})' in found.why_one


@pytest.mark.parametrize(
    ('arms', 'wanted', 'cores', 'count'),
    [
        (4, 0, 2, 2),
        (4, 0, 8, 4),
        (4, 3, 2, 3),
        (4, 9, 2, 4),
        (4, 0, 1, 1),
        (3, 2, 2, 1),
    ],
)
def test_as_many_processes_as_it_gains_from(
    world_of: Callable[..., World], arms: int, wanted: int, cores: int, count: int
) -> None:
    found = processes_for(partition_world(world_of(arms)), wanted=wanted, cores=cores)
    assert found[0] == count
    assert bool(found[1]) == (count == 1)
