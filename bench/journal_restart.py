"""From the start of a process to its first durable decision, with an old journal."""

from __future__ import annotations

from pathlib import Path
import resource
import statistics
import subprocess
import sys
import time

import apsw
from shift_inputs import an_order, RULES, the_arms, what_the_arms_report

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.application.processes import CellLayout
from cobot_alloc.bootstrap import prepare_cell
from cobot_alloc.storage.sqlite_journal import SqliteJournal

SNAPSHOT_EVERY = 2000

#: What a new process does: everything an allocator's node does before it talks to ROS.
START = """
import sys
from pathlib import Path
from cobot_alloc.application.settings import AllocatorSettings
from cobot_alloc.bootstrap import open_allocator
from cobot_alloc.domain.inputs import SubmitOrder
from cobot_alloc.domain.task import Task
cell_id, world, reactions, limits, operators, journal, name = sys.argv[1:]
parts = open_allocator(AllocatorSettings(
    cell_id=cell_id, world=Path(world), reactions=Path(reactions), limits=Path(limits),
    operators=Path(operators), journal=Path(journal)))
allocator = parts.allocator
events = allocator.handle(SubmitOrder(
    order_id=name, idempotency_key=name, requester='bench',
    tasks=(Task(task_id=name, order_id='', skill='pick_place'),)), now_s=allocator.state.now_s)
assert events
print(len(allocator.state.tasks), flush=True)
"""


def measure(folder: Path, events: int, times: int) -> dict[str, float]:
    """Return the seconds that a restart takes, and what the journal is like."""
    layout = prepare_cell('two_arm_cell', state=folder, person='anna', speed=1.0)
    made = _make(layout, events)
    took = [_start(layout, f'restart-{number}') for number in range(times)]
    with_snapshots = {
        'median_s': statistics.median(wall_s for wall_s, _ in took),
        'worst_s': max(wall_s for wall_s, _ in took),
        'processor_s': statistics.median(processor_s for _, processor_s in took),
    }
    connection = apsw.Connection(str(layout.journal))
    connection.execute('DELETE FROM snapshot')
    connection.close()
    replay_s, _ = _start(layout, 'restart-without')
    return {**made, **with_snapshots, 'without_snapshots_s': replay_s}


def _make(layout: CellLayout, events: int) -> dict[str, float]:
    """Let a cell work until its journal is as long as wanted, and end it as a crash would."""
    journal = SqliteJournal(layout.journal, cell_id=layout.cell_id)
    journal.connection.execute('PRAGMA synchronous=OFF')  # it is the reading that is measured
    allocator = Allocator(
        layout.cell_id, journal=journal, rules=RULES, snapshot_every=SNAPSHOT_EVERY
    )
    now_s = 0.0
    begun = time.perf_counter()
    for arm in the_arms(4):
        allocator.handle(arm, now_s=now_s)
    number = 0
    while journal.last_seq < events or _behind(journal) < SNAPSHOT_EVERY - 100:
        allocator.handle(an_order(number, 12), now_s=now_s)
        number += 1
        while allocator.state.in_hand:
            now_s += 4.0
            for given in what_the_arms_report(allocator.state):
                allocator.handle(given, now_s=now_s)
    made = {
        'events': journal.last_seq,
        'behind': _behind(journal),
        'tasks_in_state': len(allocator.state.tasks),
        'events_per_s_when_made': journal.last_seq / (time.perf_counter() - begun),
    }
    journal.file.checkpoint()
    journal.close()
    return {**made, 'bytes': layout.journal.stat().st_size}


def _behind(journal: SqliteJournal) -> int:
    """Return how many events a start will have to read."""
    row = journal.connection.execute('SELECT max(seq) FROM snapshot').fetchone()
    return journal.last_seq - int((row and row[0]) or 0)


def _start(layout: CellLayout, name: str) -> tuple[float, float]:
    """Return the time that a restart takes by the clock and of a processor."""
    files = (
        layout.world,
        layout.reactions,
        layout.limits,
        layout.operators,
        layout.journal,
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, '-c', START, layout.cell_id, *map(str, files), name],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    wall_s = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
