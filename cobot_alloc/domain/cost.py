"""
Who should: the cost of an agent for a task, term by term, in seconds.

What is expected comes from what was learned, or from plain assumptions as long as nothing was;
what it counts comes from the policy, by the same function for the dispatcher and for the plan:
``scheduling.weighing``. A task is weighed here as a plan would that had nothing else to do.

Three things are not the plan's, each for a reason. ``exploration``: where the cell tries
little-known arms, one term says by how much a draw of what the arm may be like differs from what
is expected of it; a plan of many tasks is made of what is expected, or every new draw would upset
it. Ageing: a plan orders tasks by their cost, so what has waited has to count more in it; here
tasks are taken in order of priority, deadline and age. Whole milliseconds: a journal keeps what
was compared, so here it is rounded first.
"""

from __future__ import annotations

from functools import partial

from cobot_alloc.domain.allocation.expectation import belief_of
from cobot_alloc.domain.allocation.in_hand import free_in_s
from cobot_alloc.domain.allocation.modes import expectation_of
from cobot_alloc.domain.allocation.order_targets import weight_of
from cobot_alloc.domain.candidate import CostTerm
from cobot_alloc.domain.cell import AgentRecord, CellState, TaskRecord
from cobot_alloc.domain.experience.belief import Belief
from cobot_alloc.domain.experience.draws import draw
from cobot_alloc.domain.labour import HOUR_S
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.weighing import Expectation, operation_terms
from cobot_alloc.domain.setting_up import changeover

#: The term that a draw makes.
EXPLORATION = 'exploration'
#: What priority adds to the terms of time.
PRIORITY = 'priority'


def cost_terms(
    record: TaskRecord,
    candidate: AgentRecord,
    state: CellState,
    rules: CellRules,
    *,
    now_s: float,
    helper: AgentRecord | None = None,
) -> tuple[CostTerm, ...]:
    """
    Return the terms of the agent's cost for the task, alone or together with a helper.

    Whole milliseconds, so that what is kept and shown is what was compared.
    """
    task, policy, weight = record.task, rules.preferences.policy, weight_of(record.task)
    belief = belief_of(task, candidate, state, rules, together=helper is not None)
    expected = expectation_of(task, (candidate, helper), belief, state, rules, now_s=now_s)
    wait_s = free_in_s(candidate, state, rules, now_s=now_s)
    if helper is not None:
        wait_s = max(wait_s, free_in_s(helper, state, rules, now_s=now_s))
    setup_s = changeover(task, candidate, state, rules).seconds
    weigh = partial(
        operation_terms,
        policy,
        since_s=now_s,
        start_s=now_s + wait_s + setup_s,
        deadline_s=task.deadline_s,
    )
    weighed = weigh(expected)
    plain_s = urgent_s = sum(weighed.values())
    if weight != 1.0:
        urgent_s = sum(weigh(expected, weight=weight).values())
    work = 'work_measured' if belief.runs else 'work_assumed'
    terms = {
        'wait': policy.flow * wait_s,
        'setup': policy.flow * setup_s,
        work: policy.flow * expected.duration_s,
        **{name: seconds for name, seconds in weighed.items() if name != 'flow'},
        PRIORITY: urgent_s - plain_s,
    }
    if not candidate.is_person and rules.preferences.seed is not None:
        # One draw for an arm with whomever: the belief is about the arm.
        how = ' together' if helper is not None else ''
        purpose = f'{task.task_id} {record.version} {candidate.agent.agent_id}{how}'
        drawn = _as_drawn(expected, belief, seed=rules.preferences.seed, purpose=purpose)
        terms[EXPLORATION] = sum(weigh(drawn, weight=weight).values()) - urgent_s
    return tuple(
        CostTerm(name=name, seconds=round(seconds, 3))
        for name, seconds in terms.items()
        if seconds or name in ('wait', work)
    )


def _as_drawn(expected: Expectation, belief: Belief, *, seed: int, purpose: str) -> Expectation:
    """Return what an arm would do by a draw of what it may be like; a helper's strain as it is."""
    drawn = draw(belief, seed=seed, purpose=purpose)
    return Expectation(
        duration_s=drawn.work_s,
        energy_j=belief.power_w * drawn.work_s,
        rework=1.0 - drawn.success,
        questions=drawn.exceptions_per_h * drawn.work_s / HOUR_S,
        strain=expected.strain,
    )
