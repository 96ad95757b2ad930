"""
Bring one part through a machine: from its place into the chuck, and finished to its target.

One task is one part. It begins wherever the part is: at its source; in the chuck and not yet
finished, because a cycle was interrupted; or in the chuck and finished, because it could not be
taken out. While the machine works the arm waits at home. Door, chuck and cycle are told what to
do by their signals and believed by their measurements.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

from cobot_alloc.domain.codes import FailureCode, SkillCode
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.task import Task
from cobot_alloc.sim.execution.arm_site import ArmSite
from cobot_alloc.sim.execution.program import MotionProgram, Outcome, Step, StepEnd, Wait
from cobot_alloc.sim.execution.skill import Skill
from cobot_alloc.sim.motion.requests import MotionPath
from cobot_alloc.sim.skills.carrying import carry
from cobot_alloc.sim.skills.conveying import arrival, carrier_to, no_room, room, undelivered
from cobot_alloc.sim.skills.handling import (
    begin_empty_handed,
    failed,
    misplaced,
    not_at,
    occupied,
    place_of,
    too_heavy,
    unfit,
    unknown_names,
)
from cobot_alloc.sim.skills.handling import withdraw as put_back
from cobot_alloc.sim.skills.transfer import closing_along, paths_from_home
from cobot_alloc.sim.stations.machine import DOOR_S, is_finished, JAW_M, JAWS_S, Machine
from cobot_alloc.sim.world import LocationSpec, ToolKind

_SEAT_M = 0.012  # how far beside the chuck's middle the jaws still take a part
_ROOM_M = 0.004  # between the open jaws and a part
_LATE = 1.5  # times its cycle, after which a machine that still runs is given up

_Doing = Generator[Step, StepEnd, Failure | None]


def run(site: ArmSite, task: Task) -> MotionProgram:
    """Do the task, from its preconditions to the posture at home."""
    problem = yield from begin_empty_handed(site, task)
    problem = problem or unmet(site, task)
    machine = site.stations.find(task.station, Machine)
    if problem is not None or machine is None:
        return Outcome(failure=problem)
    if task.part not in machine.contents():
        problem = yield from _load(site, task, machine)
    if problem is None and not is_finished(site.parts, task.part):
        problem = yield from _work(site, task, machine)
    problem = problem or (yield from _open(task, machine))
    if problem is not None:
        return Outcome(failure=problem)
    return (yield from _unload(site, task, machine))


def withdraw(site: ArmSite, task: Task) -> MotionProgram:
    """Put the part back if the arm has it, and go home; a machine that runs runs on."""
    outcome = yield from put_back(site, task)
    machine = site.stations.find(task.station, Machine)
    if outcome.failure is None or machine is None:
        return outcome
    detail = f'{outcome.failure.detail}; {task.station}: {machine.describe()}'
    return replace(outcome, failure=replace(outcome.failure, detail=detail))


def unmet(site: ArmSite, task: Task) -> Failure | None:
    """Return the first precondition that does not hold, as measured now."""
    machine = site.stations.find(task.station, Machine)
    if machine is None:
        return unfit(FailureCode.STATION_UNKNOWN, f'the cell has no machine {task.station!r}')
    problem = unknown_names(site, task.part, task.source, task.target) or too_heavy(site, task)
    if problem is not None:
        return problem
    if site.parts.nominal(task.part).finished is None:
        return unfit(
            FailureCode.NOT_FOR_A_MACHINE, f'{task.part} has no finished size to be cut to'
        )
    wide_m = site.parts.spec(task.part).size[1]
    if wide_m > 2 * JAW_M - _ROOM_M:
        figures = f'{1000 * wide_m:.1f} mm wide, the jaws take {2000 * JAW_M - 4:.1f} mm'
        return unfit(FailureCode.TOO_WIDE, f'{task.part} is {figures}')
    if not machine.has_power:
        return _without_power(task, machine, Phase.PRECONDITION)
    problem = _not_where_it_begins(site, task, machine)
    return problem or no_room(site, task.part, place_of(site, task.target))


def unproven(site: ArmSite, task: Task) -> Failure | None:
    """Return what is wrong with the part or with where it is, as measured now."""
    if not is_finished(site.parts, task.part):
        return _not_machined(site, task)
    return undelivered(site, task.part, place_of(site, task.target))


def _not_where_it_begins(site: ArmSite, task: Task, machine: Machine) -> Failure | None:
    inside = machine.contents()
    if machine.is_running or set(inside) - {task.part}:
        return unfit(FailureCode.MACHINE_BUSY, f'{task.station} is taken: {machine.describe()}')
    source = place_of(site, task.source)
    if inside or carrier_to(site, task.part, source) is not None:
        return None
    return _not_to_be_loaded(site, task)


def _not_to_be_loaded(site: ArmSite, task: Task) -> Failure | None:
    problem = not_at(site, task.part, place_of(site, task.source))
    if problem is None and is_finished(site.parts, task.part):
        measures = _in_mm(site.parts.shape(task.part).size)
        detail = f'{task.part} at {task.source} has its finished size already: {measures}'
        return unfit(FailureCode.ALREADY_MACHINED, detail)
    return problem


def _load(site: ArmSite, task: Task, machine: Machine) -> _Doing:
    """Bring the part into the chuck."""
    problem = yield from arrival(site, task.part, place_of(site, task.source))
    problem = problem or (yield from _open(task, machine))
    if problem is not None:
        return problem
    chuck, facing = _chuck(machine), machine.spec.yaw

    def unready() -> Failure | None:
        problem = _not_open(task, machine) or _not_to_be_loaded(site, task)
        return problem or occupied(site, task.part, chuck)

    def paths() -> tuple[MotionPath, ...]:
        found = paths_from_home(site, task.part, chuck, facing=facing)
        return closing_along(found, 'set down', facing)

    outcome = yield from carry(
        site,
        task,
        chuck,
        unready=unready,
        paths=paths,
        judge=lambda: misplaced(site, task.part, chuck),
    )
    return outcome.failure


def _work(site: ArmSite, task: Task, machine: Machine) -> _Doing:
    """Clamp the part, close the door, run a cycle; the arm is at home and in nobody's way."""
    site.traffic.release(site.spec.agent_id)
    machine.clamp()
    yield _until('clamp', machine, lambda: machine.clamped() is not None, JAWS_S)
    machine.close_door()
    yield _until('close the door', machine, lambda: machine.is_closed, DOOR_S)
    if not machine.has_power:
        return _without_power(task, machine)
    if machine.clamped() != task.part:
        return _chuck_empty(site, task, machine)
    if not machine.is_closed:
        return _stuck(task, machine, 'does not close')
    refusal = machine.start()
    if refusal:
        return _interrupted(site, task, machine, refusal)
    yield Wait(
        name='machine',
        until=lambda: not machine.is_running,
        limit_s=_LATE * machine.spec.cycle_s,
    )
    if machine.interruption:
        return _interrupted(site, task, machine, machine.interruption)
    return None if is_finished(site.parts, task.part) else _not_machined(site, task)


def _open(task: Task, machine: Machine) -> _Doing:
    """Open the door and release the jaws."""
    machine.open_door()
    machine.release()
    yield _until('open the door', machine, lambda: machine.is_open and machine.is_released, DOOR_S)
    return _not_open(task, machine)


def _unload(site: ArmSite, task: Task, machine: Machine) -> MotionProgram:
    """Bring the part from the chuck to its target."""
    target, facing = place_of(site, task.target), machine.spec.yaw
    problem = yield from room(site, task.part, target)
    if problem is not None:
        return Outcome(failure=problem)

    def unready() -> Failure | None:
        problem = _not_open(task, machine)
        if problem is None and task.part not in machine.contents():
            problem = _chuck_empty(site, task, machine)
        return problem or occupied(site, task.part, target)

    return (
        yield from carry(
            site,
            task,
            target,
            unready=unready,
            paths=lambda: closing_along(paths_from_home(site, task.part, target), 'lower', facing),
            judge=lambda: unproven(site, task),
        )
    )


def _until(name: str, machine: Machine, question: Callable[[], bool], limit_s: float) -> Wait:
    """Return a wait for something that the machine does, or for its power to go."""
    return Wait(name=name, until=lambda: question() or not machine.has_power, limit_s=limit_s)


def _chuck(machine: Machine) -> LocationSpec:
    name = f'the chuck of {machine.station_id}'
    return LocationSpec(name=name, position=machine.spec.work_at, tolerance_m=_SEAT_M)


def _not_open(task: Task, machine: Machine) -> Failure | None:
    if not machine.has_power:
        return _without_power(task, machine)
    if not machine.is_open:
        return _stuck(task, machine, 'does not open')
    if not machine.is_released:
        detail = f'the chuck of {task.station} holds on: {machine.describe()}'
        return failed(Phase.EXECUTION, FailureCode.CHUCK_STUCK, detail)
    return None


def _stuck(task: Task, machine: Machine, how: str) -> Failure:
    detail = f'the door of {task.station} {how}: {machine.describe()}'
    return failed(Phase.EXECUTION, FailureCode.DOOR_STUCK, detail)


def _without_power(task: Task, machine: Machine, phase: Phase = Phase.EXECUTION) -> Failure:
    return failed(
        phase, FailureCode.MACHINE_WITHOUT_POWER, f'{task.station} is {machine.describe()}'
    )


def _interrupted(site: ArmSite, task: Task, machine: Machine, why: str) -> Failure:
    if not machine.has_power:
        code = FailureCode.MACHINE_WITHOUT_POWER
    elif machine.clamped() != task.part:
        code = FailureCode.CHUCK_EMPTY
    else:
        code = FailureCode.CYCLE_INTERRUPTED
    where = site.whereabouts.describe(task.part)
    detail = f'{task.station} did not finish: {why}; {task.part} is {where}'
    return failed(Phase.EXECUTION, code, detail)


def _chuck_empty(site: ArmSite, task: Task, machine: Machine) -> Failure:
    held = machine.clamped() or 'nothing'
    gap = f'its jaws are {1000 * machine.gap_m:.1f} mm apart with {held} between them'
    where = site.whereabouts.describe(task.part)
    detail = f'{task.part} is not in the chuck of {task.station}: {gap}; {task.part} is {where}'
    return failed(Phase.EXECUTION, FailureCode.CHUCK_EMPTY, detail)


def _not_machined(site: ArmSite, task: Task) -> Failure:
    spec = site.parts.nominal(task.part)
    assert spec.finished is not None, 'preconditions look at it first'
    measures, wanted = _in_mm(site.parts.shape(task.part).size), _in_mm(spec.finished)
    detail = f'{task.part} measures {measures}, it should be {wanted}'
    return failed(Phase.POSTCONDITION, FailureCode.NOT_MACHINED, detail)


def _in_mm(size: tuple[float, ...]) -> str:
    return ' x '.join(f'{1000 * side:.1f}' for side in size) + ' mm'


SKILL = Skill(
    name=SkillCode.MACHINE_TEND,
    tools=frozenset({ToolKind.SUCTION, ToolKind.TWO_FINGER}),
    unmet=unmet,
    run=run,
    unproven=unproven,
    withdraw=withdraw,
)
