"""Draw the terminal on the demo cell: ``python -m cobot_alloc.tui.screenshot OUT.svg``."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.tui.app import SupervisorApp
from cobot_alloc.tui.demo import story
from cobot_alloc.tui.demo.gateway import DemoGateway

ACTOR = 'ana'
#: Seconds into the story at which it is drawn.
MOMENT_S = 42.0


async def draw(*, columns: int, rows: int, press: tuple[str, ...] = ()) -> str:
    """
    Return the screen as SVG, in the middle of the story.

    :param press: keys to press before it is drawn.
    """
    clock = {'s': 0.0}
    gateway = DemoGateway(actor=ACTOR, clock=lambda: clock['s'])
    _play(gateway, clock)
    app = SupervisorApp(gateway, actor=ACTOR, poll_hz=0)
    async with app.run_test(size=(columns, rows)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for key in press:
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        return app.export_screenshot(title='cobot_alloc supervisor')


def _play(gateway: DemoGateway, clock: dict[str, float]) -> None:
    _act(gateway, ACTOR, Subject(SubjectKind.CELL, story.CELL), Action.SIGN_ON)
    _act(gateway, 'ben', Subject(SubjectKind.CELL, story.CELL), Action.SIGN_ON)
    gateway.submit(story.ORDER, story.TASKS, idempotency_key='screenshot')
    clock['s'] = MOMENT_S


def _act(gateway: DemoGateway, actor: str, subject: Subject, action: Action) -> None:
    gateway.act_as(actor, subject, action, version=gateway.offers(subject).version)


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('file', type=Path, help='SVG file to write')
    parser.add_argument('--columns', type=int, default=120)
    parser.add_argument('--rows', type=int, default=36)
    parser.add_argument('--press', nargs='*', default=[], help='keys to press first')
    given = parser.parse_args()
    svg = asyncio.run(draw(columns=given.columns, rows=given.rows, press=tuple(given.press)))
    given.file.write_text(svg, encoding='utf-8')


if __name__ == '__main__':
    main()
