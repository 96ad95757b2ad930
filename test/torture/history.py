"""What the outside world knows: each thing sent, answered, started or killed, with its time."""

from __future__ import annotations

from collections.abc import Iterator
import json
from pathlib import Path
import threading
import time
from typing import Any


class History:
    """A file of one JSON object a line, kept in memory as well. May be used by any thread."""

    def __init__(self, path: Path) -> None:
        """Begin a new one."""
        self._lock = threading.Lock()
        self._file = path.open('w', encoding='utf-8')
        self._lines: list[dict[str, Any]] = []

    def note(self, what: str, **fields: Any) -> None:
        """Write down what just happened."""
        line = {'at': time.time(), 'what': what, **fields}
        with self._lock:
            self._lines.append(line)
            self._file.write(json.dumps(line) + '\n')
            self._file.flush()

    def all(self, *what: str) -> Iterator[dict[str, Any]]:
        """Return what happened of some kinds, in order."""
        with self._lock:
            lines = list(self._lines)
        return (line for line in lines if line['what'] in what)

    def count(self, what: str) -> int:
        """Return how often something happened."""
        return sum(1 for _ in self.all(what))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a log; the last one may be torn by a death and is left out then."""
    if not path.is_file():
        return []
    text = path.read_text(encoding='utf-8')
    whole = text[: text.rfind('\n') + 1]
    return [json.loads(line) for line in whole.splitlines()]
