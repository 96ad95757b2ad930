"""A node of the cell as it is shipped, with a log of the motions that it begins."""

from __future__ import annotations

import json
import os
import sys
import time

from cobot_alloc.bootstrap import NODES
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.task import Task

#: Environment variable: the file to which each motion is added.
MOTION_LOG = 'COBOT_ALLOC_MOTION_LOG'


def log_motions() -> None:
    """
    Let simulated cells of this process write down every motion before it begins.

    One line of JSON for each, on disk before the motion begins: a line may be there without
    its motion, but no motion without its line.
    """
    from cobot_alloc.sim.cell import SimulatedCell

    log = os.open(os.environ[MOTION_LOG], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    begin = SimulatedCell.begin

    def begin_logged(cell: SimulatedCell, agent_id: AgentId, task: Task, fence: Fence) -> None:
        if not cell.arm_status(agent_id).fence:  # else it is refused
            line = {'at': time.time(), 'pid': os.getpid(), 'agent_id': agent_id}
            line |= {'task_id': task.task_id, 'fence': fence}
            os.write(log, (json.dumps(line) + '\n').encode())
            os.fsync(log)
        begin(cell, agent_id, task, fence)

    SimulatedCell.begin = begin_logged  # type: ignore[assignment,method-assign]


def main() -> int:
    """Run the node that the first argument names."""
    node = sys.argv.pop(1)
    if node == 'cell':
        log_motions()
    return NODES[node]()


if __name__ == '__main__':
    sys.exit(main())
