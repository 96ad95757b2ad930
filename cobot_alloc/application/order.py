"""An order as a person wrote it: tasks that arrive together and are finished together."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.identifiers import OrderId
from cobot_alloc.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Tasks to submit together. Their times count from acceptance."""

    order_id: OrderId
    title: str
    tasks: tuple[Task, ...]
