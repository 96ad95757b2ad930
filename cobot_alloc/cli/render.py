"""``cobot-alloc render``: a still of a world, at its start or with its arms at work."""

from __future__ import annotations

from collections.abc import Iterable
from math import dist
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cobot_alloc.application.arm_ports import CellWorld
from cobot_alloc.application.order import Order
from cobot_alloc.application.places import find
from cobot_alloc.application.world import ArmSpec, World
from cobot_alloc.cli.tables import terminal
from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def render(
    world: str = typer.Option('two_arm_cell', '--world', help='World file, or one by name.'),
    orders: str = typer.Option(
        'first_shift', '--orders', help='What the arms work at: an order file, or one by name.'
    ),
    at: float = typer.Option(
        0.0, '--at', min=0.0, max=600.0, help='Simulated seconds that the arms work before.'
    ),
    out: Path = typer.Option(Path('cell.png'), '--out', help='PNG file to write.'),
    width: int = typer.Option(1280, '--width', min=64, max=2000, help='In pixels.'),
    height: int = typer.Option(720, '--height', min=64, max=2000, help='In pixels.'),
    yaw: float = typer.Option(
        -18.0, '--yaw', help='Degrees around the cell: 0 looks along y, 90 against x.'
    ),
    pitch: float = typer.Option(-25.0, '--pitch', min=-89.0, max=89.0, help='Degrees upwards.'),
    distance: float | None = typer.Option(
        None,
        '--distance',
        min=1.0,
        max=50.0,
        help='Metres from the middle of the cell.',
        show_default='all of the cell is seen',
    ),
    camera: str = typer.Option(
        '', '--camera', help="One of the world's cameras, in place of yaw, pitch and distance."
    ),
) -> None:
    """
    Draw a world: how it starts, or with --at how it looks after some seconds of work.

    The arms simply take the order's tasks in turn. A running cell gives them out by cost.
    """
    from cobot_alloc.bootstrap import order_reader, take_picture, world_reader

    if out.suffix != '.png':
        raise BadInput(f'out: got {str(out)!r}, expected the name of a .png file')
    if not out.parent.is_dir():
        raise BadInput(f'{out}: cannot be written: there is no folder {out.parent}')
    spec = world_reader()(find('worlds', world))
    order = order_reader()(find('orders', orders), world=spec) if at else None
    picture = take_picture(
        spec,
        play=lambda cell: play(cell, spec, order, until_s=at),
        size=(width, height),
        camera=camera,
        yaw_deg=yaw,
        pitch_deg=pitch,
        distance_m=distance,
    )
    write_png(picture, out)
    terminal().print(f'{out}: {width} x {height}, cell time {at:g} s', markup=False)


def play(cell: CellWorld, world: World, order: Order | None, *, until_s: float) -> None:
    """Let every arm that is free take the next task that it can do."""
    waiting = sorted(order.tasks if order else (), key=lambda task: -task.priority)
    in_hand: dict[AgentId, TaskId] = {}
    done: set[TaskId] = set()
    fence = 0
    cell.set_cell_mode(SafetyMode.NORMAL)
    while True:
        for arm in world.arms:
            cell.resume(arm.agent_id)
            task = None if arm.agent_id in in_hand else _next(waiting, arm, world, done)
            if task is not None:
                fence += 1
                waiting.remove(task)
                in_hand[arm.agent_id] = task.task_id
                cell.begin(arm.agent_id, task, Fence(fence))
        cell.step()
        for report in cell.take_reports():
            del in_hand[report.agent_id]
            if report.status is AttemptStatus.SUCCEEDED:
                done.add(report.task_id)
        if cell.now_s >= until_s:
            return


def write_png(picture: NDArray[np.uint8], out: Path) -> None:
    """
    Write a picture.

    :raises BadInput: if it cannot be written.
    """
    from PIL import Image

    try:
        Image.fromarray(picture).save(out, optimize=True)
    except OSError as error:
        raise BadInput(f'{out}: cannot be written: {error.strerror or error}') from error


def _next(waiting: Iterable[Task], arm: ArmSpec, world: World, done: set[TaskId]) -> Task | None:
    return next(
        (
            task
            for task in waiting
            if done.issuperset(task.predecessors) and _can(arm, task, world)
        ),
        None,
    )


def _can(arm: ArmSpec, task: Task, world: World) -> bool:
    ends = [world.location(name) for name in (task.source, task.target)]
    return (
        task.skill in arm.skills
        and task.payload_kg <= arm.payload_kg
        and all(end is not None and dist(end.position, arm.base) <= arm.reach_m for end in ends)
    )
