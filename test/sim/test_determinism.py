"""The same world and the same calls give the same motions, to the last bit."""

from __future__ import annotations

from collections.abc import Callable
import hashlib
import struct
from typing import Any, TYPE_CHECKING

import pytest
from support.present import present

from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.world import FaultKind, FaultSpec

if TYPE_CHECKING:
    from sim.conftest import Trial


pytestmark = pytest.mark.sim


def digest(trial: Trial) -> str:
    """Return a hash of everything that moves."""
    cell = trial.cell
    figures = [*trial.status().joint_positions, *trial.status().joint_velocities]
    for part in ('block', 'spare'):
        pose = cell._parts.pose(part)
        figures += [*pose.position, *pose.orientation]
    return hashlib.sha256(struct.pack(f'{len(figures)}d', *figures)).hexdigest()


def test_two_worlds_side_by_side_stay_equal(
    trial_of: Callable[..., Trial], close: tuple[float, float], far_away: tuple[float, float]
) -> None:
    slip = FaultSpec(kind=FaultKind.GRIP_SLIP, part='block', after_fraction=0.7, nth=1)
    trials = [trial_of(faults=(slip,)).ready() for _ in range(2)]
    digests: list[list[Any]] = [[], []]
    for step in range(2000):
        for trial, seen in zip(trials, digests, strict=True):
            if step == 10:
                trial.begin()
            if step == 500:
                trial.cell.place_person('ada', close)
            if step == 700:
                trial.cell.place_person('ada', far_away)
            if step == 720:
                assert trial.cell.resume(AgentId('panda'))
            trial.cell.step()
            trial.reports += trial.cell.take_reports()
            if step % 20 == 0:
                seen.append(digest(trial))
    assert digests[0] == digests[1]
    assert len(set(digests[0])) > 60  # it did move
    assert trials[0].reports == trials[1].reports
    assert present(trials[0].reports[0].failure).code == 'part_dropped'


def test_looking_changes_nothing(trial_of: Callable[..., Trial]) -> None:
    quiet, watched = trial_of().ready(), trial_of().ready()
    for trial in (quiet, watched):
        trial.begin()
    for _ in range(600):
        quiet.cell.step()
        watched.cell.step()
        watched.status()
        watched.cell.zone_readings()
        watched.cell.people()
    assert digest(quiet) == digest(watched)
