"""Whatever is in a file: a reader takes it, or refuses it with file and line. Nothing else."""

from collections.abc import Callable
from functools import partial
import json
from pathlib import Path
import re
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
import pytest

from cobot_alloc.application.order import Order
from cobot_alloc.files.answers import read_answers
from cobot_alloc.files.document import Document
from cobot_alloc.files.limits import read_limits
from cobot_alloc.files.operators import read_operators
from cobot_alloc.files.orders import read_order
from cobot_alloc.files.reactions import read_reactions
from cobot_alloc.files.worlds import read_world
from cobot_alloc.files.yaml_source import load

SHIPPED = Path(__file__).parents[3]
CELL = SHIPPED / 'worlds' / 'two_arm_cell.yaml'
OPERATORS = f"""\
operators:
  - {{name: ada, role: supervisor, skills: [decide], public_key: "ed25519:{'ab' * 32}"}}
  - {{name: bob, payload_kg: 8, public_key: "ed25519:{'cd' * 32}"}}
"""
# A small world: most of what can be wrong with a large one, at a fraction of the time.
WORLD = """\
cell: cell_a
step_hz: 240.0
sensing: {rate_hz: 30.0, max_age_s: 0.2}
arms:
  - {agent_id: arm, model: m, base: [0, 0, 0], skills: [s], payload_kg: 3, reach_m: 1}
fixtures: [{fixture_id: f, urdf: u, position: [0, 0, 0]}]
locations: [{name: tray, position: [0, 0, 0], tolerance_m: 0.01}]
parts: [{part_id: gear, at: tray, size: [1, 1, 1], mass_kg: 0.1, color: blue}]
people: [{person_id: p, start: [0, 0], script: [{to: [1, 1], stay_s: 4.0}]}]
zones:
  - zone_id: stop
    agent_id: arm
    mode: STOPPED
    volume: {center: [0, 0, 0], radius_m: 1, height_m: 2}
  - {zone_id: slow, agent_id: arm, mode: REDUCED,
     volume: {center: [0, 0, 0], radius_m: 1, height_m: 2}, resume: person, clear_for_s: 1}
faults: [{kind: grip_slip, part: gear, nth: 1, after_fraction: 0.5}]
"""
READERS = {
    'answers': (read_answers, (SHIPPED / 'config/answers/first_shift.yaml').read_text()),
    'limits': (read_limits, (SHIPPED / 'config/cell.yaml').read_text()),
    'operators': (read_operators, OPERATORS),
    'order': (read_order, (SHIPPED / 'orders/first_shift.yaml').read_text()),
    'order for a world': (
        partial(read_order, world=read_world(CELL)),
        (SHIPPED / 'orders/first_shift.yaml').read_text(),
    ),
    'reactions': (read_reactions, (SHIPPED / 'config/reactions.yaml').read_text()),
    'world': (read_world, WORLD),
}
each_reader = pytest.mark.parametrize('name', READERS)
REFUSAL = re.compile(r'.*given\.yaml:\d+')

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ['a\nb', '\x1b[2J', '.nan', '-1', 'ask', 'pick_place', 'tray_a_1', 'STOPPED', 'retry']
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def refusals(refusal_of: Callable[..., str | None], name: str, content: str) -> list[str]:
    """Return the lines of the reader's refusal, none if it took the content."""
    refusal = refusal_of(READERS[name][0], content)
    lines = refusal.split('\n') if refusal is not None else []
    # A file's words must not play tricks on the terminal that the refusal is shown in.
    assert all(line.isprintable() for line in lines)
    return lines


def every_way(value: Document, way: tuple[Any, ...] = ()) -> list[Any]:
    """Return the ways to everything in a document."""
    if isinstance(value, dict):
        inner: list[Any] = [it for key in value for it in every_way(value[key], (*way, key))]
    elif isinstance(value, list):
        inner = [
            it for index in range(len(value)) for it in every_way(value[index], (*way, index))
        ]
    else:
        inner = []
    return [way, *inner]


@st.composite
def mutated(draw: st.DrawFn, document: Document) -> Document:
    """Return a good document with a few things replaced, removed, added or said twice."""
    document = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 3))):
        ways = [way for way in every_way(document) if way]
        if not ways:
            break
        *above, last = draw(st.sampled_from(ways))
        parent: Any = document
        for key in above:
            parent = parent[key]
        kind = draw(st.sampled_from(['replace', 'remove', 'add', 'repeat']))
        if kind == 'replace':
            parent[last] = draw(VALUES)
        elif kind == 'remove':
            del parent[last]
        elif isinstance(parent, list):
            parent.append(draw(VALUES) if kind == 'add' else parent[last])
        else:
            parent[draw(st.text(max_size=5) | st.just('a\nb'))] = draw(VALUES)
    return document


def as_yaml(document: object) -> str:
    # JSON is YAML, but for the names of NaN and infinity, which are text then.
    return json.dumps(document, indent=1, ensure_ascii=False)


@each_reader
def test_the_good_document_is_taken(refusal_of: Callable[..., str | None], name: str) -> None:
    assert refusals(refusal_of, name, READERS[name][1]) == []


@each_reader
@settings(max_examples=15)
@given(data=st.data())
def test_any_document_is_taken_or_refused_with_file_and_line(
    refusal_of: Callable[..., str | None], name: str, data: DataObject
) -> None:
    document = data.draw(st.dictionaries(st.text(max_size=5) | st.just('tasks'), VALUES))
    assert all(REFUSAL.match(it) for it in refusals(refusal_of, name, as_yaml(document)))


@each_reader
@settings(max_examples=15)
@given(data=st.data())
def test_a_changed_good_document_is_taken_or_refused_line_by_line(
    refusal_of: Callable[..., str | None],
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    data: DataObject,
) -> None:
    path = tmp_path_factory.getbasetemp() / 'good.yaml'
    path.write_text(READERS[name][1])
    document = data.draw(mutated(cast(Document, load(path).root.plain())))
    assert all(REFUSAL.match(it) for it in refusals(refusal_of, name, as_yaml(document)))


@each_reader
@settings(max_examples=15)
@given(data=st.data())
def test_a_damaged_text_is_taken_or_refused_with_file_and_line(
    refusal_of: Callable[..., str | None], name: str, data: DataObject
) -> None:
    text = READERS[name][1]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    damaged = text[:start] + data.draw(st.text(max_size=4)) + text[end:]
    assert all(REFUSAL.match(it) for it in refusals(refusal_of, name, damaged))


def test_what_an_order_reader_takes_is_an_order(write: Callable[..., Path]) -> None:
    assert isinstance(read_order(write(READERS['order'][1])), Order)
