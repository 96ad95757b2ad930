"""Runs of one world, seed and order as real processes, to be compared with each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
import os
from pathlib import Path
import subprocess
import sys

from cobot_alloc.domain.events import Event
from support.ros_domains import ros_domain
from support.shift import events

COMMAND = [sys.executable, '-c', 'from cobot_alloc.cli.main import main; main()']
HOG = [sys.executable, '-c', 'while True: pass']
#: Drawn anew in every run, so that two runs cannot be taken for each other.
RANDOM = {'boot_id', 'request_id'}
STATE = 'state'


def run(folder: Path, *arguments: str, timeout_s: float = 250.0) -> str:
    """Return what a headless run says, but for where its journal is."""
    folder.mkdir()
    with ros_domain() as domain:
        done = subprocess.run(
            [*COMMAND, 'run', '--headless', '--state', STATE, *arguments],
            cwd=folder,
            env={
                **os.environ,
                'ROS_DOMAIN_ID': str(domain),
                'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST',
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    logs = [log.read_text() for log in (folder / STATE / 'logs').glob('*.log')]
    assert done.returncode == 0, (done.stdout, done.stderr, *logs)
    return '\n'.join(it for it in done.stdout.splitlines() if not it.startswith('Journal: '))


@contextmanager
def hogs(count: int) -> Iterator[None]:
    """Keep processors busy with nothing."""
    processes = [subprocess.Popen(HOG) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def facts(folder: Path) -> list[object]:
    """Return the events of a run's journal, but for what is random and where the run was."""
    state = (folder / STATE).absolute()
    return [_plain(event, state.as_uri()) for event in events(state)]


def _plain(thing: Event | object, state: str) -> object:
    if is_dataclass(thing):
        named = {it.name: getattr(thing, it.name) for it in fields(thing)}
        kept = {k: _plain(v, state) for k, v in named.items() if k not in RANDOM}
        return type(thing).__name__, kept
    if isinstance(thing, tuple | list):
        return [_plain(it, state) for it in thing]
    if isinstance(thing, dict):
        return [(_plain(k, state), _plain(v, state)) for k, v in thing.items()]
    return thing.replace(state, STATE) if isinstance(thing, str) else thing
