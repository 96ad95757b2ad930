"""Messages in between the slices of a simulation."""

from __future__ import annotations

from typing import Any

from rclpy.executors import Executor, ShutdownException, TimeoutException, TimeoutObject


def _never() -> bool:
    return False


class SliceExecutor(Executor):
    """
    Runs what has arrived and comes back at once when nothing has.

    Looking for messages costs rclpy more the more entities a node has, whether or not there
    are any, so that it is done once for each slice of simulation and not once per callback.

    Whatever was ready at one look gets its turn before the next look, however few callbacks a
    slice has room for: else those that come first in rclpy's order would have every slice.
    """

    def __init__(self, **options: Any) -> None:
        """
        Begin without a node.

        :param options: of an executor of rclpy: its context.
        """
        super().__init__(**options)
        # One object for every wait: with another one rclpy drops what is still to be run.
        self._timeout = TimeoutObject(0.0)

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Run one callback, waiting for it for so long."""
        self._run_one(timeout_sec)

    def spin_ready(self, timeout_sec: float, *, most: int) -> None:
        """
        Wait for callbacks for so long, then run those that are ready, but not more.

        Those that wait for something themselves are asked each time, and count for nothing: a
        few of them would use the turns up before anything that has arrived is looked at.
        """
        ended = 0
        while ended < most:
            outcome = self._run_one(timeout_sec)
            if outcome is None:
                return
            if outcome:
                ended += 1
                timeout_sec = 0.0

    def _run_one(self, timeout_sec: float | None) -> bool | None:
        """Run a callback and tell whether it has ended; None if there was none in time."""
        self._timeout.timeout = -1.0 if timeout_sec is None else timeout_sec
        try:
            handler, _, _ = self.wait_for_ready_callbacks(self._timeout, None, _never)
        except (ShutdownException, TimeoutException):
            return None
        handler()
        exception = handler.exception()
        if exception is not None:
            raise exception
        return handler.done()
