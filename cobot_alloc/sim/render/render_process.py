"""
The process in which pictures of failures are rendered, apart from the one that controls.

It is told a world and then orders. When the line is closed it finishes what was ordered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from PIL import Image, ImageOps

from cobot_alloc.child_process import serve
from cobot_alloc.sim.render.cameras import camera_of, closer
from cobot_alloc.sim.render.marks import Marks
from cobot_alloc.sim.render.viewer import Viewer
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

_BORDER_PX = 2  # around the closer look
_NICE = 10  # the arms have the right of way


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOrder:
    """A picture that is wanted: what it shows and where it goes; size in pixels."""

    snapshot: CellSnapshot
    marks: Marks
    path: Path
    size: tuple[int, int]


def render_orders(world: World, orders: Iterator[PictureOrder]) -> None:
    """Render what is ordered until there is no more; each file appears whole."""
    viewer = Viewer(world)
    try:
        for order in orders:
            unfinished = order.path.with_suffix('.part')
            _developed(viewer, world, order).save(unfinished, format='png')
            unfinished.replace(order.path)
    finally:
        viewer.close()


def _developed(viewer: Viewer, world: World, order: PictureOrder) -> Image.Image:
    """Return the picture, with a closer look at what it is about in a corner."""
    width, height = order.size
    camera = camera_of(world, '', aspect=width / height)
    picture = Image.fromarray(
        viewer.picture(order.snapshot, camera, order.size, marks=order.marks)
    )
    if order.marks.focus is not None:
        near, small = closer(camera, order.marks.focus), (width // 3, height // 3)
        top = viewer.is_body[: small[1]]
        # In the upper corner in which it hides less.
        is_left = top[:, : small[0]].sum() <= top[:, -small[0] :].sum()
        marks = replace(order.marks, caption='')
        look = Image.fromarray(viewer.picture(order.snapshot, near, small, marks=marks))
        framed = ImageOps.expand(look, border=_BORDER_PX, fill='white')
        picture.paste(framed, (0 if is_left else width - framed.width, 0))
    return picture


def work(line: Connection) -> None:
    """Render for the process that started this one."""
    render_orders(line.recv(), _orders(line))


def _orders(line: Connection) -> Iterator[PictureOrder]:
    with suppress(EOFError):
        while True:
            yield line.recv()


if __name__ == '__main__':
    serve(work, niceness=_NICE)
