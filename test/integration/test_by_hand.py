"""An allocator that a person starts again on the same journal."""

from collections.abc import Callable
from pathlib import Path

from support.shift import assert_nothing_lost_and_nothing_twice, Shift, shipped_order, table

from cobot_alloc.domain.lifecycles.task import TaskState


def test_killed_and_started_again_by_hand(tmp_path: Path) -> None:
    """
    Whoever starts it again, the journal says how to go on.

    Killed in the middle of a motion, and while a question is open.
    """
    order = shipped_order('house_1', 'load_gear_2', 'load_canister', 'release_lot')
    shift: Shift
    moments: list[Callable[[], object]] = [
        lambda: TaskState.UNDERWAY in shift.states().values(),
        lambda: shift.open_cases(),
    ]
    shift = Shift(tmp_path, by_hand=True)
    try:
        shift.submit(order)
        for moment in moments:
            shift.until(moment)
            shift.kill_allocator()
            shift.start_allocator()
            shift.until_back()
        shift.until_over(order)
    finally:
        shift.close()
    assert table(tmp_path) == {
        'house_1': ('completed', 'arm'),
        'load_gear_2': ('completed', 'person'),
        'load_canister': ('completed', 'arm'),
        'release_lot': ('completed', 'person'),
    }
    assert_nothing_lost_and_nothing_twice(tmp_path)
