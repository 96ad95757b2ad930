"""
Belief: what an assumption and the evidence together say of the next run, with its uncertainty.

Conjugate updates (Gelman et al., Bayesian Data Analysis, chapters 2 and 3): durations are
lognormal with a normal-inverse-gamma belief, success is Bernoulli with a beta belief, exceptions
are Poisson over the hours at work with a gamma belief. A narrower scope starts from what is
believed of the wider one, held as lightly as a run or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import math
from typing import NamedTuple

from cobot_alloc.domain.agent import AgentKind
from cobot_alloc.domain.experience.evidence import Evidence, Scope, scopes
from cobot_alloc.domain.experience.quantiles import (
    beta_quantile,
    gamma_quantile,
    student_t_quantile,
)
from cobot_alloc.domain.identifiers import AgentId

#: How firmly an assumption is held: in runs, for the mean and for the spread.
ASSUMED_STRENGTH = 0.5
ASSUMED_SHAPE = 2.0
#: Standard deviation of a duration's logarithm, before any was measured.
ASSUMED_SPREAD = 0.5
#: Successes and failures that stand for not knowing: 90 %, as firmly as five runs.
ASSUMED_SUCCESSES, ASSUMED_FAILURES = 4.5, 0.5
#: One exception an hour, as firmly as half an hour.
ASSUMED_EXCEPTIONS, ASSUMED_HOURS = 0.5, 0.5
#: What an arm draws while it works, watts, as firmly as ten seconds of it; a person: nothing.
ASSUMED_POWER_W = 200.0
ASSUMED_POWERED_S = 10.0

#: How firmly a wider scope's belief is held of a narrower one, at most.
BORROWED_STRENGTH = 1.0
BORROWED_TRIES = 5.0
BORROWED_HOURS = 0.5
#: What is left of a doubt at least, in tries: no other's luck is a certainty of one's own.
LEAST_DOUBT = 0.5


class Belief(NamedTuple):
    """
    A belief about the next run.

    :ivar runs: attempts of the agent itself behind it, in the narrowest scope that has any.
    :ivar log_mean: of the mean of the logarithm of a duration in seconds; believed as firmly
        as ``strength`` runs.
    :ivar shape: with ``scale``, of the inverse gamma belief about that logarithm's variance.
    :ivar successes: with ``failures``, of the beta belief about success.
    :ivar exceptions: with ``hours``, shape and rate of the gamma belief.
    """

    runs: int
    log_mean: float
    strength: float
    shape: float
    scale: float
    successes: float
    failures: float
    exceptions: float
    hours: float
    joules: float
    powered_s: float

    @property
    def work_s(self) -> float:
        """
        Expected duration, seconds.

        With the variance's point estimate: the mean over all that is believed does not exist,
        for the tails of the logarithm are those of Student's t.
        """
        return math.exp(self.log_mean + 0.5 * self.scale / self.shape)

    @property
    def success(self) -> float:
        """Expected probability that an attempt succeeds."""
        return self.successes / (self.successes + self.failures)

    @property
    def exceptions_per_h(self) -> float:
        """Expected exceptions per hour at work."""
        return self.exceptions / self.hours

    @property
    def power_w(self) -> float:
        """Expected electrical power while at work, watts."""
        return self.joules / self.powered_s

    @property
    def log_mean_error(self) -> float:
        """Scale of what is believed of the mean logarithm, which is Student's t."""
        return math.sqrt(self.scale / (self.shape * self.strength))

    def duration_quantile_s(self, share: float) -> float:
        """Return below which duration the next run will be with that probability."""
        spread = self.log_mean_error * math.sqrt(self.strength + 1.0)
        return math.exp(self.log_mean + student_t_quantile(share, 2.0 * self.shape) * spread)

    def work_quantile_s(self, share: float) -> float:
        """Return below which the expected duration is believed to be with that probability."""
        off = student_t_quantile(share, 2.0 * self.shape) * self.log_mean_error
        return self.work_s * math.exp(off)

    def success_quantile(self, share: float) -> float:
        """Return below which the probability of success is believed to be, likewise."""
        return beta_quantile(share, self.successes, self.failures)

    def exceptions_quantile_per_h(self, share: float) -> float:
        """Return below which the rate of exceptions is believed to be, likewise."""
        return gamma_quantile(share, self.exceptions) / self.hours

    def given(self, evidence: Evidence, *, runs: int, share: float = 1.0) -> Belief:
        """
        Return the belief after the evidence, with so many of the agent's own runs in it.

        :param share: of the evidence that still counts.
        """
        timed = evidence.timed * share
        strength = self.strength + timed
        off = evidence.log_mean - self.log_mean
        return Belief(
            runs=runs,
            log_mean=self.log_mean + off * timed / strength,
            strength=strength,
            shape=self.shape + 0.5 * timed,
            scale=self.scale
            + 0.5 * evidence.log_squares * share
            + 0.5 * self.strength * timed / strength * off * off,
            successes=self.successes + evidence.successes * share,
            failures=self.failures + evidence.failures * share,
            exceptions=self.exceptions + evidence.exceptions * share,
            hours=self.hours + evidence.hours * share,
            joules=self.joules + evidence.joules * share,
            powered_s=self.powered_s + evidence.powered_s * share,
        )

    def borrowed(self) -> Belief:
        """Return what it says of a narrower scope: the same, less firmly."""
        tries = min(1.0, BORROWED_TRIES / (self.successes + self.failures))
        hours = min(1.0, BORROWED_HOURS / self.hours)
        powered = min(1.0, ASSUMED_POWERED_S / self.powered_s)
        shape = min(self.shape, ASSUMED_SHAPE)
        return Belief(
            runs=self.runs,
            log_mean=self.log_mean,
            strength=min(self.strength, BORROWED_STRENGTH),
            shape=shape,
            scale=self.scale * shape / self.shape,
            successes=max(LEAST_DOUBT, self.successes * tries),
            failures=max(LEAST_DOUBT, self.failures * tries),
            exceptions=max(LEAST_DOUBT * self.hours * hours, self.exceptions * hours),
            hours=self.hours * hours,
            joules=self.joules * powered,
            powered_s=self.powered_s * powered,
        )


def assumption(work_s: float, agent_kind: AgentKind) -> Belief:
    """Return what is believed before anything was measured, around an assumed duration."""
    power_w = ASSUMED_POWER_W if agent_kind is AgentKind.ARM else 0.0
    return Belief(
        runs=0,
        log_mean=math.log(work_s) - 0.5 * ASSUMED_SPREAD**2,
        strength=ASSUMED_STRENGTH,
        shape=ASSUMED_SHAPE,
        scale=ASSUMED_SHAPE * ASSUMED_SPREAD**2,
        successes=ASSUMED_SUCCESSES,
        failures=ASSUMED_FAILURES,
        exceptions=ASSUMED_EXCEPTIONS,
        hours=ASSUMED_HOURS,
        joules=power_w * ASSUMED_POWERED_S,
        powered_s=ASSUMED_POWERED_S,
    )


def belief_about(
    experience: Mapping[Scope, Evidence],
    *,
    skill: str,
    agent_kind: AgentKind,
    agent_id: AgentId,
    part: str,
    assumed_s: float,
    together: bool = False,
) -> Belief:
    """
    Return what is believed of an agent's next run at a skill.

    From the widest scope that has evidence down to the narrowest: skill and kind of agent,
    agent, kind of part.

    :param assumed_s: duration in seconds where nothing was measured yet.
    :param together: of an arm's run together with a person.
    """
    chain = scopes(skill, agent_kind, agent_id, part, together=together)
    return belief_along(experience, chain, assumption(assumed_s, agent_kind))


def belief_along(
    experience: Mapping[Scope, Evidence], chain: Iterable[Scope], belief: Belief
) -> Belief:
    """Return the belief after the evidence of each scope of a chain, the widest first."""
    skill_runs = 0
    for depth, scope in enumerate(chain):
        if depth:
            belief = belief.borrowed()
        evidence = experience.get(scope)
        if evidence is None:
            continue
        skill_runs = max(skill_runs, evidence.skill_runs)
        runs = evidence.runs if scope.agent_id else 0
        belief = belief.given(evidence, runs=runs, share=evidence.share_after(skill_runs))
    return belief
