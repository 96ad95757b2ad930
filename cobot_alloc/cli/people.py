"""Commands about the people of a cell."""

from __future__ import annotations

from pathlib import Path

import typer

from cobot_alloc.application.operators import Role
from cobot_alloc.domain.codes.code import nearest, SLIP
from cobot_alloc.domain.words import PRODUCT

app = typer.Typer(help='The named people who may act in a cell.', no_args_is_help=True)


@app.command('add')
def add(
    name: str = typer.Argument(help='A letter, then letters, digits, - or _.'),
    folder: Path = typer.Option(..., '--folder', help='Gets NAME.key and operators.yaml.'),
    skill: list[str] = typer.Option([], '--skill', help='What they can do; may be repeated.'),
    certificate: list[str] = typer.Option(
        [], '--certificate', help='What they were examined for; may be repeated.'
    ),
    role: Role = typer.Option(Role.OPERATOR, '--role', help='What they are in the cell.'),
) -> None:
    """Make someone an operator: a private key for them, the public one for the cell."""
    from cobot_alloc.bootstrap import add_operator

    operator = add_operator(
        folder, name, skills=frozenset(skill), certificates=frozenset(certificate), role=role
    )
    typer.echo(f'{operator.name} may act with {folder / (name + ".key")}')
    for word in sorted(operator.skills - PRODUCT.skills):
        alike = nearest(word, sorted(PRODUCT.skills), alike=SLIP)
        if alike is not None:
            typer.echo(f'note: {word!r} is no skill of the product; was {alike!r} meant?')
