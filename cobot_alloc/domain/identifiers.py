"""Identities of the things in a cell."""

from __future__ import annotations

from typing import NewType

CellId = NewType('CellId', str)
OrderId = NewType('OrderId', str)
TaskId = NewType('TaskId', str)
AgentId = NewType('AgentId', str)
CaseId = NewType('CaseId', str)
ZoneId = NewType('ZoneId', str)

#: A try at a task. One counter serves the whole cell and only grows, so that an arm can
#: refuse whatever is older than the newest it has seen: the fence.
Fence = NewType('Fence', int)
