"""Commands that read a journal: explain, learned and report. The cell need not be running."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from cobot_alloc.application import explain as explaining
from cobot_alloc.application import learned as learning
from cobot_alloc.application import report as reporting
from cobot_alloc.application.recovery import recover
from cobot_alloc.cli import options
from cobot_alloc.cli.state_folder import existing_journal
from cobot_alloc.cli.tables import (
    print_learned,
    print_report,
    terminal,
    write_data,
    write_report,
)
from cobot_alloc.domain.identifiers import CellId


def explain(
    task: str = typer.Argument(help='Task id.'),
    state: Path | None = options.STATE,
    journal: Path | None = options.JOURNAL,
    at: float | None = typer.Option(
        None, '--at', help='Cell time in seconds at which to look.', show_default='the end'
    ),
    json: Path | None = options.JSON,
) -> None:
    """Say why a task went where it went, what came of it, and what would have changed it."""
    from cobot_alloc.bootstrap import open_journal_to_read

    reader = open_journal_to_read(existing_journal(state, journal))
    try:
        explanation = explaining.explain(reader.read(), task, at_s=at)
    finally:
        reader.close()
    terminal().print(explanation.text, markup=False)
    if json is not None:
        write_data(asdict(explanation), json)


def learned(
    state: Path | None = options.STATE,
    journal: Path | None = options.JOURNAL,
    json: Path | None = options.JSON,
) -> None:
    """Print what was learned of durations, success and questions, and how sure it is."""
    from cobot_alloc.bootstrap import open_journal_to_read

    reader = open_journal_to_read(existing_journal(state, journal))
    try:
        found = learning.learned(recover(reader, CellId(reader.cell_id)))
    finally:
        reader.close()
    print_learned(found, terminal())
    if json is not None:
        write_data([asdict(lesson) for lesson in found], json)


def report(
    state: Path | None = options.STATE,
    journal: Path | None = options.JOURNAL,
    json: Path | None = options.JSON,
) -> None:
    """Print what became of each task of a run; exit status 1 if anything is left open."""
    found = read_report(existing_journal(state, journal))
    print_report(found, terminal())
    if json is not None:
        write_report(found, json)
    if not found.is_complete:
        raise typer.Exit(1)


def read_report(path: Path, *, orders: list[str] | None = None) -> reporting.Report:
    """
    Return the report of a journal.

    :raises JournalError: if it cannot be read.
    """
    from cobot_alloc.bootstrap import open_journal_to_read

    reader = open_journal_to_read(path)
    try:
        return reporting.report(reader.read(), cell_id=reader.cell_id, orders=orders)
    finally:
        reader.close()
