"""Reaction rules: the ordered table that answers a failure. The first match wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.failure import Failure, Phase
from cobot_alloc.domain.lifecycles.shift import Shift
from cobot_alloc.domain.task import Task


class Reaction(str, Enum):
    """What may follow a failure."""

    RETRY = 'retry'  #: the same agents may try again
    REASSIGN = 'reassign'  #: anyone but the agent that failed may try
    ASK = 'ask'  #: a person decides; the task waits
    HOLD = 'hold'  #: the task waits, and nobody is called before the next attended shift
    SCRAP = 'scrap'  #: the part is given up


#: Reactions that move an arm again without a person having looked.
CONTINUING = frozenset({Reaction.RETRY, Reaction.REASSIGN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """
    When a rule matches; what is left out does not matter.

    :ivar attempts_below: matches while the task's failed attempts, the one at hand included,
        are fewer than this.
    """

    phase: frozenset[Phase] = frozenset()
    code: frozenset[str] = frozenset()
    skill: frozenset[str] = frozenset()
    hazardous: bool | None = None
    attempts_below: int | None = None

    def holds(self, *, failure: Failure, task: Task, failed_attempts: int) -> bool:
        """Tell whether a failure of a task meets the condition."""
        return (
            (not self.phase or failure.phase in self.phase)
            and (not self.code or failure.code in self.code)
            and (not self.skill or task.skill in self.skill)
            and (self.hazardous is None or task.is_hazardous is self.hazardous)
            and (self.attempts_below is None or failed_attempts < self.attempts_below)
        )

    def covers(self, other: Condition, *, of_hazardous_work: bool = False) -> bool:
        """
        Tell whether it holds wherever the other does.

        :param of_hazardous_work: ask only about failures of hazardous tasks.
        """
        hazardous = True if of_hazardous_work else other.hazardous
        return (
            _includes(self.phase, other.phase)
            and _includes(self.code, other.code)
            and _includes(self.skill, other.skill)
            and self.hazardous in (None, hazardous)
            and (
                self.attempts_below is None
                or (
                    other.attempts_below is not None
                    and other.attempts_below <= self.attempts_below
                )
            )
        )


def _includes(
    these: frozenset[Phase] | frozenset[str],
    those: frozenset[Phase] | frozenset[str],
) -> bool:
    # An empty set stands for every value.
    return not these or (bool(those) and those <= these)


ALWAYS = Condition()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRule:
    """One row: when it matches, and what follows with and without anyone there."""

    name: str
    when: Condition = field(default_factory=Condition)
    attended: Reaction
    unattended: Reaction

    def reaction(self, shift: Shift) -> Reaction:
        """Return what follows in a shift of that kind."""
        return self.attended if shift is Shift.ATTENDED else self.unattended


#: What holds where a table, against ``check``, has no answer.
LAST_RESORT = ReactionRule(name='last resort', attended=Reaction.ASK, unattended=Reaction.HOLD)


def choose(
    rules: Sequence[ReactionRule],
    *,
    failure: Failure,
    task: Task,
    failed_attempts: int,
    shift: Shift,
) -> ReactionRule:
    """
    Return the first rule that matches.

    Nothing goes on with hazardous work while nobody is there: such a rule is passed over,
    whatever table it came from.

    :param failed_attempts: of the task, the failure at hand included.
    """
    alone_with_hazard = task.is_hazardous and shift is Shift.UNATTENDED
    for rule in rules:
        if alone_with_hazard and rule.reaction(shift) in CONTINUING:
            continue
        if rule.when.holds(failure=failure, task=task, failed_attempts=failed_attempts):
            return rule
    return LAST_RESORT


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFault:
    """What is wrong with a table: the row, from 0, its key, and a sentence."""

    row: int
    key: str
    text: str


def faults(rules: Sequence[ReactionRule]) -> tuple[RuleFault, ...]:
    """Return all that is wrong with a table; empty if it may be used."""
    found = [fault for row in range(len(rules)) for fault in _faults_of(rules, row)]
    if not rules or rules[-1].when != ALWAYS:
        found.append(
            RuleFault(
                row=max(len(rules) - 1, 0),
                key='when',
                text='the last rule must be a catch-all, one without conditions',
            )
        )
    return tuple(found)


def check(rules: Sequence[ReactionRule]) -> None:
    """
    Refuse a table that could leave a failure without an answer, or go on regardless.

    :raises BadInput: with one line for each fault.
    """
    found = faults(rules)
    if found:
        raise BadInput('\n'.join(f'rule {it.row + 1}, {it.key}: {it.text}' for it in found))


def _faults_of(rules: Sequence[ReactionRule], row: int) -> list[RuleFault]:
    rule, earlier = rules[row], rules[:row]
    found: list[tuple[str, str]] = []
    if not rule.name:
        found.append(('name', 'every rule needs a name; the journal says which one answered'))
    if any(other.name == rule.name for other in earlier):
        found.append(('name', f'{rule.name!r} is the name of an earlier rule too'))
    below = rule.when.attempts_below
    if below is not None and below < 2:
        found.append(
            ('when', f'attempts_below must be >= 2, got {below}: the first failure counts as 1')
        )
    for key, reaction in (('attended', rule.attended), ('unattended', rule.unattended)):
        if reaction in CONTINUING and below is None:
            found.append((key, f'{reaction.value} without attempts_below would go on without end'))
    if rule.unattended in CONTINUING and _reaches_hazardous_work(rule, earlier):
        text = (
            f'{rule.unattended.value} would go on with hazardous work while nobody is there;'
            ' expected ask, hold or scrap, or hazardous: false among the conditions'
        )
        found.append(('unattended', text))
    shadow = next((other for other in earlier if other.when.covers(rule.when)), None)
    if shadow is not None:
        found.append(('when', f'never reached: {shadow.name!r} above it matches all of this'))
    return [RuleFault(row=row, key=key, text=text) for key, text in found]


def _reaches_hazardous_work(rule: ReactionRule, earlier: Sequence[ReactionRule]) -> bool:
    if rule.when.hazardous is False:
        return False
    return not any(other.when.covers(rule.when, of_hazardous_work=True) for other in earlier)
