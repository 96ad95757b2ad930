"""Commands that talk to a running cell, through the same door as the supervisor's terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import time
from typing import Any, TYPE_CHECKING

from rich.table import Table
import typer

from cobot_alloc.application.pictures import picture_of
from cobot_alloc.application.supervisor_ports import Answer, CellView
from cobot_alloc.cli import options
from cobot_alloc.cli.tables import terminal
from cobot_alloc.domain.candidate import crew_name
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.codes.code import nearest
from cobot_alloc.domain.errors import BadInput, Refused

if TYPE_CHECKING:
    from cobot_alloc.application.supervisor_ports import SupervisorGateway, TurnTaker

console = terminal()

#: Wall-clock seconds for what a person of a simulated cell does by hand before an action.
BY_HAND_WITHIN_S = 120.0


@contextmanager
def connected(
    cell: str,
    *,
    person: str = '',
    key: Path | None = None,
    timeout_s: float,
    lockstep: bool = False,
) -> Iterator[TurnTaker]:
    """Connect to a cell, and let go of it whatever happens."""
    from cobot_alloc.bootstrap import open_gateway

    gateway = open_gateway(
        cell, actor=person or 'onlooker', key=key, timeout_s=timeout_s, lockstep=lockstep
    )
    try:
        yield gateway
    finally:
        gateway.close()


def supervise(
    cell: str = options.CELL,
    person: str = options.PERSON,
    key: Path | None = options.KEY,
    state: Path | None = options.STATE,
    timeout: float = options.TIMEOUT,
) -> None:
    """Open the supervisor's terminal on a running cell."""
    from cobot_alloc.bootstrap import supervisor_app

    found = options.person_key(key, state, person)
    with connected(cell, person=person, key=found, timeout_s=timeout) as gateway:
        supervisor_app(gateway, actor=person).run()


def status(cell: str = options.CELL, timeout: float = options.TIMEOUT) -> None:
    """Print the cell's mode, its agents and its tasks."""
    with connected(cell, timeout_s=timeout) as gateway:
        view = gateway.view()
    console.print(
        f'{view.cell_id}: {view.mode.value}, {view.shift.value}'
        f' ({", ".join(view.people) or "nobody signed on"}), cell time {view.now_s:.1f} s'
    )
    console.print(_agents(view))
    console.print(_tasks(view) if view.tasks else 'No tasks.')


def cases(
    cell: str = options.CELL,
    timeout: float = options.TIMEOUT,
    *,
    everything: bool = typer.Option(False, '--all', help='Those that were answered too.'),
) -> None:
    """List the open cases."""
    with connected(cell, timeout_s=timeout) as gateway:
        view = gateway.view()
    shown = [case for case in view.cases.values() if everything or case.is_open]
    if not shown:
        console.print('No open cases.')
        return
    for case in sorted(shown, key=lambda case: (-case.priority, case.due_s)):
        console.print(f'[bold]{case.case_id}[/] {case.state.value}, version {case.version}')
        console.print(f'  {case.title}\n  {case.question}', markup=False)
        if case.failure.picture:
            console.print(f'  picture: {picture_of(case.failure)}', markup=False, soft_wrap=True)


def actions(
    subject: str = typer.Argument(help='case-1, case/case-1, task/ID, agent/ID or cell.'),
    cell: str = options.CELL,
    timeout: float = options.TIMEOUT,
) -> None:
    """List what may be done about a subject now."""
    with connected(cell, timeout_s=timeout) as gateway:
        offers = gateway.offers(parse_subject(subject, cell))
    if not offers.actions:
        console.print(f'Nothing may be done about {offers.subject} now.')
        return
    table = Table('action', 'label', 'note', 'meaning', title=f'{offers.subject}')
    for offer in offers.actions:
        table.add_row(
            offer.action.value, offer.label, 'needed' if offer.needs_note else '', offer.help
        )
    console.print(table)
    console.print(f'version {offers.version}')


def act(
    subject: str = typer.Argument(help='case-1, case/case-1, task/ID, agent/ID or cell.'),
    action: str = typer.Argument(help='One that `cobot-alloc actions SUBJECT` lists.'),
    note: str = typer.Option('', '--note', help='Why; some actions need it.'),
    version: int | None = typer.Option(
        None, '--version', help='Act only if the subject still has this version.'
    ),
    cell: str = options.CELL,
    person: str = options.PERSON,
    key: Path | None = options.KEY,
    state: Path | None = options.STATE,
    timeout: float = options.TIMEOUT,
) -> None:
    """Act as a person, signed with their key."""
    about, wanted = parse_subject(subject, cell), parse_action(action)
    found = options.person_key(key, state, person)
    with connected(cell, person=person, key=found, timeout_s=timeout) as gateway:
        offers = gateway.offers(about)
        offer = next((o for o in offers.actions if o.action is wanted), None)
        seen = offers.version if version is None else version
        answer = _act(gateway, about, wanted, version=seen, note=note, offer=offer)
    if not answer.done:
        raise Refused(answer.reason_code, f'{answer.reason_code}: {answer.message}')
    console.print(f'done: {wanted.value} on {about}')


def _act(gateway: SupervisorGateway, *what: Any, **how: Any) -> Answer:
    """Act, once what is to be done by hand in a simulated cell before is done."""
    until = time.monotonic() + BY_HAND_WITHIN_S
    while True:
        try:
            return gateway.act(*what, **how)
        except Refused as refusal:
            if refusal.code != RefusalCode.UNDER_WAY or time.monotonic() > until:
                raise


def submit(
    order: str = typer.Argument(help='Order file, or the name of one of the package.'),
    cell: str = options.CELL,
    key: str = typer.Option(
        '', '--idempotency-key', help='Submitting again with it makes no second order.'
    ),
    timeout: float = options.TIMEOUT,
) -> None:
    """Submit an order to a running cell."""
    from cobot_alloc.application.places import find
    from cobot_alloc.bootstrap import order_reader

    read = order_reader()(find('orders', order))
    with connected(cell, timeout_s=timeout) as gateway:
        answer = gateway.submit(read.order_id, read.tasks, idempotency_key=key or read.order_id)
    if not answer.done:
        raise Refused(answer.reason_code, f'{answer.reason_code}: {answer.message}')
    console.print(f'accepted: order {read.order_id} with {len(read.tasks)} tasks')


def parse_subject(text: str, cell: str) -> Subject:
    """
    Return the subject that a user wrote.

    :raises BadInput: if it is none.
    """
    if text == 'cell':
        return Subject(SubjectKind.CELL, cell)
    kind, slash, name = text.partition('/')
    if not slash:
        return Subject(SubjectKind.CASE, text)
    try:
        return Subject(SubjectKind(kind), name)
    except ValueError:
        raise BadInput(
            f'subject: got {text!r}, expected a case id, case/ID, task/ID, agent/ID or cell'
        ) from None


def parse_action(text: str) -> Action:
    """
    Return the action that a user wrote.

    :raises BadInput: if it is none.
    """
    try:
        return Action(text.replace('-', '_'))
    except ValueError:
        names, alike = ', '.join(action.value for action in Action), nearest(text, Action)
        perhaps = '' if alike is None else f', perhaps {alike!r}'
        raise BadInput(f'action: got {text!r}, expected one of {names}{perhaps}') from None


def _agents(view: CellView) -> Table:
    table = Table('agent', 'kind', 'health', 'mode', 'task', 'cause', title='Agents')
    for agent in view.agents.values():
        mode = '-' if agent.kind == 'person' else agent.mode.value
        held = ', held' if agent.held and agent.kind == 'arm' else ''
        table.add_row(
            agent.agent_id,
            agent.kind,
            agent.health,
            mode + held,
            agent.task_id or '-',
            agent.cause or '-',
        )
    return table


def _tasks(view: CellView) -> Table:
    table = Table('task', 'skill', 'state', 'agent', 'attempts', 'why', title='Tasks')
    for task in view.tasks.values():
        table.add_row(
            task.task.task_id,
            task.task.skill,
            task.state.value,
            crew_name(task.agent_id, task.helper) or '-',
            str(task.attempts),
            task.reason or '-',
        )
    return table
