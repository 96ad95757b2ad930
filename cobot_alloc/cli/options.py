"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import typer

from cobot_alloc.domain.errors import BadInput

DEFAULT_CELL = 'cell_a'
DEFAULT_PERSON = 'anna'

REACTIONS = typer.Option(
    'reactions', '--reactions', help='Reaction rules: a file, or one by name.'
)
LIMITS = typer.Option('cell', '--limits', help='Clocks and limits: a file, or one by name.')
POLICY = typer.Option(
    'balanced', '--policy', help="What plans are judged by; 'none': nothing is planned ahead."
)
CELL = typer.Option(DEFAULT_CELL, '--cell', help='The cell: its ROS namespace.')
PERSON = typer.Option(DEFAULT_PERSON, '--as', help='The person who acts.')
KEY = typer.Option(
    None,
    '--key',
    help="The person's private key.",
    show_default="in the latest run's operators/",
)
STATE = typer.Option(None, '--state', help='Folder of a run.', show_default='runs/latest')
JOURNAL = typer.Option(None, '--journal', help="The file itself, in place of a run's folder.")
TIMEOUT = typer.Option(10.0, '--timeout', min=0.1, help='Seconds to wait for the allocator.')
RECORD = typer.Option(
    None, '--record', help='Record the simulation in this file, for replay and render.'
)
PROCESSES = typer.Option(
    1,
    '--processes',
    min=0,
    max=64,
    help='How many processes simulate the world; 0: as many as it gains from.',
)
LOCKSTEP = typer.Option(
    None,
    '--lockstep/--no-lockstep',
    help='Cell and allocator wait for each other, so that the same seed gives the same run.',
    show_default='in lockstep with --speed max',
)
JSON = typer.Option(None, '--json', help='Also write the same as data to this file.')


def parse_speed(text: str) -> float:
    """
    Return simulated seconds per second; 0 for as fast as possible.

    :raises BadInput: if it is none.
    """
    if text in ('max', 'real'):
        return 0.0 if text == 'max' else 1.0
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0.0 < speed <= 1000.0:
        raise BadInput(f"speed: got {text!r}, expected 'real', 'max' or a factor in (0, 1000]")
    return speed


def person_key(key: Path | None, state: Path | None, person: str) -> Path:
    """
    Return the file of a person's private key.

    :raises BadInput: if there is none.
    """
    from cobot_alloc.cli.state_folder import LATEST, RUNS

    found = key or (state or RUNS / LATEST) / 'operators' / f'{person}.key'
    if not found.is_file():
        raise BadInput(f'{found}: no such key; name one with --key, or the run with --state')
    return found
