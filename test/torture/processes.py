"""The processes of the cell under torture: started, killed, paused, started again."""

from __future__ import annotations

from collections.abc import Sequence
import contextlib
from dataclasses import dataclass
import os
from pathlib import Path
import signal
import subprocess
import time

from cobot_alloc.application.processes import NodeSpec
from cobot_alloc.cli.runner import ENTRY, spawn
from torture.history import History
from torture.shared_memory import SharedMemory

#: Seconds that a process gets to end in an orderly way.
END_WITHIN_S = 15.0


@dataclass(slots=True)
class _Child:
    node: NodeSpec
    process: subprocess.Popen[bytes]
    spawned_at: float


class Processes:
    """
    Starts the nodes as the runner does; what it does to them goes to the history.

    Not for several threads.
    """

    def __init__(
        self,
        nodes: Sequence[NodeSpec],
        logs: Path,
        *,
        history: History,
        memory: SharedMemory,
        entry: Sequence[str] = ENTRY,
    ) -> None:
        """Start every node."""
        self._logs = logs
        self._history = history
        self._memory = memory
        self._entry = entry
        logs.mkdir(parents=True, exist_ok=True)
        self._children = {node.name: self._start(node) for node in nodes}

    @property
    def names(self) -> list[str]:
        """The nodes."""
        return list(self._children)

    def age_s(self, name: str) -> float:
        """Return for how long a process has been there."""
        return time.monotonic() - self._children[name].spawned_at

    def kill(self, name: str) -> None:
        """Kill a process without warning and start it again."""
        child = self._children[name]
        age_s = self.age_s(name)
        used = self._memory.look(child.process.pid)
        child.process.kill()
        status = child.process.wait()
        others = [c.process.pid for c in self._children.values() if c is not child]
        self._memory.after_death(used, [os.getpid(), *others])
        if status == -signal.SIGKILL:
            self._history.note('killed', name=name, pid=child.process.pid, age_s=age_s)
        else:
            self._ended(child)
        self._children[name] = self._start(child.node)

    def pause(self, name: str, seconds: float) -> None:
        """Let a process stand still for a while, as a machine that is overloaded does."""
        process = self._children[name].process
        self._history.note('paused', name=name, pid=process.pid, for_s=seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGSTOP)
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)

    def watch(self) -> None:
        """Start again what ended by itself; that it did is in the history."""
        for name, child in self._children.items():
            if child.process.poll() is not None:
                self._ended(child)
                self._children[name] = self._start(child.node)

    def stop(self) -> None:
        """End every process in an orderly way; one that does not is in the history."""
        for child in self._children.values():
            self._memory.look(child.process.pid)
            child.process.send_signal(signal.SIGINT)
        for child in self._children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(END_WITHIN_S)
            if child.process.poll() is None:
                child.process.kill()
                child.process.wait()
            if child.process.returncode != 0:
                self._ended(child)

    def _ended(self, child: _Child) -> None:
        process, name = child.process, child.node.name
        end = self._log(name).read_text(errors='replace').splitlines()[-8:]
        self._history.note('ended', name=name, status=process.returncode, log=end)

    def _start(self, node: NodeSpec) -> _Child:
        process = spawn(node, self._log(node.name), entry=self._entry)
        self._history.note('started', name=node.name, pid=process.pid)
        return _Child(node, process, time.monotonic())

    def _log(self, name: str) -> Path:
        return self._logs / f'{name}.log'
