"""
Decide: what an input leads to.

``decide`` is pure: from the state, the input, the time and the rules it makes events, and
changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cobot_alloc.domain import inputs
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decisions.acting import take_action
from cobot_alloc.domain.decisions.intake import submit_order
from cobot_alloc.domain.decisions.outcomes import report_attempt
from cobot_alloc.domain.decisions.planning import adopt_plan
from cobot_alloc.domain.decisions.presence import hear_arm, miss_agent, read_zone, start_again
from cobot_alloc.domain.decisions.settling import settle
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.turn import Turn
from cobot_alloc.domain.waiting.index import WorkIndex


def decide(
    state: CellState, given: inputs.Input, *, now_s: float, rules: CellRules
) -> tuple[Event, ...]:
    """
    Return the events that an input leads to, in order; none if it changes nothing.

    :param now_s: cell time in seconds.
    :raises Refused: if the input asks for what the rules do not allow; nothing is changed.
    """
    events, _ = decide_and_evolve(state, given, now_s=now_s, rules=rules)
    return events


def decide_and_evolve(
    state: CellState,
    given: inputs.Input,
    *,
    now_s: float,
    rules: CellRules,
    index: WorkIndex | None = None,
) -> tuple[tuple[Event, ...], CellState]:
    """
    Return the events that an input leads to, and the state that they make of the given one.

    The state is what ``evolve`` would give; it is at hand, because a decision looks at what the
    one before it made.

    :param index: of the state before; it is of the state after on return. Without one, one is
        made, which costs as much as there are tasks.
    :raises Refused: as ``decide``.
    """
    turn = Turn(state, now_s=now_s, rules=rules, index=index)
    _DECISIONS[type(given)](turn, given)
    settle(turn)
    return tuple(turn.events), turn.state


def _pass_time(_turn: Turn, _given: inputs.PassTime) -> None:
    """Nothing of its own: the clocks run whatever the input."""


_DECISIONS: dict[type, Callable[[Turn, Any], None]] = {
    inputs.SubmitOrder: submit_order,
    inputs.HearArm: hear_arm,
    inputs.StartAgain: start_again,
    inputs.MissAgent: miss_agent,
    inputs.ReportAttempt: report_attempt,
    inputs.ReadZone: read_zone,
    inputs.TakeAction: take_action,
    inputs.AdoptPlan: adopt_plan,
    inputs.PassTime: _pass_time,
}
