"""Run the terminal on the demo cell: ``python -m cobot_alloc.tui.demo``."""

from __future__ import annotations

import time

from cobot_alloc.application.supervisor_ports import CellView
from cobot_alloc.domain.lifecycles.task import FINAL
from cobot_alloc.tui.app import SupervisorApp
from cobot_alloc.tui.demo import story
from cobot_alloc.tui.demo.gateway import DemoGateway

ACTOR = 'ana'


def is_all_done(view: CellView) -> bool:
    """Tell whether nothing is left to do or to answer."""
    is_open = any(case.is_open for case in view.cases.values())
    return not is_open and all(task.state in FINAL for task in view.tasks.values())


def main() -> None:
    """Start the cell, order its tasks and open the terminal."""
    started_s = time.monotonic()
    gateway = DemoGateway(actor=ACTOR, clock=lambda: time.monotonic() - started_s)
    gateway.submit(story.ORDER, story.TASKS, idempotency_key='demo')
    SupervisorApp(gateway, actor=ACTOR, exit_when=is_all_done).run()


if __name__ == '__main__':
    main()
