"""
A journal that an older version wrote still opens, and adds up to what it added up to then.

``test/data/journal_2026_11.sqlite`` was written on 2026-11-30 from a seed of the simulation and
scenes after it, with every kind of event of that day; the compacted one is the same without its
first events, and begins with a snapshot. Neither is ever written anew.
"""

from __future__ import annotations

from collections import Counter
import json
from pathlib import Path
import shutil

import pytest
from support.cells import REACTIONS

from cobot_alloc.application.allocator import Allocator
from cobot_alloc.application.recovery import recover
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.inputs import PassTime
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.planning.pairing import pair_at_least_cost
from cobot_alloc.storage.journal_office import SqliteJournalOffice
from cobot_alloc.storage.sqlite_journal import SqliteJournal, SqliteJournalReader

DATA = Path(__file__).parents[1] / 'data'
CELL_ID = 'cell_s'
EVENTS, KINDS = 341, 38


def summary(state: CellState) -> dict[str, object]:
    """Return what an old journal says of a cell, whatever the records are called today."""
    return {
        'tasks': {
            task_id: [
                record.state.value,
                record.agent_id,
                record.done_by,
                [[a.fence, a.outcome.value if a.outcome else None] for a in record.attempts],
            ]
            for task_id, record in state.tasks.items()
        },
        'orders': {o: [r.open_tasks, r.fingerprint] for o, r in state.orders.items()},
        'cases': {c: [case.state.value, case.failure.code] for c, case in state.cases.items()},
        'agents': {
            agent_id: [
                record.health.value,
                record.mode.value,
                record.held,
                record.boot_id,
                record.tool,
                sorted(record.agent.skills),
            ]
            for agent_id, record in state.agents.items()
        },
        'blocked': list(state.blocked),
        'in_hand': dict(state.in_hand),
        'open_cases': list(state.open_cases),
        'mode': state.mode.value,
        'shift': state.shift.value,
        'highest_fence': state.highest_fence,
        'learned runs': {
            f'{scope.skill} {scope.agent_kind.value} {scope.agent_id} {scope.part_kind}'
            f' {"together" if scope.together else "alone"}': evidence.runs
            for scope, evidence in state.experience.items()
        },
        'work of people, s': {
            person: [round(done.seconds, 6) for done in work]
            for person, work in state.labour.items()
        },
        'energy, J': {arm: round(drawn.joules, 6) for arm, drawn in state.energy.items()},
    }


EXPECTED = json.loads((DATA / 'journal_2026_11.json').read_text(encoding='utf-8'))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return a copy of the journal, for whoever opens one may write beside it."""
    return Path(shutil.copy(DATA / 'journal_2026_11.sqlite', tmp_path / 'journal.sqlite'))


@pytest.fixture
def compacted(tmp_path: Path) -> Path:
    """Return a copy of the compacted journal."""
    name = 'journal_2026_11_compacted.sqlite'
    return Path(shutil.copy(DATA / name, tmp_path / 'compacted.sqlite'))


def test_an_old_journal_is_sound(kept: Path) -> None:
    """Every record follows from the one before."""
    verdict = SqliteJournalOffice().verify(kept)
    assert verdict.is_sound, verdict.fault
    assert verdict.head.seq == EVENTS


def test_an_old_journal_replays_to_the_state_it_had(kept: Path) -> None:
    """From its first event, every kind of event among them."""
    reader = SqliteJournalReader(kept)
    events = [record.event for record in reader.read()]
    reader.close()
    assert len(Counter(type(event) for event in events)) == KINDS
    assert summary(replay(CellState(cell_id=CELL_ID), events)) == EXPECTED


@pytest.mark.parametrize('journal', ['kept', 'compacted'])
def test_an_old_journal_recovers_the_state_it_had(
    journal: str, request: pytest.FixtureRequest
) -> None:
    """With its snapshots, and where the events before one are gone, from that one."""
    reader = SqliteJournalReader(request.getfixturevalue(journal))
    state = recover(reader, CELL_ID)
    reader.close()
    assert summary(state) == EXPECTED


def test_work_goes_on_in_an_old_journal(kept: Path) -> None:
    """An allocator opens it, decides, and the chain is whole across both versions."""
    journal = SqliteJournal(kept, cell_id=CELL_ID)
    rules = CellRules(reactions=REACTIONS, limits=Limits(), pair=pair_at_least_cost)
    allocator = Allocator(CELL_ID, journal=journal, rules=rules)
    now_s = allocator.state.now_s
    # The question that was open then is escalated now.
    assert allocator.handle(PassTime(), now_s=now_s + 10_000.0)
    allocator.stop()
    journal.close()
    verdict = SqliteJournalOffice().verify(kept)
    assert verdict.is_sound, verdict.fault
    assert verdict.head.seq > EVENTS
