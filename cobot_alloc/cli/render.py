"""``cobot-alloc render``: stills and films of a recorded run, or a still of a world."""

from __future__ import annotations

from collections.abc import Iterable
from math import dist
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress
import typer

from cobot_alloc.application.arm_ports import CellWorld
from cobot_alloc.application.looks import Angle, FilmSpan, PITCH_DEG, YAW_DEG
from cobot_alloc.application.order import Order
from cobot_alloc.application.places import find
from cobot_alloc.cli.tables import terminal
from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import AgentId, Fence, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.world import ArmSpec, World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def render(
    recording: Path | None = typer.Argument(
        None, help='File made with --record of run or up.', show_default='draw a world'
    ),
    world: str = typer.Option('two_arm_cell', '--world', help='World file, or one by name.'),
    orders: str = typer.Option(
        'first_shift', '--orders', help='What the arms work at: an order file, or one by name.'
    ),
    at: float = typer.Option(0.0, '--at', min=0.0, help='Simulated seconds from the start.'),
    out: Path = typer.Option(Path('cell.png'), '--out', help='PNG file to write.'),
    film: Path | None = typer.Option(
        None, '--film', help='Write a film of the recording, .mp4 or .gif, in place of a still.'
    ),
    start: float = typer.Option(
        0.0, '--from', min=0.0, help='Simulated seconds at which the film begins.'
    ),
    end: float | None = typer.Option(
        None, '--to', min=0.0, help='And at which it ends.', show_default='the end'
    ),
    speed: float = typer.Option(
        1.0, '--speed', min=0.01, max=1000.0, help='Simulated seconds per second of film.'
    ),
    fps: float = typer.Option(20.0, '--fps', min=1.0, max=60.0, help='Pictures per second.'),
    width: int = typer.Option(1280, '--width', min=64, max=2000, help='In pixels.'),
    height: int = typer.Option(720, '--height', min=64, max=2000, help='In pixels.'),
    camera: str = typer.Option(
        '', '--camera', help="One of the world's cameras, in place of yaw, pitch and distance."
    ),
    yaw: float = typer.Option(
        YAW_DEG, '--yaw', help='Degrees around the cell: 0 looks along y, 90 against x.'
    ),
    pitch: float = typer.Option(
        PITCH_DEG, '--pitch', min=-89.0, max=89.0, help='Degrees upwards.'
    ),
    distance: float | None = typer.Option(
        None,
        '--distance',
        min=1.0,
        max=50.0,
        help='Metres from the middle of the cell.',
        show_default='all of the cell is seen',
    ),
) -> None:
    """
    Draw a moment of a recorded run, or make a film of it.

    Without a recording a world is drawn: how it starts, or with --at how it looks after some
    seconds of work. The arms then simply take the order's tasks in turn.
    """
    angle = Angle(camera=camera, yaw_deg=yaw, pitch_deg=pitch, distance_m=distance)
    size = (width, height)
    if film is not None:
        if recording is None:
            raise BadInput('--film: there is no recording to make it of; run with --record first')
        span = FilmSpan(from_s=start, to_s=end, speed=speed, fps=fps)
        _film(recording, film, span, size, angle)
        return
    if out.suffix != '.png':
        raise BadInput(f'out: got {str(out)!r}, expected the name of a .png file')
    if not out.parent.is_dir():
        raise BadInput(f'{out}: cannot be written: there is no folder {out.parent}')
    if recording is not None:
        from cobot_alloc.bootstrap import picture_from_recording

        picture = picture_from_recording(recording, at_s=at, size=size, angle=angle)
    else:
        picture = _played(world, orders, at, size, angle)
    write_png(picture, out)
    terminal().print(f'{out}: {width} x {height}, cell time {at:g} s', markup=False)


def _played(
    world: str, orders: str, at_s: float, size: tuple[int, int], angle: Angle
) -> NDArray[np.uint8]:
    from cobot_alloc.bootstrap import order_reader, take_picture, world_reader

    spec = world_reader()(find('worlds', world))
    order = order_reader()(find('orders', orders), world=spec) if at_s else None
    return take_picture(
        spec, play=lambda cell: play(cell, spec, order, until_s=at_s), size=size, angle=angle
    )


def _film(
    recording: Path, film: Path, span: FilmSpan, size: tuple[int, int], angle: Angle
) -> None:
    from cobot_alloc.bootstrap import film_from_recording

    console = terminal()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task('pictures', total=None)
        film_from_recording(
            recording,
            film,
            span=span,
            size=size,
            angle=angle,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    console.print(f'{film}: {size[0]} x {size[1]}, {span.fps:g} pictures a second', markup=False)


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
