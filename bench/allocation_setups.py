"""Changes of tools in a cell: as tasks come, with the rules told, and with a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from statistics import mean
from typing import Any

from setup_cell import a_task, PlannerOfAMoment, SetupCell, TOOL_OF

from cobot_alloc.application.planner import DispatchOnly
from cobot_alloc.domain.task import Task

Arrivals = list[tuple[float, Sequence[Task]]]
SKILLS = tuple(TOOL_OF)
#: Seconds between orders of the streams, on average.
GAPS_S = (9.0, 5.5)
STREAMS, TASKS = 5, 100
#: Seconds of planning for each decision; the cell's time stands still meanwhile.
PLANNING_S = 0.08
#: Who decides: by name, what the cell is made with.
DECIDERS: dict[str, Callable[[], dict[str, Any]]] = {
    'as they come, changes unknown': lambda: {'told': False},
    'as they come, changes weighed': dict,
    'the dispatch pass': lambda: {'planner': DispatchOnly('')},
    'the planner': lambda: {'planner': PlannerOfAMoment(PLANNING_S)},
}


def batch(count: int, *, skills: int = 2, orders: bool = False) -> Arrivals:
    """Return tasks that alternate between skills, all at once, in one order or each its own."""
    tasks = [a_task(f't{n}', SKILLS[n % skills]) for n in range(count)]
    return [(0.0, [task]) for task in tasks] if orders else [(0.0, tasks)]


def rush(seed: int, *, orders: int = 15, tasks: int = 3) -> Arrivals:
    """Return orders of a few tasks of any skill, all at once."""
    draw = Random(seed)
    return [
        (0.0, [a_task(f't{n}_{i}', draw.choice(SKILLS)) for i in range(tasks)])
        for n in range(orders)
    ]


def stream(seed: int, gap_s: float, *, count: int = TASKS) -> Arrivals:
    """Return orders of one task of any skill, at chance times."""
    draw, at_s, arrivals = Random(seed), 0.0, Arrivals()
    for n in range(count):
        at_s += draw.expovariate(1.0 / gap_s)
        arrivals.append((at_s, [a_task(f't{n}', draw.choice(SKILLS))]))
    return arrivals


def measure() -> dict[str, Any]:
    """Let every decider do the same work, and print what it came to."""
    found: dict[str, Any] = {}
    print('\n24 tasks of two tools in turn, one arm: changes, seconds until the last has ended')
    for name, made in DECIDERS.items():
        figures = SetupCell({'a': TOOL_OF[SKILLS[0]]}, **made()).run(batch(24)).summary()
        found[f'batch, {name}'] = figures
        print(f'  {name:32} {figures["changes"]:4.0f} {figures["end_s"]:7.0f}')
    print(f'\nOrders of three tools, two arms, mean of {STREAMS}: 15 of three tasks at once;')
    print(f'{TASKS} of one, at so many seconds on average')
    print('  gap s  who decides                      changes  flow s  longest')
    for gap_s in (0.0, *GAPS_S):
        for name, made in DECIDERS.items():
            arms = {'a': 'two_finger', 'b': 'screwdriver'}
            runs = [
                SetupCell(arms, **made())
                .run(stream(seed, gap_s) if gap_s else rush(seed))
                .summary()
                for seed in range(STREAMS)
            ]
            figures = {key: mean(run[key] for run in runs) for key in runs[0]}
            found[f'{gap_s} s, {name}'] = figures
            print(
                f'  {gap_s:5.1f}  {name:32} {figures["changes"]:7.1f}'
                f' {figures["flow_mean_s"]:7.1f} {figures["flow_max_s"]:8.1f}'
            )
    return found
