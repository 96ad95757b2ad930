"""What a person does at a screw, a seam or an edge is true in the physics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TYPE_CHECKING

import pytest

from cobot_alloc.application.arm_ports import ChoreReport
from cobot_alloc.sim.world import Character, Chore, ChoreKind, PersonSpec

if TYPE_CHECKING:
    from sim.processes.conftest import Work


pytestmark = pytest.mark.sim

ADA = PersonSpec(person_id='ada', start=(-3.0, 0.0), character=Character.HELPFUL)


@pytest.fixture
def ask() -> Callable[..., Any]:
    """Return a function that has a chore done and returns its report."""

    def ask_for(work: Work, kind: str) -> ChoreReport:
        chore = Chore(kind=ChoreKind(kind), station=work.station.station_id)
        ticket = work.cell.ask(chore, '')
        reports: dict[int, ChoreReport] = {}

        def is_reported() -> bool:
            reports.update((it.ticket, it) for it in work.cell.take_chore_reports())
            return ticket in reports

        work.trial.step_until(is_reported, 60.0)
        return reports[ticket]

    return ask_for


@pytest.mark.parametrize('kind', ['fastening', 'dispensing', 'deburring'])
def test_the_work_of_a_station_can_be_done_by_hand(
    request: pytest.FixtureRequest, ask: Callable[..., Any], kind: str
) -> None:
    work = request.getfixturevalue(kind)(people=(ADA,))
    assert not work.station.is_done
    report = ask(work, 'work')
    assert (report.is_done, report.detail) == (True, '')
    assert work.station.is_done
    assert work.cell.now_s > 5.0  # it took her a while


@pytest.mark.parametrize('kind', ['fastening', 'dispensing', 'deburring'])
def test_not_on_a_part_that_is_elsewhere(
    request: pytest.FixtureRequest, ask: Callable[..., Any], kind: str
) -> None:
    work = request.getfixturevalue(kind)(people=(ADA,))
    work.move_plate(0.05)
    report = ask(work, 'work')
    assert (report.is_done, report.code) == (False, 'part_misplaced')
    assert not work.station.is_done


def test_a_stripped_thread_holds_nothing_by_hand_either(
    fastening: Callable[..., Work], ask: Callable[..., Any]
) -> None:
    work = fastening(people=(ADA,))
    work.station.strip()
    report = ask(work, 'work')
    assert (report.is_done, report.code) == (False, 'not_done')
    assert 'Nm' in report.detail
    assert ask(work, 'clear').is_done  # another screw
    assert ask(work, 'work').is_done
