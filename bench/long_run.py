"""
A simulated shift of many hours, as fast as possible: nothing grows that should not.

One process, without ROS: the real core, application, journal and ledger on disk. The arms are
drawn by lot, or the real simulation with ``--physics``. There are faults, and people who walk,
answer and go on breaks. Printed by the simulated hour, written to ``bench/out/long_run.json``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
import json
from pathlib import Path
from random import Random
import sys
import tempfile
import time
from typing import cast

from long_arms import FakeArms
from long_cell import LongCell
from long_gauges import Gauges, judge, Reading
from long_people import Client, Person

from cobot_alloc.application.arm_ports import CellWorld
from cobot_alloc.application.places import find
from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.files.reactions import read_reactions
from cobot_alloc.files.worlds import read_world
from cobot_alloc.planning.pairing import pair_at_least_cost
from cobot_alloc.sim.world import ArmSpec, World

MEMORY = Path('/dev/shm')
OUT = Path(__file__).resolve().parent / 'out'
HEADING = (
    ' hour    done  memory MB  journal MB  bytes/task  ledger MB  files  threads'
    '  waiting  tasks  cases  open  strays  asked  receipts  answered'
)


def main() -> int:
    """Return 1 if something grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--hours', type=float, default=24.0, help='of simulated time')
    parser.add_argument('--every', type=float, default=1.0, help='simulated hours a reading')
    parser.add_argument('--physics', action='store_true', help='the real simulation of the cell')
    parser.add_argument('--seed', type=int, default=1, help='of all that is random')
    parser.add_argument('--folder', type=Path, help='for journal and ledger; memory if left out')
    parser.add_argument('--out', type=Path, default=OUT / 'long_run.json', help='result file')
    wanted = parser.parse_args()
    began = time.monotonic()
    # What grows is looked for here, not how fast a disk is.
    below = wanted.folder or (MEMORY if MEMORY.is_dir() else None)
    with tempfile.TemporaryDirectory(dir=below, prefix='cobot_alloc-long-run-') as folder:
        times = [wanted.every * n for n in range(1, round(wanted.hours / wanted.every) + 1)]
        readings = _run(Path(folder), times, wanted.seed, physics=wanted.physics)
    found = judge(readings)
    took_s = time.monotonic() - began
    print(f'{wanted.hours:g} h in {took_s:.0f} s, {wanted.hours * 3600 / took_s:.0f} times real')
    if not found['flat']:
        print('too short to tell whether anything grows')
    for name, growth in found['growth_per_day'].items():
        verdict = 'flat' if found['flat'][name] else 'GROWS'
        print(f'{name:10} {growth:+9.2f} a day over {found["fitted"]} readings: {verdict}')
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    result = {'hours': wanted.hours, 'physics': wanted.physics, 'seed': wanted.seed}
    result |= {'took_s': took_s, 'readings': [asdict(one) for one in readings], **found}
    wanted.out.write_text(json.dumps(result, indent=2) + '\n')
    return 0 if all(found['flat'].values()) else 1


def _run(folder: Path, times: Sequence[float], seed: int, *, physics: bool) -> list[Reading]:
    random = Random(seed)
    world = read_world(find('worlds', 'two_arm_cell'))

    def make_world() -> CellWorld:
        if not physics:
            return cast(CellWorld, FakeArms(world, random))
        from cobot_alloc.sim.cell import SimulatedCell

        return SimulatedCell(world)

    agents = [_agent(spec) for spec in world.arms]
    cell = LongCell(make_world, agents, _rules(world), folder, random)
    people = [Person(cell, name, random) for name in ('anna', 'bert')]
    client, gauges = Client(cell, world, random), Gauges(cell, folder)

    def others() -> None:
        client.look()
        for person in people:
            person.look()

    readings = []
    print(HEADING)
    try:
        for hour in times:
            cell.run(hour * 3600.0, others=others)
            readings.append(gauges.read(client.tasks))
            _print(readings[-1])
    finally:
        cell.close()
    return readings


def _rules(world: World) -> CellRules:
    return CellRules(
        reactions=read_reactions(find('config', 'reactions')),
        limits=Limits(),
        pair=pair_at_least_cost,
        locations={place.name: place.position for place in world.locations},
        zones=world.zones,
        areas=world.exclusive_areas,
    )


def _print(at: Reading) -> None:
    print(
        f'{at.hour:5.2f} {at.done:7} {at.memory_mb:10.1f} {at.journal_mb:11.1f}'
        f' {at.journal_bytes_per_task:11.0f} {at.ledger_mb:10.2f} {at.files:6} {at.threads:8}'
        f' {at.waiting:8} {at.tasks:6} {at.cases:6} {at.open_cases:5} {at.strays:7}'
        f' {at.inquiries:6} {at.receipts:9} {at.answered:9}',
        flush=True,
    )


def _agent(spec: ArmSpec) -> Agent:
    return Agent(
        agent_id=spec.agent_id,
        kind=AgentKind.ARM,
        skills=spec.skills,
        payload_kg=spec.payload_kg,
        reach_m=spec.reach_m,
        base=spec.base,
    )


if __name__ == '__main__':
    sys.exit(main())
