"""The ``cobot-alloc`` command: a thin layer of words over the use cases."""

from __future__ import annotations

import os
import signal
import sys

import typer

from cobot_alloc import __version__
from cobot_alloc.cli import history, journal, live, people, recordings, render, run
from cobot_alloc.domain.errors import CobotAllocError

app = typer.Typer(
    name='cobot-alloc',
    help=(
        'Task allocation for cells where people and robot arms work together: simulation and'
        ' planning, not a safety function.'
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={'help_option_names': ['-h', '--help']},
)

app.command('run')(run.run)
app.command('up')(run.up)
app.command('supervise')(live.supervise)
app.command('status')(live.status)
app.command('cases')(live.cases)
app.command('actions')(live.actions)
app.command('act')(live.act)
app.command('submit')(live.submit)
app.command('explain')(history.explain)
app.command('learned')(history.learned)
app.command('report')(history.report)
app.command('render')(render.render)
app.command('replay')(recordings.replay)
app.command('export')(recordings.export)
app.add_typer(people.app, name='operator')
app.add_typer(journal.app, name='journal')


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f'cobot-alloc {__version__}')
        raise typer.Exit


@app.callback()
def _global(
    *,
    version: bool = typer.Option(  # noqa: ARG001 - its callback has done it
        False, '--version', callback=_show_version, is_eager=True, help='Show the version.'
    ),
) -> None:
    # The default announces itself by multicast on the network; a cell is of this machine
    # unless someone says otherwise.
    os.environ.setdefault('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST')


def main() -> None:
    """Run the command; what was refused is one message and exit status 2."""
    # Ended by another program, or by its terminal's end, it takes its processes down with it
    # as it does at Ctrl-C; which shells let what they start in the background ignore.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        app()
    except CobotAllocError as error:
        typer.echo(f'cobot-alloc: {error}', err=True)
        sys.exit(2)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
