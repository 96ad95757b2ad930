"""Events that were written by earlier versions are read, and mean what they meant."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.evolve import replay
from cobot_alloc.domain.identifiers import CellId
from cobot_alloc.storage.codec import decode_event
from cobot_alloc.storage.state_codec import encode_state, state_format

#: Written once, by `cobot-alloc journal export --jsonl`; lines are only ever added.
HISTORY = Path(__file__).parent / 'old_events.jsonl'

#: What they lead to, by the format of the state. When the same format leads to another state,
#: snapshots of before are wrong: raise FORMAT in storage/state_codec.py. A new format gets a
#: new line here.
LEADS_TO = {
    '1-388cad6bcf4bd9c9': '3997714203af9ed8',
    '1-79782b6e0113cdf7': '09916ba28a11b5b7',
    '1-2f89a4e6905877d6': 'b37b99c603484563',
    '1-ddacc6bbf8bec3c1': 'a8e80f930243a64f',
    '1-ebedd9683f230fef': 'e518ffaae172aa4e',
    '1-425e4ff598fc1918': '7d55d9091e20a663',
}


def _events() -> list[Any]:
    records = [json.loads(line) for line in HISTORY.read_text().splitlines()]
    return [decode_event(record['kind'], json.dumps(record['body'])) for record in records]


def test_old_events_can_be_read_and_replayed() -> None:
    """A change that breaks this breaks every journal in the field: give new fields defaults."""
    state = replay(CellState(cell_id=CellId('cell_t')), _events())
    assert state.agents
    assert state.orders


def test_the_same_format_is_the_same_state() -> None:
    """Or a start from a snapshot would not be a start from the events."""
    state = replay(CellState(cell_id=CellId('cell_t')), _events())
    digest = hashlib.sha256(encode_state(state)).hexdigest()[:16]
    if state_format() not in LEADS_TO:
        pytest.skip(f'a new format: add {{{state_format()!r}: {digest!r}}} to LEADS_TO')
    assert digest == LEADS_TO[state_format()]
