"""What has to be there: said once, so that a test reads on."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar('T')


def present(value: T | None) -> T:
    """Return a value that must not be None; the test fails here if it is."""
    assert value is not None
    return value
