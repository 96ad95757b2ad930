"""Read the clocks and limits of a cell."""

from __future__ import annotations

from pathlib import Path

from cobot_alloc.domain.limits import Limits
from cobot_alloc.files.validation import validate
from cobot_alloc.files.yaml_source import load


def read_limits(path: Path | str) -> Limits:
    """
    Return the clocks and limits; what the file leaves out has its default.

    :raises BadInput: with one line for each problem.
    """
    return validate(load(path), Limits)
