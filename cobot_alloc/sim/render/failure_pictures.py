"""A simulated cell of which a picture is taken whenever an attempt fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.identifiers import AgentId, Fence
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.render.evidence import marks_of
from cobot_alloc.sim.render.render_client import RenderClient
from cobot_alloc.sim.world import World
from cobot_alloc.sim.wrapped_cell import SeenCell, WrappedCell


class FailurePictures(WrappedCell[SeenCell]):
    """
    Is used like the cell in it; the failures that it reports say where their picture is.

    The picture shows the cell at the step in which the failure became known. It is rendered
    in another process, and the report does not wait for it.
    """

    def __init__(self, cell: SeenCell, world: World, render_client: RenderClient) -> None:
        """Watch a cell; the photographer is closed with it."""
        super().__init__(cell)
        self._world = world
        self._render_client = render_client
        self._tasks: dict[AgentId, Task] = {}
        self._reports: list[AttemptReport] = []

    def begin(self, agent_id: AgentId, task: Task, fence: Fence) -> None:
        """
        Start a task on an idle arm.

        :raises Refused: as the cell does.
        """
        self._cell.begin(agent_id, task, fence)
        self._tasks[agent_id] = task

    def step(self) -> None:
        """Advance by one physics step."""
        self._cell.step()
        reports = self._cell.take_reports()
        if reports:
            self._reports += [self._with_picture(report) for report in reports]

    def take_reports(self) -> Sequence[AttemptReport]:
        """Return the reports of attempts that ended since the last call."""
        reports, self._reports = self._reports, []
        # One that was refused at once is there before the next step.
        return reports + [self._with_picture(report) for report in self._cell.take_reports()]

    def close(self) -> None:
        """Release the physics engine, then let the last pictures be finished."""
        self._cell.close()
        self._render_client.close()

    def _with_picture(self, report: AttemptReport) -> AttemptReport:
        failure = report.failure
        if failure is None or report.status is not AttemptStatus.FAILED:
            return report
        task = self._tasks.get(report.agent_id)
        snapshot = self._cell.snapshot()
        marks = marks_of(self._world, snapshot, report, failure, task)
        name = f'{report.agent_id}-{report.fence}'
        path = self._render_client.take(name, snapshot, marks)
        if path is None:
            return report
        return replace(report, failure=replace(failure, picture=path.as_uri()))
