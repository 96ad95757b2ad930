"""``cobot-alloc run``: bring a cell up, do an order, answer what comes up, and report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import json as jsonlib
from pathlib import Path
import sys
import time
from typing import Any

import typer

from cobot_alloc.application.lockstep import SUPERVISOR
from cobot_alloc.application.order import Order
from cobot_alloc.application.places import find
from cobot_alloc.application.processes import cell_nodes, CellLayout
from cobot_alloc.application.supervisor_ports import SupervisorGateway, TurnTaker
from cobot_alloc.cli import options
from cobot_alloc.cli.headless import Headless, is_over, WAIT_S
from cobot_alloc.cli.history import read_report
from cobot_alloc.cli.live import connected
from cobot_alloc.cli.runner import Runner
from cobot_alloc.cli.state_folder import CellLock
from cobot_alloc.cli.tables import print_report, terminal, write_report
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.codes import RefusalCode
from cobot_alloc.domain.errors import BadInput, CobotAllocError, Refused
from cobot_alloc.domain.words import Words

#: Wall-clock seconds for the nodes to come up.
UP_WITHIN_S = 60.0

console = terminal()


def run(
    world: str = typer.Option('two_arm_cell', '--world', help='World file, or one by name.'),
    orders: str = typer.Option('first_shift', '--orders', help='Order file, or one by name.'),
    *,
    headless: bool = typer.Option(
        False, '--headless', help='Answer by a file instead of the terminal.'
    ),
    answers: str = typer.Option(
        '',
        '--answers',
        help='File of answers for --headless, or one by name.',
        show_default="the order's name",
    ),
    speed: str = typer.Option(
        '',
        '--speed',
        help="'real', 'max' or a factor.",
        show_default='real; max with --headless',
    ),
    reactions: str = options.REACTIONS,
    limits: str = options.LIMITS,
    policy: str = options.POLICY,
    person: str = options.PERSON,
    state: Path | None = typer.Option(
        None,
        '--state',
        help='Go on in the folder of an earlier run.',
        show_default='a new one',
    ),
    time_limit: float = typer.Option(
        900.0, '--time-limit', min=1.0, help='Seconds after which a headless run is given up.'
    ),
    record: Path | None = options.RECORD,
    processes: int = options.PROCESSES,
    lockstep: bool | None = options.LOCKSTEP,
    json: Path | None = options.JSON,
) -> None:
    """
    Bring a simulated cell up, let it do an order, and print what became of each task.

    Exit status 0 only if every task reached a final state and no case is open.
    """
    if not headless and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput('this is not a terminal; use --headless')
    factor = options.parse_speed(speed or ('max' if headless else 'real'))
    world_file, order_file = _files(world, orders, state)
    order, words = _read_order(order_file, world_file, reactions=reactions, limits=limits)
    scripted = _scripted(answers, orders, person, words) if headless else None
    layout = _prepare(
        world_file,
        order_file,
        state,
        reactions=reactions,
        limits=limits,
        policy=policy,
        person=person,
        speed=factor,
        record=record,
        processes=processes,
        lockstep=lockstep,
        scripted=headless,
    )
    with _brought_up(layout, quiet=not headless) as runner:
        key = layout.state / 'operators' / f'{person}.key'
        with connected(
            layout.cell_id,
            person=person,
            key=key,
            timeout_s=0,
            lockstep=SUPERVISOR in layout.lockstep,
        ) as gateway:
            _wait_until_up(gateway, runner)
            _submit(gateway, order)
            gateway.end_turn()
            if scripted is not None:
                Headless(gateway, runner, scripted, order, console).run(time_limit)
            else:
                _in_terminal(gateway, person, order)
    report = read_report(layout.journal, orders=[order.order_id])
    print_report(report, console)
    console.print(f'Journal: {layout.journal}')
    if json is not None:
        write_report(report, json)
    if not report.is_complete:
        console.print(f'Not all is done. To go on: cobot-alloc run --state {layout.state}')
        raise typer.Exit(1)


def up(
    world: str = typer.Option('two_arm_cell', '--world', help='World file, or one by name.'),
    speed: str = typer.Option('real', '--speed', help="'real', 'max' or a factor."),
    reactions: str = options.REACTIONS,
    limits: str = options.LIMITS,
    policy: str = options.POLICY,
    person: str = options.PERSON,
    state: Path | None = typer.Option(
        None,
        '--state',
        help='Go on in the folder of an earlier run.',
        show_default='a new one',
    ),
    record: Path | None = options.RECORD,
    processes: int = options.PROCESSES,
    lockstep: bool | None = options.LOCKSTEP,
) -> None:
    """Bring a simulated cell up and keep it until Ctrl-C."""
    from cobot_alloc.bootstrap import prepare_cell

    factor = options.parse_speed(speed)
    layout = prepare_cell(
        world,
        reactions=reactions,
        limits=limits,
        policy=policy,
        state=state,
        person=person,
        speed=factor,
        record=record,
        processes=processes,
        lockstep=lockstep,
    )
    with _brought_up(layout, quiet=False) as runner:
        with connected(layout.cell_id, timeout_s=0) as gateway:
            _wait_until_up(gateway, runner)
        console.print(f'cell {layout.cell_id} is up; its folder is {layout.state}; Ctrl-C ends it')
        try:
            while True:
                runner.check()
                time.sleep(0.2)
        except KeyboardInterrupt:
            console.print('ending')


def _files(world: str, orders: str, state: Path | None) -> tuple[Path, Path]:
    world_file, order_file = find('worlds', world), find('orders', orders)
    return (world_file, order_file) if state is None else _as_before(state, world_file, order_file)


def _read_order(order: Path, world: Path, *, reactions: str, limits: str) -> tuple[Order, Words]:
    from cobot_alloc.bootstrap import order_reader, read_files

    files = read_files(world, reactions=reactions, limits=limits)
    return order_reader()(order, world=files.world, words=files.words), files.words


def _prepare(world: Path, orders: Path, state: Path | None, **cell: Any) -> CellLayout:
    from cobot_alloc.bootstrap import prepare_cell

    layout = prepare_cell(str(world), state=state, **cell)
    notes = {'world': str(world), 'orders': str(orders)}
    (layout.state / 'run.json').write_text(jsonlib.dumps(notes, indent=2) + '\n')
    return layout


def _as_before(state: Path, world: Path, orders: Path) -> tuple[Path, Path]:
    notes = state / 'run.json'
    if not notes.is_file():
        return world, orders
    before = jsonlib.loads(notes.read_text())
    return Path(before['world']), Path(before['orders'])


def _scripted(
    answers: str, orders: str, person: str, words: Words
) -> Callable[[SupervisorGateway], list[str]]:
    from cobot_alloc.bootstrap import scripted_supervisor

    try:
        file = find('config/answers', answers or Path(orders).stem)
    except BadInput as error:
        raise BadInput(f'--answers: {error}; without a terminal, answers come from one') from error
    return scripted_supervisor(file, actor=person, words=words)


@contextmanager
def _brought_up(layout: CellLayout, *, quiet: bool) -> Iterator[Runner]:
    lock = CellLock(layout.cell_id)
    say = (lambda _: None) if quiet else (lambda text: console.print(text, markup=False))
    runner = Runner(logs=layout.state / 'logs', say=say)
    try:
        runner.start(cell_nodes(layout))
        yield runner
    finally:
        runner.stop()
        lock.close()


def _wait_until_up(gateway: TurnTaker, runner: Runner) -> None:
    """Wait until an arm is ready; in lockstep, the turn in which it was is not ended."""
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        runner.check()
        if not gateway.begin_turn(WAIT_S):
            continue
        view = gateway.view()
        arms = [agent for agent in view.agents.values() if agent.kind == 'arm']
        if view.connected and any(arm.health == 'ready' for arm in arms):
            return
        gateway.end_turn()
    raise Refused(RefusalCode.NO_ANSWER, f'the cell did not come up in {UP_WITHIN_S:g} s')


def _submit(gateway: SupervisorGateway, order: Order) -> None:
    answer = gateway.submit(order.order_id, order.tasks, idempotency_key=order.order_id)
    if not answer.done:
        raise Refused(answer.reason_code, f'order {order.order_id}: {answer.message}')


def _in_terminal(gateway: SupervisorGateway, person: str, order: Order) -> None:
    from cobot_alloc.bootstrap import supervisor_app

    # Who starts a shift at the terminal is there to be asked.
    cell = Subject(SubjectKind.CELL, gateway.view().cell_id)
    try:
        gateway.act(cell, Action.SIGN_ON, version=gateway.offers(cell).version)
    except CobotAllocError as error:
        console.print(f'{person} could not be signed on: {error}', markup=False)
    supervisor_app(gateway, actor=person, exit_when=lambda view: is_over(view, order)).run()
