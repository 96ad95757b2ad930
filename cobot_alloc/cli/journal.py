"""Commands that look after a journal: verify, export, replay, compact."""

from __future__ import annotations

from datetime import datetime
import math
from pathlib import Path

import typer

from cobot_alloc.application.audit import Verdict
from cobot_alloc.application.recovery import recover
from cobot_alloc.cli import options
from cobot_alloc.cli.state_folder import existing_journal
from cobot_alloc.cli.state_tables import print_state
from cobot_alloc.cli.tables import terminal
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.identifiers import CellId

app = typer.Typer(help='Look after the journal of a cell.', no_args_is_help=True)


@app.command('verify')
def verify(
    state: Path | None = options.STATE,
    journal: Path | None = options.JOURNAL,
    head: Path | None = typer.Option(None, '--head', help='Exported earlier; finds a cut end.'),
) -> None:
    """Find any edit, gap or reordering, and a cut end; exit status 1 if there is one."""
    from cobot_alloc.bootstrap import journal_office

    verdict = journal_office().verify(existing_journal(state, journal), head=head)
    typer.echo(_sentence(verdict, compared_end=head is not None))
    if not verdict.is_sound:
        raise typer.Exit(1)


@app.command('export')
def export(
    state: Path | None = options.STATE,
    journal: Path | None = options.JOURNAL,
    jsonl: Path | None = typer.Option(
        None, '--jsonl', help='Gets one line of JSON for each record; - for the output.'
    ),
    head: Path | None = typer.Option(
        None, '--head', help='Gets where the journal ends now. Keep it on another machine.'
    ),
) -> None:
    """Write the records, or where the journal ends, for others to keep."""
    from cobot_alloc.bootstrap import journal_office

    if jsonl is None and head is None:
        raise BadInput('nothing to export: give --jsonl FILE, --head FILE or both')
    path, office = existing_journal(state, journal), journal_office()
    if jsonl == Path('-'):
        for line in office.lines(path):
            typer.echo(line)
    elif jsonl is not None:
        office.export_lines(path, jsonl)
    if head is not None:
        found = office.export_head(path, head)
        typer.echo(f'{found.cell}: record {found.seq}, {found.hash}', err=jsonl == Path('-'))


@app.command('replay')
def replay(
    until: str = typer.Option(
        ..., '--until', help='Number of an event, cell time as 12.5s, or ISO 8601 time of day.'
    ),
    state: Path | None = options.STATE,
    journal: Path | None = options.JOURNAL,
    json: Path | None = options.JSON,
) -> None:
    """Print what was true in the cell at an earlier time."""
    from cobot_alloc.bootstrap import journal_office, open_journal_to_read

    wanted = parse_until(until)
    reader = open_journal_to_read(existing_journal(state, journal))
    try:
        seq = wanted if isinstance(wanted, int) else reader.last_seq_at(wanted)
        if seq > reader.last_seq:
            raise BadInput(f'--until: got {seq}, expected at most {reader.last_seq}, the last one')
        found = recover(reader, CellId(reader.cell_id), up_to=seq)
    finally:
        reader.close()
    print_state(found, seq, terminal())
    if json is not None:
        journal_office().write_state(found, json)


@app.command('compact')
def compact(
    state: Path | None = options.STATE,
    journal: Path | None = options.JOURNAL,
    archive: Path | None = typer.Option(
        None, '--archive', help='Gets the records that are removed, a line of JSON each.'
    ),
    *,
    discard: bool = typer.Option(False, '--discard', help='Remove them without an archive.'),
) -> None:
    """Remove the events that no start reads any more; explain and report need them."""
    from cobot_alloc.bootstrap import journal_office

    if (archive is None) is not discard:
        raise BadInput('what is to become of the events? Give --archive FILE or --discard')
    done = journal_office().compact(existing_journal(state, journal), archive=archive)
    typer.echo(
        f'removed {done.removed} events, {done.first} is the first now;'
        f' {done.bytes_before} bytes before, {done.bytes_after} after.'
        ' Heads that were exported before may be of removed events: export a new one.'
    )


def parse_until(text: str) -> int | float | datetime:
    """
    Return the number of an event, cell time in seconds, or a time of day.

    :raises BadInput: if it is none of them.
    """
    try:
        if text.isdecimal():
            return int(text)
        if text.endswith('s'):
            return _finite(float(text[:-1]))
        return datetime.fromisoformat(text.replace('Z', '+00:00')).astimezone()
    except (ValueError, OverflowError):
        raise BadInput(
            f'--until: got {text!r}, expected the number of an event, cell time like 12.5s, or'
            ' time of day like 2026-01-31T08:00'
        ) from None


def _finite(seconds: float) -> float:
    if not math.isfinite(seconds):
        raise ValueError
    return seconds


def _sentence(verdict: Verdict, *, compared_end: bool) -> str:
    if verdict.fault is not None:
        return f'{verdict.path}: NOT SOUND: {verdict.fault}'
    parts = [f'records {verdict.base + 1} to {verdict.head.seq} are what was written']
    parts.append(f'{verdict.snapshots} snapshots are what they lead to')
    if verdict.not_compared:
        parts.append(f'{verdict.not_compared} snapshots of another format were not compared')
    if compared_end:
        parts.append('the exported head is among them')
    else:
        parts.append('whether the end was cut cannot be told without --head')
    found = '; '.join(parts)
    return f'{verdict.path}: sound: {found}.\nhead {verdict.head.seq} {verdict.head.hash}'
