"""Scheduling problems for tests: small ones by hand, and every kind from hypothesis."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.scheduling.policy import MAKESPAN, Policy
from cobot_alloc.domain.scheduling.problem import (
    Mode,
    Operation,
    OrderTarget,
    ScheduledAgent,
    SchedulingProblem,
    Strain,
    Underway,
)

AGENTS = (AgentId('panda'), AgentId('kuka'), AgentId('anna'))
SETUPS = ('', 'suction', 'gripper', 'driver')
POLICIES = (
    MAKESPAN,
    Policy(),
    Policy(makespan=0.5, energy=0.01, heavy=2.0, switching=3.0, rework=4.0),
    Policy(flow=0.0, lateness=1.0, carbon=50.0, carbon_g_per_mj=(100.0, 10.0)),
    Policy(flow=0.01, carbon=50.0, carbon_g_per_mj=(10.0, 100.0)),
)


def an_agent(agent_id: AgentId = AGENTS[0], **features: Any) -> ScheduledAgent:
    return ScheduledAgent(agent_id=agent_id, **features)


def an_operation(
    task_id: str = 't1', *choices: tuple[str, float], setup: str = '', **features: Any
) -> Operation:
    """Return an operation; each choice is (agents joined by +, seconds)."""
    modes = tuple(
        Mode(agents=tuple(map(AgentId, names.split('+'))), duration_s=float(seconds), setup=setup)
        for names, seconds in choices or (('panda', 10),)
    )
    return Operation(task_id=TaskId(task_id), modes=modes, **features)


def a_problem(
    *operations: Operation,
    agents: Sequence[ScheduledAgent | AgentId] = AGENTS,
    policy: Policy = MAKESPAN,
    **features: Any,
) -> SchedulingProblem:
    known = tuple(a if isinstance(a, ScheduledAgent) else an_agent(a) for a in agents)
    return SchedulingProblem(agents=known, operations=operations, policy=policy, **features)


def seconds(longest: int, parts: int = 10):
    """Draw a time in so many parts of a second."""
    return st.integers(0, longest * parts).map(lambda n: n / parts)


@st.composite
def modes(draw, *, parts: int) -> Mode:
    agents = draw(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=2, unique=True))
    stilled = draw(st.sampled_from([(), (), (AgentId('kuka'),)]))
    return Mode(
        agents=tuple(agents),
        duration_s=draw(seconds(20, parts)),
        energy_j=draw(st.sampled_from([0.0, 200.0, 90.0])),
        rework=draw(st.sampled_from([0.0, 0.1])),
        strain=Strain(heavy_s=draw(st.sampled_from([0.0, 5.0]))),
        setup='' if stilled else draw(st.sampled_from(SETUPS)),
        stilled=stilled,
    )


@st.composite
def agents(draw: str, name: str, *, parts: int, since: int) -> ScheduledAgent:
    """Draw an agent whose times are after one."""
    setups = [setup for setup in SETUPS if setup]
    change = draw(st.sampled_from([0.0, 4.0, None]))
    changes = st.just(change or 0.0) if change is not None else seconds(9, parts)
    pause = draw(st.sampled_from([None, 20.0]))
    return ScheduledAgent(
        agent_id=name,
        free_from_s=since + draw(seconds(10, parts)),
        windows=()
        if pause is None
        else ((since, since + pause), (since + pause + 15.0, since + 10_000.0)),
        setup=draw(st.sampled_from(SETUPS)),
        setup_s={}
        if change == 0.0
        else {(a, b): draw(changes) for a in setups for b in setups if a != b},
    )


@st.composite
def problems(draw, *, most: int = 7, parts: int | None = None) -> SchedulingProblem:
    """
    Draw a problem with any of the features; every operation can be placed.

    :param parts: of a second, of which its times are whole numbers; None: any of a few.
    """
    parts = draw(st.sampled_from([1, 1, 10, 7])) if parts is None else parts
    since = draw(st.sampled_from([0.0, 0.0, 3580.0]))  # an hour ends soon, or it does not
    count = draw(st.integers(1, most))
    busy: set[AgentId] = set()
    operations = []
    for i in range(count):
        chosen = tuple(draw(st.lists(modes(parts=parts), min_size=1, max_size=3)))
        begun = draw(st.integers(0, 4)) == 0 and not busy & set(chosen[0].agents)
        busy |= set(chosen[0].agents) if begun else set()
        names = st.lists(st.sampled_from([f't{j}' for j in range(i)]), unique=True, max_size=2)
        deadline = draw(st.sampled_from([None, 12.0, 40.0]))
        operations.append(
            Operation(
                task_id=TaskId(f't{i}'),
                modes=chosen,
                order_id=draw(st.sampled_from([OrderId(''), OrderId('o1'), OrderId('o2')])),
                predecessors=tuple(draw(names)) if i and not begun else (),
                earliest_start_s=since + draw(seconds(15, parts)),
                deadline_s=None if deadline is None else since + deadline,
                weight=draw(st.sampled_from([1.0, 2.0, 0.3])),
                areas=frozenset() if begun else frozenset(draw(st.sets(st.just('table')))),
                planned=draw(st.sampled_from([(), ('panda',)])),
                underway=Underway(mode=0, started_s=since + 1.0) if begun else None,
            )
        )
    return SchedulingProblem(
        agents=tuple(draw(agents(name, parts=parts, since=since)) for name in AGENTS),
        operations=tuple(operations),
        policy=draw(st.sampled_from(POLICIES)),
        orders=(
            OrderTarget(order_id='o1', arrived_s=since, deadline_s=since + 30.0),
            OrderTarget(order_id='o2', arrived_s=since, weight=1.5),
        ),
        now_s=since + 3.0,
    )
