"""The shipped worlds: each can be read with its order, and its first part goes all the way."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from math import dist
from pathlib import Path
from typing import Any

import pytest

from cobot_alloc.application.arm_ports import ChoreReport
from cobot_alloc.application.order import Order
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.domain.words import PRODUCT
from cobot_alloc.files.answers import read_answers
from cobot_alloc.files.orders import read_order
from cobot_alloc.files.worlds import read_world
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.world import Chore, ChoreKind
from cobot_alloc.sim.world.cell import World

ROOT = Path(__file__).parents[2]
WORLDS = sorted(path.stem for path in (ROOT / 'worlds').glob('*.yaml'))


def order_of(name: str) -> str:
    return 'first_shift' if name == 'two_arm_cell' else name


def read(name: str) -> tuple[World, Order]:
    world = read_world(ROOT / 'worlds' / f'{name}.yaml')
    return world, read_order(ROOT / 'orders' / f'{order_of(name)}.yaml', world=world)


@pytest.mark.parametrize('name', WORLDS)
def test_it_fits_its_order_and_its_answers(name: str) -> None:
    world, order = read(name)
    words = PRODUCT.with_skills(world.skills_of_people)
    script = read_answers(ROOT / 'config' / 'answers' / f'{order_of(name)}.yaml', words=words)
    assert order.tasks
    assert script.actor


def arm_for(task: Task, world: World) -> AgentId | None:
    """Return the nearest arm that has the skill; None if it is a person's work."""
    names = (task.source, task.target, task.station)
    ends = [world.named_positions[name] for name in names if name]
    able = [arm for arm in world.arms if task.skill in arm.skills]
    far = {arm.agent_id: max(dist(arm.base, end) for end in ends) for arm in able}
    return min(far, key=far.get, default=None)


def do(cell: SimulatedCell, agent: AgentId, task: Task, fence: int) -> AttemptReport:
    """Let an arm do a task and return its report."""
    cell.begin(agent, task, Fence(fence))
    until_s = cell.now_s + 120.0
    while cell.now_s < until_s:
        cell.step()
        for report in cell.take_reports():
            return report
    raise AssertionError(f'{task.task_id}: no report within 120 simulated seconds')


@pytest.mark.sim
@pytest.mark.parametrize(('name', 'number', 'tasks'), [('hazard_cell', 1, 5), ('dark_line', 1, 9)])
def test_its_first_part_goes_all_the_way_by_the_arms_alone(
    name: str, number: int, tasks: int
) -> None:
    world, order = read(name)
    cell = SimulatedCell(world)
    try:
        cell.set_cell_mode(SafetyMode.NORMAL)
        for _ in range(240):
            cell.step()
        assert all(cell.resume(arm) for arm in cell.arm_ids)
        done = 0
        for task in order.tasks:
            if not task.task_id.endswith(f'_{number}'):
                continue
            agent = arm_for(task, world)
            if agent is None:  # somebody does it by hand
                cell.move_part(task.part, task.target) if 'load' in task.skill else None
                continue
            report = do(cell, agent, task, done + 1)
            assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
            assert report.measurements.electrical_j > report.measurements.energy_j
            done += 1
        assert done == tasks
    finally:
        cell.close()


@pytest.mark.sim
def test_the_first_assembly_is_done_by_the_arm_and_a_person_who_comes() -> None:
    """Some of it by the arm, some by the person, some by both; each goes on when it may."""
    world, order = read('assembly_cell')
    cell = SimulatedCell(world)
    try:
        cell.set_cell_mode(SafetyMode.NORMAL)
        until(cell, lambda: cell.resume(AgentId('helper')))
        done = []
        for fence, task in enumerate(order.tasks[:6], 1):
            if task.skill == 'fit_cover':
                put = Chore(kind=ChoreKind.PUT, part=task.part, location=task.target)
                ask_when_free(cell, put)
                report = reported(cell, cell.take_chore_reports)
                assert report.is_done, report.detail
            else:
                cell.begin(AgentId('helper'), task, Fence(fence))
                report = reported(cell, cell.take_reports)
                assert (report.status, report.failure) == (AttemptStatus.SUCCEEDED, None)
            done.append((task.skill, WorkMode.TOGETHER in task.modes))
        assert done == [
            ('hold', True),
            ('fasten', False),
            ('fasten', False),
            ('hand_over', True),
            ('fit_cover', False),
            ('pick_place', False),
        ]
    finally:
        cell.close()


def until(cell: SimulatedCell, question: Callable[[], bool], limit_s: float = 120.0) -> None:
    """Step until something is so; the arm goes on whenever it may."""
    until_s = cell.now_s + limit_s
    while not question():
        assert cell.now_s < until_s, f'not so within {limit_s} simulated seconds'
        cell.step()
        if cell.arm_status(AgentId('helper')).held:
            cell.resume(AgentId('helper'))


def reported(
    cell: SimulatedCell,
    take_reports: Callable[[], Sequence[ChoreReport]] | Callable[[], Sequence[AttemptReport]],
):
    """Step until there is a report and return it."""
    reports: list[Any] = []

    def is_there() -> bool:
        reports.extend(take_reports())
        return bool(reports)

    until(cell, is_there)
    return reports[0]


def ask_when_free(cell: SimulatedCell, chore: Chore) -> None:
    """Ask for a chore as soon as somebody is free."""
    tickets = []

    def is_taken_on() -> bool:
        with suppress(Refused):
            tickets.append(cell.ask(chore))
        return bool(tickets)

    until(cell, is_taken_on)
