"""A cell with one open question, and a gateway that keeps a record of what reaches it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from cobot_alloc.application.supervisor_ports import (
    Answer,
    CellView,
    Explanation,
    SupervisorGateway,
)
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.identifiers import OrderId, TaskId
from cobot_alloc.domain.offer import Offer, Offers
from cobot_alloc.domain.task import Task
from cobot_alloc.tui.app import SupervisorApp
from cobot_alloc.tui.demo import story
from cobot_alloc.tui.demo.gateway import DemoGateway

CELL = Subject(SubjectKind.CELL, story.CELL)
DROPPED = Failure(phase=Phase.EXECUTION, code='part_dropped', detail='gear_2 fell at 0.3 m')


def _task(task_id: str, skill: str, part: str, source: str, target: str, **more: Any) -> Task:
    return Task(
        task_id=TaskId(task_id),
        order_id=OrderId('order'),
        skill=skill,
        part=part,
        source=source,
        target=target,
        **more,
    )


TASKS = (
    _task(
        't02', 'dispense', 'flange_1', 'press', 'press', hazards=frozenset({'glue'}), priority=4
    ),
    _task('t04', 'pick_place', 'gear_2', 'tray_a.2', 'fixture_1', priority=3),
    _task('t11', 'decide', 'batch_7', 'quarantine', 'quarantine', judgement=True),
    _task('t12', 'pick_place', 'shim_1', 'tray_b.3', 'fixture_2', priority=1),
)


class Clock:
    """Cell time, moved by the test."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class RecordingGateway:
    """
    Passes everything on to a demo cell and notes the calls.

    :ivar calls: what reached the gateway, as (name, subject, action or None).
    :ivar broken: by name of a call, what it raises from now on.
    :ivar hold: while it is cleared, calls do not return.
    """

    def __init__(self, demo: DemoGateway, clock: Clock) -> None:
        self.demo = demo
        self.clock = clock
        self.calls: list[tuple[Any, ...]] = []
        self.sent: list[dict[str, Any]] = []
        self.broken: dict[str, Exception] = {}
        self.hold = Event()
        self.hold.set()

    def view(self) -> CellView:
        return self.demo.view()

    def offers(self, subject: Subject) -> Offers:
        self._note('offers', subject)
        return self.demo.offers(subject)

    def act(
        self,
        subject: Subject,
        action: Action,
        *,
        version: int,
        note: str = '',
        arguments: Mapping[str, str] | None = None,
        offer: Offer | None = None,
    ) -> Answer:
        self.sent.append(
            {'subject': subject, 'action': action, 'version': version, 'note': note}
            | ({'offer': offer} if offer else {})
        )
        self._note('act', subject, action)
        return self.demo.act(subject, action, version=version, note=note)

    def explain(self, task_id: str) -> Explanation:
        self._note('explain', task_id)
        return self.demo.explain(task_id)

    def submit(self, order_id: str, tasks: Sequence[Task], *, idempotency_key: str) -> Answer:
        return self.demo.submit(order_id, tasks, idempotency_key=idempotency_key)

    def close(self) -> None:
        self.calls.append(('close', None, None))

    @property
    def actions(self) -> list[Action]:
        """The actions that were sent, in order."""
        return [sent['action'] for sent in self.sent]

    def act_as(self, actor: str, subject: Subject, action: Action, note: str = '') -> None:
        """Let someone act from another terminal, who sees what is so now."""
        version = self.demo.offers(subject).version
        answer = self.demo.act_as(actor, subject, action, version=version, note=note)
        assert answer.done, answer

    def case_about(self, task_id: str) -> Subject:
        """Return the open case about a task."""
        cases = [c for c in self.view().cases.values() if c.is_open and c.subject.id == task_id]
        assert cases, f'no open case about {task_id}'
        return Subject(SubjectKind.CASE, cases[0].case_id)

    def _note(self, name: str, subject: Subject | str, action: Action | None = None) -> None:
        self.calls.append((name, subject, action))
        self.hold.wait(timeout=10)
        if name in self.broken:
            raise self.broken[name]


@pytest.fixture
def a_gateway() -> Callable[..., RecordingGateway]:
    """Return a maker of gateways to a cell at a given time."""

    def make(
        *,
        failing: tuple[str, ...] = ('t04',),
        tasks: tuple[str, ...] = ('t04', 't12'),
        present: tuple[str, ...] = ('ana', 'ben'),
        now_s: float = 30.0,
        picture: str = '',
    ) -> RecordingGateway:
        clock = Clock()
        dropped = replace(DROPPED, picture=picture)
        demo = DemoGateway(
            actor='ana', clock=clock, failures=dict.fromkeys(failing, (dropped,)), visits=False
        )
        gateway = RecordingGateway(demo, clock)
        wanted = tuple(task for task in TASKS if task.task_id in tasks)
        if wanted:
            assert demo.submit('order', wanted, idempotency_key='k').done
        clock.now_s = now_s
        gateway.view()
        for name in present:
            gateway.act_as(name, CELL, Action.SIGN_ON)
        gateway.view()
        return gateway

    return make


@pytest.fixture
def gateway(a_gateway: Callable[..., RecordingGateway]) -> RecordingGateway:
    """Return a gateway to a cell with a question about t04, everything else done."""
    return a_gateway()


async def settle(pilot: Pilot[None]) -> None:
    """Wait for the workers and for what their messages lead to, until nothing is left."""
    await pilot.pause()
    while not all(worker.is_finished for worker in pilot.app.workers):
        with suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()


class Terminal:
    """A running terminal, as a test handles it."""

    def __init__(self, app: SupervisorApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, letting the terminal come to rest after each."""
        for key in keys:
            await self.pilot.press(key)
            await settle(self.pilot)

    async def refresh(self) -> None:
        """Let the terminal look at the view, as its timer would."""
        self.app.refresh_view()
        await settle(self.pilot)

    def text(self, selector: str = '') -> str:
        """Return what a part of the screen on top shows, or all of it, line by line."""
        screen = self.app.screen
        region = screen.query_one(selector).region if selector else screen.region
        drawn = screen._compositor.render_strips()  # noqa: SLF001 - textual has no public way
        lines = [strip.text for strip in drawn]
        return '\n'.join(
            line[region.x : region.right].rstrip() for line in lines[region.y : region.bottom]
        )

    @property
    def told(self) -> str:
        """All notifications so far."""
        notifications = self.app._notifications  # noqa: SLF001 - textual shows them only as drawn
        return '\n'.join(f'{n.title} {n.message}' for n in notifications)

    @property
    def subject(self) -> Subject | None:
        """What is selected on the desk."""
        return self.app.desk.subject


#: Opens a terminal at a gateway, with what else its application takes.
OpenTerminal = Callable[..., AbstractAsyncContextManager[Terminal]]


@pytest.fixture
def a_terminal() -> OpenTerminal:
    """Return a maker of running terminals: asynchronous contexts, one for each gateway."""

    @asynccontextmanager
    async def run(
        gateway: SupervisorGateway, *, size: tuple[int, int] = (80, 24), **given: Any
    ) -> AsyncIterator[Terminal]:
        app = SupervisorApp(gateway, actor='ana', poll_hz=0, **given)
        app.animation_level = 'none'
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield Terminal(app, pilot)

    return run
