"""The page that tells why a task went where it went."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cobot_alloc.application.supervisor_ports import Explanation


def explanation_page(explanation: Explanation) -> RenderableType:
    """Return the story line by line; what is too long goes on under its own beginning."""
    return Group(*(_line(line) for line in explanation.text.splitlines()))


def _line(line: str) -> Padding:
    words = line.lstrip()
    return Padding(Text(words), (0, 0, 0, min(len(line) - len(words), 12)))
