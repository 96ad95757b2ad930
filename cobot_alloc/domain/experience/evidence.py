"""
Evidence: what is kept of past attempts, as weighted sums that forget slowly.

A record stands for one scope: a skill of one kind of agents, of one agent, or of one agent on
one kind of part; what an arm does together with a person is kept apart from what it does alone.
Each further run makes what came before count a little less; runs that others got instead do so
too, so that whoever was bad once is tried again in the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
import math
from typing import NamedTuple

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.identifiers import AgentId

#: Runs after which a run counts 1/e of a new one; about twice as many still help a mean.
MEMORY_RUNS = 50.0
#: Likewise, of runs of the same skill that others got.
IDLE_MEMORY_RUNS = 200.0

_KEEP = math.exp(-1.0 / MEMORY_RUNS)
_KEEP_IDLE = math.exp(-1.0 / IDLE_MEMORY_RUNS)

#: Shortest duration that is believed, seconds: a logarithm is taken of it.
SHORTEST_S = 0.01


class Scope(NamedTuple):
    """
    What a piece of evidence is about.

    :ivar agent_id: empty: all agents of the kind.
    :ivar part_kind: empty: all parts, and none.
    :ivar together: of arms at work together with a person, whoever that was.
    """

    skill: str
    agent_kind: AgentKind
    agent_id: AgentId = AgentId('')
    part_kind: str = ''
    together: bool = False


def kind_of_part(part: str) -> str:
    """Return a part's name without its number: ``gear_2`` is a ``gear``."""
    return part.rstrip('0123456789').rstrip('_-') or part


def scopes(
    skill: str, agent_kind: AgentKind, agent_id: AgentId, part: str, *, together: bool = False
) -> tuple[Scope, ...]:
    """Return what an attempt teaches something of, the widest first."""
    widest = Scope(skill, agent_kind, together=together)
    wide = (widest, widest._replace(agent_id=agent_id))
    kind = kind_of_part(part)
    return (*wide, wide[1]._replace(part_kind=kind)) if kind else wide


def changeover_skill(before: str, after: str) -> str:
    """Return the name under which a changeover is learned, as work of its own."""
    return f'{before or "?"} > {after}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    Weighted sums over attempts.

    :ivar runs: attempts that taught something, never forgotten.
    :ivar skill_runs: of the widest scope, when this was written last.
    :ivar timed: weight of the durations.
    :ivar log_mean: mean of the durations' natural logarithms, of seconds.
    :ivar log_squares: sum of squared deviations from it.
    :ivar hours: weight of the hours at work, for the rate of exceptions.
    :ivar joules: electrical, an estimate of the arm; drawn in ``powered_s`` seconds.
    """

    runs: int = 0
    skill_runs: int = 0
    timed: float = 0.0
    log_mean: float = 0.0
    log_squares: float = 0.0
    successes: float = 0.0
    failures: float = 0.0
    exceptions: float = 0.0
    hours: float = 0.0
    joules: float = 0.0
    powered_s: float = 0.0

    def share_after(self, skill_runs: int) -> float:
        """Return which share of it still counts, when the widest scope has so many runs."""
        return float(_KEEP_IDLE ** max(0, skill_runs - self.skill_runs))

    def with_lesson(self, lesson: Lesson, *, skill_runs: int) -> Evidence:
        """
        Return the evidence with one more run in it.

        :param skill_runs: runs of the widest scope, this one included.
        """
        # West's update of a weighted mean and its squares (Comm. ACM 22, 1979).
        keep = _KEEP * self.share_after(skill_runs - 1)
        timed, log_mean = self.timed * keep, self.log_mean
        log_squares = self.log_squares * keep
        if lesson.succeeded:
            off = math.log(max(lesson.seconds, SHORTEST_S)) - log_mean
            timed += 1.0
            log_mean += off / timed
            log_squares += off * off * (timed - 1.0) / timed
        drawn = lesson.joules is not None
        return Evidence(
            runs=self.runs + 1,
            skill_runs=skill_runs,
            timed=timed,
            log_mean=log_mean,
            log_squares=log_squares,
            successes=self.successes * keep + (1.0 if lesson.succeeded else 0.0),
            failures=self.failures * keep + (0.0 if lesson.succeeded else 1.0),
            exceptions=self.exceptions * keep,
            hours=self.hours * keep + max(0.0, lesson.seconds) / 3600.0,
            joules=self.joules * keep + (lesson.joules or 0.0),
            powered_s=self.powered_s * keep + (lesson.seconds if drawn else 0.0),
        )

    def with_exception(self) -> Evidence:
        """Return the evidence with one more exception in it."""
        return replace(self, exceptions=self.exceptions + 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """
    One run that ended.

    :ivar succeeded: False if the agent failed at it; how long that took says nothing of how
        long the work takes.
    :ivar joules: electrical; None if there are no figures.
    """

    seconds: float
    succeeded: bool
    joules: float | None = None
