"""The built-in runner: the process list of a cell as child processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
import contextlib
from dataclasses import dataclass, field
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys
import threading
import time

from cobot_alloc.application.processes import NodeSpec, PARENT, ros_arguments
from cobot_alloc.domain.errors import CobotAllocError

#: A node that dies more often than this within the window is not started again.
MOST_RESPAWNS = 5
RESPAWN_WINDOW_S = 30.0
#: What Python runs for a node; the name of its executable comes after it.
ENTRY = ('-m', 'cobot_alloc.bootstrap')
#: Bytes after which a log is begun anew.
LONGEST_LOG = 20_000_000
#: Seconds that a process gets to end after each signal.
GRACE_S = ((signal.SIGINT, 5.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0))


class ProcessFailed(CobotAllocError):
    """A process of the cell ended and was not to be started again."""


@dataclass(slots=True)
class _Child:
    node: NodeSpec
    log: Path
    process: subprocess.Popen[bytes]
    died_at: list[float] = field(default_factory=list)


class Runner:
    """
    Starts the nodes of a cell, watches them, and ends them again.

    Each has a process group of its own, so that Ctrl-C in the terminal reaches the runner
    alone and the nodes end in an orderly way.
    """

    def __init__(self, *, logs: Path, say: Callable[[str], None]) -> None:
        """
        Begin without processes.

        :param logs: folder for one log file per node.
        :param say: is told, from another thread, what a person should know.
        """
        self._logs = logs
        self._say = say
        self._children: list[_Child] = []
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name='watcher', daemon=True)
        self.failure = ''

    def start(self, nodes: Sequence[NodeSpec]) -> None:
        """Start the nodes and watch them."""
        self._logs.mkdir(parents=True, exist_ok=True)
        for node in nodes:
            log = self._logs / f'{node.name}.log'
            self._children.append(_Child(node, log, spawn(node, log)))
        self._watcher.start()

    def check(self) -> None:
        """
        Raise if the cell is no longer whole.

        :raises ProcessFailed: with the last lines of the log of the node that ended.
        """
        if self.failure:
            raise ProcessFailed(self.failure)

    def process_ids(self) -> dict[str, int]:
        """Return the process id of each node."""
        return {child.node.name: child.process.pid for child in self._children}

    def stop(self) -> None:
        """End all nodes: asked to at first, killed if they do not listen."""
        self._ending.set()
        if self._watcher.is_alive():
            self._watcher.join(timeout=2.0)
        for number, grace_s in GRACE_S:
            living = [child for child in self._children if child.process.poll() is None]
            for child in living:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.process.pid, number)
            deadline = time.monotonic() + grace_s
            for child in living:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(timeout=max(0.05, deadline - time.monotonic()))

    def _watch(self) -> None:
        while not self._ending.wait(0.1):
            for child in self._children:
                if child.process.poll() is not None and not self.failure:
                    self._on_death(child)
                put_aside(child.log)

    def _on_death(self, child: _Child) -> None:
        node, status = child.node, child.process.returncode
        now = time.monotonic()
        child.died_at = [at for at in child.died_at if now - at < RESPAWN_WINDOW_S] + [now]
        # A status above zero is the node's own refusal; it would say the same again.
        if node.respawn and status <= 0 and len(child.died_at) <= MOST_RESPAWNS:
            self._say(f'{node.name} ended ({_how(status)}); it is started again')
            child.process = spawn(node, child.log)
            return
        self.failure = f'{node.name} ended ({_how(status)}). {_last_lines(child.log)}'


def spawn(
    node: NodeSpec, log: Path, *, entry: Sequence[str] = ENTRY
) -> subprocess.Popen[bytes]:  # fmt: skip
    """
    Start a node in a process group of its own; what it says is added to its log.

    :param entry: what Python is to run, as ``ENTRY``.
    """
    command = [sys.executable, *entry, node.executable]
    with log.open('ab') as output:
        return subprocess.Popen(
            # What it says goes to its log here; the middleware need not keep another one.
            [*command, *ros_arguments(node), '--disable-external-lib-logs'],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, PARENT: str(os.getpid())},
            start_new_session=True,
        )


def put_aside(log: Path, *, longest: int = LONGEST_LOG) -> None:
    """Begin a log anew where it has become long; the latest such is kept beside it."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > longest:
            shutil.copyfile(log, log.with_name(log.name + '.1'))
            os.truncate(log, 0)  # who writes to it adds to its end, wherever that is


def _how(status: int) -> str:
    if status >= 0:
        return f'exit status {status}'
    with contextlib.suppress(ValueError):
        return f'killed by {signal.Signals(-status).name}'
    return f'killed by signal {-status}'


def _last_lines(log: Path, count: int = 5) -> str:
    lines = log.read_text(errors='replace').splitlines()[-count:]
    return f'The end of {log}:\n' + '\n'.join(f'  {line}' for line in lines)
