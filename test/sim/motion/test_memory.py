"""Work that repeats itself is planned once; whatever has to do with it is planned anew."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.plans import as_found

from cobot_alloc.application.planner import Planner
from cobot_alloc.application.questions import Question
from cobot_alloc.domain.geometry import Pose
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.cell import SimulatedCell
from cobot_alloc.sim.kinematics.pointing import tool_down
from cobot_alloc.sim.motion.motion_planner import MotionPlanner
from cobot_alloc.sim.motion.quantization import quantized
from cobot_alloc.sim.motion.requests import PlanRequest, Segment
from cobot_alloc.sim.world.cell import World

pytestmark = pytest.mark.sim


@pytest.fixture
def asked(small_world: World) -> Iterator[tuple[Question, Planner, list[int]]]:
    """Return a question, and a planner that counts what it works out."""
    cell = SimulatedCell(small_world)
    paths = ((Segment(name='go', to=tool_down((0.45, -0.10, 0.95), 0.0)), Segment(name='return')),)
    arm = cell._arms[AgentId('panda')].site.body
    question = PlanRequest(
        agent_id=AgentId('panda'), paths=paths, start=tuple(arm.home), now=cell.snapshot()
    )
    planner = MotionPlanner(small_world)
    worked_out = []
    work_out = planner._worked_out
    planner._worked_out = lambda *given: worked_out.append(1) or work_out(*given)
    yield question, planner, worked_out
    planner.close()
    cell.close()


def moved(question: Question, part: str, by: float) -> Question:
    """Return the question with a part somewhere else."""
    x, y, z = question.now.parts[part].position
    at = Pose(position=(x + by, y, z), orientation=question.now.parts[part].orientation)
    return replace(question, now=replace(question.now, parts={**question.now.parts, part: at}))


def test_the_same_question_is_answered_from_memory(
    asked: tuple[Question, Planner, list[int]],
) -> None:
    question, planner, worked_out = asked
    first = planner.answer(quantized(question))
    again = planner.answer(quantized(moved(question, 'block', 0.00003)))
    assert again is first
    assert len(worked_out) == 1


def test_a_part_that_has_moved_nearby_is_looked_at_again(
    asked: tuple[Question, Planner, list[int]],
) -> None:
    question, planner, worked_out = asked
    planner.answer(quantized(question))
    planner.answer(quantized(moved(question, 'block', 0.002)))
    assert len(worked_out) == 2


def test_what_is_out_of_reach_has_no_part_in_it(
    asked: tuple[Question, Planner, list[int]],
) -> None:
    question, planner, worked_out = asked
    far = moved(question, 'spare', 2.0)
    planner.answer(quantized(far))
    planner.answer(quantized(moved(far, 'spare', 1.0)))
    assert len(worked_out) == 1


def test_another_start_is_another_question(asked: tuple[Question, Planner, list[int]]) -> None:
    question, planner, worked_out = asked
    planner.answer(quantized(question))
    first, *rest = question.start
    answer = planner.answer(quantized(replace(question, start=(first + 0.05, *rest))))
    assert len(worked_out) == 2
    assert as_found(answer).trajectories[0].start[0] == pytest.approx(first + 0.05, abs=1e-6)


def test_rounding_is_far_below_the_margin(asked: tuple[Question, Planner, list[int]]) -> None:
    question, _, _ = asked
    for part, pose in quantized(question).now.parts.items():
        before = question.now.parts[part].position
        assert all(abs(a - b) <= 0.000126 for a, b in zip(pose.position, before, strict=True))
