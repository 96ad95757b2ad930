"""What the plan is after an event."""

from __future__ import annotations

from cobot_alloc.domain import events as ev
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.evolution.drafts import Changes


def _plan_adopted(draft: CellState, event: ev.PlanAdopted) -> None:
    draft.plan.clear()
    draft.plan.update({r.task_id: r for r in event.reservations})


CHANGES: Changes = {ev.PlanAdopted: _plan_adopted}
