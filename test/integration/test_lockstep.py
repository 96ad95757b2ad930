"""The same world, seed and order give the same run, on a quiet machine and on a busy one."""

import pytest
from support.twice import facts, hogs, run

#: A part that is missing, for which a person is asked and another one walks in, a part that is
#: lost, a judgement.
ORDER = """\
order: short
tasks:
  - {id: house_3, skill: pick_place, part: housing_3, from: tray_a_3, to: fixture_a_3, payload_kg: 1}
  - {id: shift_plate_1, skill: pick_place, part: plate_1, from: buffer_1, to: buffer_3, payload_kg: 1}
  - {id: load_gear_2, skill: pick_place, part: gear_2, from: tray_b_2, to: fixture_b_2, payload_kg: 1}
  - {id: release_lot, skill: decide, judgement: true, after: [house_3, load_gear_2]}
"""  # noqa: E501 - a task a line
HOGS = 3


@pytest.fixture
def order(tmp_path):
    """Return the arguments of a run of the short order."""
    path = tmp_path / 'short.yaml'
    path.write_text(ORDER)
    return ['--orders', str(path), '--answers', 'first_shift']


def test_two_runs_are_the_same_also_beside_others(tmp_path, order):
    """What they say is the same byte for byte, and their journals event by event."""
    quiet = run(tmp_path / 'quiet', *order)
    with hogs(HOGS):
        busy = run(tmp_path / 'busy', *order)
    assert '4 of 4 tasks final' in quiet
    assert busy == quiet
    assert facts(tmp_path / 'busy') == facts(tmp_path / 'quiet')
