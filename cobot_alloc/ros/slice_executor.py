"""Messages in between the slices of a simulation."""

from __future__ import annotations

from rclpy.executors import Executor, ShutdownException, TimeoutException


def _never() -> bool:
    return False


class SliceExecutor(Executor):
    """
    Runs what has arrived and comes back at once when nothing has.

    Looking for messages costs rclpy more the more entities a node has, whether or not there
    are any, so that it is done once for each slice of simulation and not once per callback.
    """

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
        try:
            handler, _, _ = self.wait_for_ready_callbacks(timeout_sec, None, _never)
        except (ShutdownException, TimeoutException):
            return None
        handler()
        exception = handler.exception()
        if exception is not None:
            raise exception
        return handler.done()
