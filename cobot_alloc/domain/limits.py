"""
The clocks and limits of a cell: how long things may wait and how many there may be.

All clocks run on cell time, except the age of a signature, which people's computers stamp
with the time of day.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cobot_alloc.domain.labour import Ergonomics
from cobot_alloc.domain.requirements import Requirements

_DAY_S = 86400.0


def _check_range(name: str, value: float, low: float, high: float) -> None:
    # Written so that NaN, which compares false with everything, is refused too.
    if not low <= value <= high:
        raise ValueError(f'{name} must be in {low:g}..{high:g}, got {value}')


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskClocks:
    """
    How long a question may wait.

    :ivar unclaimed_s: how long a case may wait for someone to claim or answer it; then it
        goes one level up, where it may wait twice as long.
    :ivar lease_s: how long a claim holds; then the case is back on the list.
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    unclaimed_s: float = 120.0
    lease_s: float = 300.0

    def __post_init__(self) -> None:
        """Refuse clocks that no shift could work with."""
        _check_range('unclaimed_s', self.unclaimed_s, 1.0, _DAY_S)
        _check_range('lease_s', self.lease_s, 1.0, _DAY_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    The clocks and limits of one cell.

    :ivar goal_expires_s: how long after a task was given to an arm the arm may still begin.
    :ivar silence_s: how long an arm may be silent before it counts as offline.
    :ivar resume_again_s: how long after a resume was granted to an arm that still stands it is
        granted again; the first grant may have been lost on its way.
    :ivar patience_s: how long a task that no known agent can do waits for one that can, before
        a person is asked.
    :ivar keep_finished_s: how long finished orders and answered cases stay in view; after it
        only the journal has them.
    :ivar max_agents: beats of further arms are ignored.
    :ivar max_waiting_tasks: orders that would make more tasks wait than this are refused.
    :ivar max_order_tasks: the most tasks that one order may bring.
    :ivar explore: whether arms of which little is known are tried now and then.
    :ivar seed: of the draws that this takes.
    :ivar requirements: of whoever works in the cell.
    :ivar ergonomics: what counts as strain of a person.
    :ivar skills: that agents of the cell have beside those of the product; ``codes`` likewise:
        codes of failures that arms report; ``tools``: names of tools.
    :ivar signature_age_s: how far the stamp of a person's request may be from now, either way.
    """

    __pydantic_config__ = {'extra': 'forbid'}  # noqa: RUF012 - read by the file reader only

    desk: DeskClocks = field(default_factory=DeskClocks)
    goal_expires_s: float = 20.0
    silence_s: float = 2.0
    resume_again_s: float = 2.0
    patience_s: float = 10.0
    keep_finished_s: float = 3600.0
    max_agents: int = 1000
    max_waiting_tasks: int = 10_000
    max_order_tasks: int = 1000
    signature_age_s: float = 30.0
    explore: bool = True
    seed: int = 0
    requirements: Requirements = field(default_factory=Requirements)
    ergonomics: Ergonomics = field(default_factory=Ergonomics)
    skills: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could ever be done."""
        _check_range('goal_expires_s', self.goal_expires_s, 0.1, 600.0)
        _check_range('silence_s', self.silence_s, 0.1, 600.0)
        _check_range('resume_again_s', self.resume_again_s, 0.1, 600.0)
        _check_range('patience_s', self.patience_s, 0.0, _DAY_S)
        _check_range('keep_finished_s', self.keep_finished_s, 1.0, 30 * _DAY_S)
        _check_range('max_agents', self.max_agents, 1, 100_000)
        _check_range('max_waiting_tasks', self.max_waiting_tasks, 1, 1_000_000)
        _check_range('max_order_tasks', self.max_order_tasks, 1, 100_000)
        _check_range('signature_age_s', self.signature_age_s, 1.0, 3600.0)
