"""Orders pictures from another process, without waiting for them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
import queue
import threading

from cobot_alloc.child_process import ChildEnded, ChildProcess
from cobot_alloc.sim.render import render_process
from cobot_alloc.sim.render.marks import Marks
from cobot_alloc.sim.render.render_process import PictureOrder
from cobot_alloc.sim.world import World
from cobot_alloc.sim.world.snapshot import CellSnapshot

SIZE = (1280, 720)  #: of a picture, in pixels
_WAITING = 32  # orders that may wait; more failures at once get no picture
_END_WITHIN_S = 2.0  # wall-clock seconds


class RenderClient:
    """
    Takes pictures of one cell into a folder.

    The process that renders them is started with the first one, and ends with this one.
    """

    def __init__(self, world: World, folder: Path, *, size: tuple[int, int] = SIZE) -> None:
        """Begin; nothing is started yet."""
        self._world = world
        self._folder = folder.absolute()
        self._size = size
        self._orders: queue.Queue[PictureOrder | None] = queue.Queue(_WAITING)
        self._child: ChildProcess | None = None
        self._sender: threading.Thread | None = None

    def take(self, name: str, snapshot: CellSnapshot, marks: Marks) -> Path | None:
        """
        Order a picture and return where it will be; None if too many are waiting.

        Returns at once. The file appears when it is done.
        """
        path = self._folder / f'{name}.png'
        order = PictureOrder(snapshot=snapshot, marks=marks, path=path, size=self._size)
        try:
            self._orders.put_nowait(order)
        except queue.Full:
            return None
        if self._sender is None:
            self._sender = threading.Thread(target=self._send, name='pictures', daemon=True)
            self._sender.start()
        return path

    def close(self, *, within_s: float = _END_WITHIN_S) -> None:
        """
        Take no more orders; may be called twice.

        What was ordered is finished, by now or, after ``within_s`` of wall-clock time, without
        anybody waiting for it.
        """
        if self._sender is not None:
            self._orders.put(None)
            self._sender.join()
            self._sender = None
        if self._child is not None and self._child.wait(within_s) is not None:
            self._child = None

    def _send(self) -> None:
        """Pass the orders on; the line may be full, and starting a process takes its time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._child = ChildProcess(render_process.__name__)
        # A process that has died shows in its own messages; what was ordered is not there.
        with suppress(ChildEnded):
            self._child.send(self._world)
            while (order := self._orders.get()) is not None:
                self._child.send(order)
        self._child.hang_up()
