"""
The random stream of a shift: what arrives, how long it really takes, what fails, who is away.

It is drawn once from a seed, before anything is decided, so that every policy meets the same
shift: a task takes the same share of its expected duration and fails at the same tries whoever
does it and whenever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linprog

from cobot_alloc.domain.identifiers import AgentId, OrderId, TaskId
from cobot_alloc.domain.scheduling.problem import Mode, Operation, OrderTarget, Strain

LEFT, RIGHT, ANNA = AgentId('left_arm'), AgentId('right_arm'), AgentId('anna')
ARMS = (LEFT, RIGHT)
AGENTS = (LEFT, RIGHT, ANNA)
#: Seconds to change from one tool to another.
TOOL_CHANGE_S = 8.0
#: A person's pause: so many seconds of work, then so many of rest.
WORK_S, REST_S = 3300.0, 300.0
#: Mean seconds between breakdowns of an arm, and of a repair.
BETWEEN_BREAKDOWNS_S, REPAIR_S = 3000.0, 90.0
#: Share of tries that fail at their end.
FAILURES = 0.04
#: Spread of durations round what is expected (standard deviation of the logarithm).
SPREAD = 0.2


@dataclass(frozen=True)
class Work:
    """
    One task of the stream.

    :ivar share: real over expected duration.
    :ivar failing: how many tries fail before one succeeds.
    :ivar kind: of the work: plain, repetitive, heavy, hazardous, judgement.
    """

    operation: Operation
    share: float
    failing: int
    kind: str


@dataclass(frozen=True)
class Arrival:
    """An order that comes in."""

    at_s: float
    target: OrderTarget
    works: tuple[Work, ...]


@dataclass(frozen=True)
class Shift:
    """
    Everything that will happen, whatever is decided.

    :ivar breakdowns: by arm, (from, to) in seconds.
    """

    arrivals: tuple[Arrival, ...]
    breakdowns: dict[AgentId, tuple[tuple[float, float], ...]]
    windows: tuple[tuple[float, float], ...]


def draw_shift(seed: int, load: float, orders: int) -> Shift:
    """
    Draw a shift.

    :param load: arriving work over what the cell could do at best.
    """
    draw = np.random.default_rng([seed, orders])
    # Gaps of one seed differ between loads by a factor only.
    gaps = draw.exponential(1.0, orders)
    drafts = [_order(draw, number) for number in range(orders)]
    each_s = _least_time_per_order([works for works, _ in drafts])
    at_s = np.cumsum(gaps) * each_s / load
    arrivals = []
    for number, (works, slack) in enumerate(drafts):
        arrived = float(at_s[number])
        shortest = sum(min(m.duration_s for m in work.operation.modes) for work in works)
        target = OrderTarget(
            order_id=OrderId(f'o{number}'),
            arrived_s=arrived,
            deadline_s=arrived + slack * shortest + 60.0,
        )
        arrivals.append(Arrival(arrived, target, works))
    end_s = 3 * float(at_s[-1]) + 20_000
    breakdowns = {arm: _breakdowns(draw, end_s) for arm in ARMS}
    starts = np.arange(0.0, end_s, WORK_S + REST_S)
    return Shift(tuple(arrivals), breakdowns, tuple((float(s), float(s) + WORK_S) for s in starts))


def _breakdowns(draw: np.random.Generator, end_s: float) -> tuple[tuple[float, float], ...]:
    found, at = [], 0.0
    while at < end_s:
        at += float(draw.exponential(BETWEEN_BREAKDOWNS_S))
        until = at + float(draw.exponential(REPAIR_S))
        found.append((at, until))
        at = until
    return tuple(found)


def _order(draw: np.random.Generator, number: int) -> tuple[tuple[Work, ...], float]:
    """Draw an order's tasks, and how much time it is given over the shortest."""
    works: list[Work] = []
    kinds = ('plain', 'repetitive', 'heavy', 'hazardous', 'judgement')
    for step in range(int(draw.integers(1, 5))):
        kind = str(draw.choice(kinds, p=(0.35, 0.25, 0.15, 0.1, 0.15)))
        before = (works[-1].operation.task_id,) if works and draw.random() < 0.7 else ()
        modes = _modes(draw, kind)
        setup = str(draw.choice(('suction', 'gripper'))) if kind != 'judgement' else ''
        operation = Operation(
            task_id=TaskId(f'o{number}.{step}'),
            modes=tuple(replace(mode, setup=setup) for mode in modes),
            order_id=OrderId(f'o{number}'),
            predecessors=before,
        )
        share = float(np.exp(draw.normal(-(SPREAD**2) / 2, SPREAD)))
        works.append(Work(operation, share, int(draw.geometric(1 - FAILURES)) - 1, kind))
    return tuple(works), float(draw.uniform(1.5, 6.0))


def _modes(draw: np.random.Generator, kind: str) -> tuple[Mode, ...]:
    """Draw who may do a task of a kind, and how long each is expected to take."""
    work_s = float(draw.uniform(10.0, 60.0))
    left, right = (work_s * float(f) for f in draw.uniform(0.8, 1.4, 2))
    arms = [
        Mode(agents=(LEFT,), duration_s=left, energy_j=200.0 * left, rework=FAILURES),
        Mode(agents=(RIGHT,), duration_s=right, energy_j=200.0 * right, rework=FAILURES),
    ]
    reach = draw.random()  # some places only one arm gets to
    if reach < 0.3:
        arms = [arms[0] if reach < 0.15 else arms[1]]
    if kind == 'hazardous':
        return tuple(arms)
    person_s = work_s * float(draw.uniform(0.9, 1.3))
    strain = Strain(
        heavy_s=person_s if kind == 'heavy' else 0.0,
        repetitive_s=person_s if kind == 'repetitive' else 0.0,
    )
    person = Mode(agents=(ANNA,), duration_s=person_s, rework=FAILURES / 2, strain=strain)
    if kind == 'judgement':
        return (person,)
    both = Mode(
        agents=(*arms[0].agents, ANNA),
        duration_s=0.55 * work_s,
        energy_j=110.0 * work_s,
        rework=FAILURES / 2,
        strain=Strain(repetitive_s=0.55 * work_s if kind == 'repetitive' else 0.0),
    )
    return (*arms, person, both)


def _least_time_per_order(orders: list[tuple[Work, ...]]) -> float:
    """
    Return seconds per order that the busiest agent needs at best, by a linear programme.

    Work is divided over modes so that the busiest agent has the least to do; failures,
    changes of tools and pauses come on top, as a share.
    """
    modes = [
        (i, mode)
        for i, work in enumerate(work for works in orders for work in works)
        for mode in work.operation.modes
    ]
    count = 1 + max(i for i, _ in modes)
    load = np.zeros((len(AGENTS), len(modes) + 1))
    once = np.zeros((count, len(modes) + 1))
    for column, (i, mode) in enumerate(modes):
        once[i, column] = 1.0
        for agent in mode.agents:
            load[AGENTS.index(agent), column] = mode.duration_s
    load[:, -1] = -1.0
    cost = np.zeros(len(modes) + 1)
    cost[-1] = 1.0
    solved = linprog(cost, load, np.zeros(len(AGENTS)), once, np.ones(count))
    overhead = (1 + FAILURES) * (1 + REST_S / WORK_S) * 1.1
    return float(solved.fun) / len(orders) * overhead
