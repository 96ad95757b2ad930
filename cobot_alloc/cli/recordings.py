"""Commands on recordings: ``cobot-alloc replay`` and ``cobot-alloc export``."""

from __future__ import annotations

from pathlib import Path

from rich.progress import Progress
import typer

from cobot_alloc import __version__
from cobot_alloc.cli.tables import terminal
from cobot_alloc.domain.errors import BadInput


def replay(
    recording: Path = typer.Argument(help='File made with --record of run or up.'),
) -> None:
    """
    Do a recorded simulation again, as fast as possible, and compare its physics bit by bit.

    It repeats what the arms, the parts and the people of the simulation did. What the
    allocator knew and decided at some time is in the journal: see 'journal replay'.
    Exit status 1 at the first difference.
    """
    from cobot_alloc.bootstrap import replay_recording

    console = terminal()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task('simulated time', total=None)
        found = replay_recording(
            recording, lambda done, of: bar.update(task, completed=done, total=of)
        )
    if found.difference:
        console.print(f'{recording}: NOT THE SAME: {found.difference}', markup=False)
        if found.made_by != __version__:
            by = f'cobot_alloc {found.made_by}, this is {__version__}'
            console.print(f'It was recorded by {by}.', markup=False)
        raise typer.Exit(1)
    end = '' if found.is_complete else '; it was cut off there'
    console.print(
        f'{recording}: the same up to {found.until_s:g} s, in {found.checks} checks of every'
        f' joint and part and in {found.reports} reports of arms{end}.',
        markup=False,
    )


def export(
    recording: Path = typer.Argument(help='File made with --record of run or up.'),
    mcap: Path = typer.Option(
        ..., '--mcap', help='MCAP file to write: scenes and reports, for Foxglove and others.'
    ),
) -> None:
    """
    Write a recorded simulation so that other programs can show it.

    What the journal holds is exported with 'journal export'.
    """
    from cobot_alloc.bootstrap import export_recording

    if not mcap.parent.is_dir():
        raise BadInput(f'{mcap}: cannot be written: there is no folder {mcap.parent}')
    console = terminal()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task('simulated time', total=None)
        export_recording(
            recording, mcap, lambda done, of: bar.update(task, completed=done, total=of)
        )
    console.print(f'{mcap}: {mcap.stat().st_size / 1e6:.1f} MB', markup=False)
