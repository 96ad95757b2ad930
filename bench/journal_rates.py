"""Durable accepts beside bare commits of the same rows: one disk, one mode, one run, in turn."""

from __future__ import annotations

from collections.abc import Callable
import cProfile
from functools import partial
from pathlib import Path
import pstats
import sqlite3
import statistics
import time
from typing import Any

import apsw
from shift_inputs import an_order, RULES

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide
from cobot_alloc.domain.evolve import evolve
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage.chain import START
from cobot_alloc.storage.event_table import INSERT, rows_of
from cobot_alloc.storage.memory_journal import MemoryJournal
from cobot_alloc.storage.sqlite_journal import SqliteJournal

#: Tasks in an order, and how many such orders.
SIZES = {1: 600, 10: 300, 100: 60, 1000: 9}
CELL = 'bench'
TABLE = (
    'CREATE TABLE event (seq INTEGER PRIMARY KEY, recorded_at TEXT NOT NULL, kind TEXT NOT NULL,'
    ' body TEXT NOT NULL, hash BLOB NOT NULL) STRICT'
)
Commit = Callable[[list[Any]], None]


def measure(folder: Path, tasks: int, orders: int) -> dict[str, float]:
    """
    Return how long each way of writing takes for one order, in seconds.

    They take turns, order by order, so that whatever else the machine does meets all alike.
    """
    ways: dict[str, Commit] = {
        'sqlite3': _bare(sqlite3.connect(folder / 'sqlite3', isolation_level=None)),
        'apsw': _bare(apsw.Connection(str(folder / 'apsw'))),
        'row_by_row': _bare(apsw.Connection(str(folder / 'row_by_row'))),
    }
    journal = SqliteJournal(folder / 'journal', cell_id=CELL)
    durable = SqliteJournal(folder / 'allocator', cell_id=CELL)
    allocator = Allocator(CellId(CELL), journal=durable, rules=RULES)
    # The same decisions without a disk, for the rows that the bare ways are to write.
    twin = Allocator(CellId(CELL), journal=MemoryJournal(cell_id=CELL), rules=RULES)
    took: dict[str, list[float]] = {name: [] for name in (*ways, 'journal', 'allocator')}
    seq, before = 0, START
    for number in range(orders):
        order = an_order(number, tasks)
        events = twin.handle(order, now_s=1.0)
        rows = rows_of(
            events, after=seq, before=before, recorded_at='2026-01-01T00:00:00.000+00:00'
        )
        seq, before = rows[-1][0], rows[-1][-1]
        for name, commit in ways.items():
            given = rows[:1] if name == 'row_by_row' else rows
            took[name].append(_timed(partial(commit, given)))
        took['journal'].append(_timed(partial(journal.append, events)))
        took['allocator'].append(_timed(partial(allocator.handle, order, now_s=1.0)))
    for opened in (journal, durable):
        opened.close()
    found = {name: statistics.median(times) for name, times in took.items()}
    found['row_by_row'] *= tasks + 1
    return found


def costs(tasks: int, orders: int) -> dict[str, float]:
    """Return the processor time of each step for one task, in microseconds; the best of all."""
    state, best = (
        CellState(cell_id=CellId(CELL)),
        dict.fromkeys(('decide', 'evolve', 'encode'), 1e9),
    )
    stamp = '2026-01-01T00:00:00.000+00:00'
    for number in range(orders):
        order = an_order(number, tasks)
        begun = time.perf_counter()
        events = decide(state, order, now_s=1.0, rules=RULES)
        decided = time.perf_counter()
        state = evolve(state, *events)
        evolved = time.perf_counter()
        rows_of(events, after=0, before=START, recorded_at=stamp)
        encoded = time.perf_counter()
        for name, took in (
            ('decide', decided - begun),
            ('evolve', evolved - decided),
            ('encode', encoded - evolved),
        ):
            best[name] = min(best[name], took / tasks * 1e6)
    return best


def profile(tasks: int, orders: int, lines: int) -> None:
    """Print where an allocator spends its time while it takes on orders, without a disk."""
    allocator = Allocator(CellId(CELL), journal=MemoryJournal(cell_id=CELL), rules=RULES)
    given = [an_order(number, tasks) for number in range(orders)]
    with cProfile.Profile() as profiler:
        for order in given:
            allocator.handle(order, now_s=1.0)
    print(f'\nWhere {orders} orders of {tasks} tasks spend their time:')
    pstats.Stats(profiler).sort_stats('tottime').print_stats(lines)


def _bare(connection: sqlite3.Connection | apsw.Connection) -> Commit:
    connection.execute('PRAGMA journal_mode=WAL').fetchall()
    connection.execute('PRAGMA synchronous=FULL')
    connection.execute(TABLE)

    def commit(rows: list[Any]) -> None:
        connection.execute('BEGIN IMMEDIATE')
        connection.executemany(INSERT, rows)
        connection.execute('COMMIT')

    return commit


def _timed(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun
