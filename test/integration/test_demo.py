"""The demo as a newcomer runs it, and the same shift with its allocator killed."""

from collections.abc import Callable
import json
import os
from pathlib import Path
import subprocess
from subprocess import CompletedProcess
import sys
from typing import Any

import pytest
from support.ros_domains import ros_domain
from support.shift import (
    assert_nothing_lost_and_nothing_twice,
    PERSON,
    Shift,
    shipped_order,
    table,
)

from cobot_alloc.domain.lifecycles.task import TaskState

#: Tasks of the demo with all that can happen in it: a part that is missing, one that is lost,
#: a hazard, a place that has to become free, and a judgement.
MOST_EVENTFUL = (
    'house_3',
    'shift_plate_1',
    'load_gear_2',
    'stage_gear_3',
    'load_canister',
    'release_lot',
)
COMMAND = [sys.executable, '-c', 'from cobot_alloc.cli.main import main; main()']


@pytest.fixture(scope='module')
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[CompletedProcess[str], Path]:
    """Run the demo once; return its process, its report and its folder."""
    folder = tmp_path_factory.mktemp('demo')
    with ros_domain() as domain:
        environment = {
            **os.environ,
            'ROS_DOMAIN_ID': str(domain),
            'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST',
        }
        done = subprocess.run(
            [*COMMAND, 'run', '--headless', '--json', 'report.json', '--state', 'state'],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=250,
            check=False,
        )
    return done, folder


@pytest.fixture
def report(demo: tuple[CompletedProcess[str], Path]) -> dict[str, Any]:
    """Return the demo's report."""
    _, folder = demo
    found: dict[str, Any] = json.loads((folder / 'report.json').read_text())
    return found


def test_it_ends_well_and_leaves_nothing_open(
    demo: tuple[CompletedProcess[str], Path], report: dict[str, Any]
) -> None:
    """Exit status 0 means that every task is final and every question answered."""
    done, _ = demo
    assert done.returncode == 0, done.stderr
    assert report['is_complete']
    assert report['all_final']
    assert report['open_cases'] == []
    assert len(report['tasks']) == len(shipped_order().tasks)


def test_a_person_was_asked(report: dict[str, Any]) -> None:
    """At least one exception was resolved by a named person."""
    assert [c for c in report['cases'] if (c['state'], c['answered_by']) == ('resolved', PERSON)]


def test_hazardous_work_went_to_an_arm_and_judgement_to_a_person(report: dict[str, Any]) -> None:
    """The canister is never a person's work, and no arm releases a lot."""
    agents = {task['task_id']: task['agent'] for task in report['tasks']}
    assert agents['load_canister'] in ('panda', 'kuka')
    assert agents['release_lot'] == PERSON


def test_nothing_is_lost_and_nothing_is_done_twice(
    demo: tuple[CompletedProcess[str], Path],
) -> None:
    """Journal, ledger and log of an undisturbed run agree."""
    _, folder = demo
    assert_nothing_lost_and_nothing_twice(folder / 'state')


def test_killing_the_allocator_changes_nothing_that_counts(
    demo: tuple[CompletedProcess[str], Path], tmp_path: Path
) -> None:
    """
    Kill -9 at the worst moments, started again by the runner: the same table at the end.

    In the middle of a motion, while a question is open, in the middle of the shift, and while
    a person has a task in hand.
    """
    _, folder = demo
    shift: Shift
    moments: list[Callable[[], object]] = [
        lambda: TaskState.UNDERWAY in shift.states().values(),
        lambda: shift.open_cases(),
        lambda: shift.finals() >= 3,
        lambda: TaskState.MANUAL in shift.states().values(),
    ]
    order = shipped_order(*MOST_EVENTFUL)
    shift = Shift(tmp_path)
    try:
        shift.submit(order)
        for moment in moments:
            shift.until(moment)
            shift.kill_allocator()
            shift.until_back()
        shift.until_over(order)
    finally:
        shift.close()
    undisturbed = table(folder / 'state')
    assert table(tmp_path) == {name: undisturbed[name] for name in MOST_EVENTFUL}
    assert_nothing_lost_and_nothing_twice(tmp_path)
