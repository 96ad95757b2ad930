"""Wait for something to become so, never for time to pass."""

from collections.abc import Callable
import time
from typing import TypeVar

Found = TypeVar('Found')


def wait_until(
    question: Callable[[], Found],
    timeout_s: float,
    *,
    meanwhile: Callable[[], object] | None = None,
    what: object = '',
) -> Found:
    """
    Return the first answer to a question that is not empty.

    :param meanwhile: is done between two looks: spins an executor, steps a world. It must not
        block for long. Nothing: other processes get the time.
    :param what: is said, or asked for, if it does not become so.
    :raises AssertionError: if it did not become so in time.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            said = what() if callable(what) else what
            raise AssertionError(f'not so within {timeout_s:g} s: {said}')
        if meanwhile is None:
            time.sleep(0.01)
        else:
            meanwhile()
