"""A cell with everything that makes work wait, played at random from a seed."""

from __future__ import annotations

from contextlib import suppress
from random import Random

from cobot_alloc.domain.attempt import AttemptStatus
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.domain.inputs import AdoptPlan
from cobot_alloc.domain.limits import DeskClocks, Limits
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.requirements import Absence, CertificateRule, Requirements
from cobot_alloc.domain.reservation import Reservation
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.domain.zone import ExclusiveArea
from support.cells import a_person, a_task, an_arm, PlayedCell

SKILLS = ('pick_place', 'weld', 'hold', 'inspect')
PLACES = ('tray', 'nest_1', 'nest_2', 'belt_in', 'belt_out', 'bench', 'box')
LOCATIONS = {name: (0.3 + 0.25 * n, 0.1, 0.0) for n, name in enumerate(PLACES)}
PARTS = ('', *(f'gear_{n}' for n in range(4)), *(f'plate_{n}' for n in range(3)))
_ENDS = (AttemptStatus.SUCCEEDED,) * 4 + (AttemptStatus.FAILED,)


def rules_of(random: Random) -> dict[str, object]:
    """Return the rules of a cell, each feature there or not."""
    absences = (Absence(agent=AgentId('arm_0'), from_s=40.0, until_s=60.0, every_s=120.0),)
    requirements = Requirements(
        absences=absences if random.random() < 0.5 else (),
        certificates=(CertificateRule(skill='inspect', certificate='visual'),),
        families=(FamilyRule(family='plates', part='plate'),),
        setups=(SetupRule(from_='any', to='any', seconds=5.0),) if random.random() < 0.3 else (),
    )
    # So that a task waits for a cleaner hour or not, by its order, its work and its deadline.
    green = Policy(flow=0.001, carbon=20.0, carbon_g_per_mj=(100.0, 10.0))
    policy = green if random.random() < 0.3 else Policy()
    return {
        'limits': Limits(
            desk=DeskClocks(unclaimed_s=20.0, lease_s=15.0),
            keep_finished_s=60.0,
            requirements=requirements,
        ),
        'locations': LOCATIONS,
        'areas': (ExclusiveArea(area_id='middle', locations=frozenset({'bench', 'nest_1'})),),
        'belts': {'belt_in': 'belt', 'belt_out': 'belt'} if random.random() < 0.7 else {},
        'single_places': frozenset({'nest_1', 'nest_2'}) if random.random() < 0.7 else frozenset(),
        'preferences': Preferences(policy=policy),
    }


class RandomCell(PlayedCell):
    """Plays itself; one index follows its state all the time."""

    def __init__(self, seed: int) -> None:
        """Begin an empty cell with rules of its own."""
        self.random = Random(seed)
        super().__init__(**rules_of(self.random))
        self.agents = [
            an_arm(f'arm_{n}', skills=frozenset(self.random.sample(SKILLS, 3)), reach_m=2.0)
            for n in range(3)
        ]
        self.people = [
            a_person(
                f'person_{n}',
                skills=frozenset(self.random.sample(SKILLS, 2)),
                certificates=frozenset(self.random.sample(('visual', 'other'), 1)),
            )
            for n in range(2)
        ]
        self._made = 0

    def some_tasks(self) -> list[Task]:
        """Return an order's tasks."""
        random, made = self.random, []
        known = list(self.state.tasks)
        for _ in range(random.randint(1, 5)):
            self._made += 1
            before = [t.task_id for t in made] + known[-6:]
            chosen = random.sample(before, min(len(before), random.choice((0, 0, 1, 2))))
            modes = random.choice(
                ((), (), (WorkMode.TOGETHER,), (WorkMode.ARM, WorkMode.TOGETHER))
            )
            made.append(
                a_task(
                    f't{self._made}',
                    skill=random.choice((*SKILLS, *SKILLS, 'unheard_of')),
                    part=random.choice(PARTS),
                    source=random.choice(('', *PLACES)),
                    target=random.choice(('', *PLACES)),
                    modes=modes,
                    priority=random.choice((0, 0, 1)),
                    earliest_start_s=random.choice((0.0, 0.0, 20.0)),
                    deadline_s=random.choice((None, None, 50.0, 4000.0)),
                    predecessors=tuple(chosen),
                )
            )
        return made

    def play(self) -> None:
        """Let one thing happen."""
        random = self.random
        self.now_s += random.choice((0.0, 0.05, 1.0, 7.0))
        moves = (
            self._order, self._end, self._end, self._end, self._beat, self._beat, self._person,
            self._answer, self._answer, self._plan, lambda: self.wait(0.0),
        )  # fmt: skip
        with suppress(Refused):  # an input like any other: nothing has changed
            random.choice(moves)()

    def _order(self) -> None:
        if len(self.state.queued) + len(self.state.blocked) < 30:
            self.submit(*self.some_tasks(), key=f'key-{self._made}', order=f'o{self._made}')

    def _beat(self) -> None:
        arm = self.random.choice(self.agents)
        if self.random.random() < 0.1:
            self.miss(arm.agent_id)
        else:
            self.hear(arm, held=self.random.random() < 0.1)

    def _person(self) -> None:
        person = self.random.choice(self.people)
        action = self.random.choice((Action.SIGN_ON, Action.SIGN_ON, Action.SIGN_OFF))
        self.act(self.cell_subject, action, actor=person.agent_id, person=person)

    def _end(self) -> None:
        busy = [t for t in self.state.in_hand if self.task(t).open_attempt is not None]
        if busy:
            task_id = self.random.choice(busy)
            self.begin(task_id)
            status = self.random.choice(_ENDS)
            if status is AttemptStatus.FAILED:
                self.fail(task_id, self.random.choice(('grip_failed', 'unreachable', 'crushed')))
            else:
                self.succeed(task_id)

    def _answer(self) -> None:
        subjects = [Subject(SubjectKind.CASE, c) for c in self.state.open_cases]
        subjects += [Subject(SubjectKind.TASK, t) for t in list(self.state.in_hand)]
        if subjects:
            subject = self.random.choice(subjects)
            offered = sorted(self.offered(subject), key=lambda action: action.value)
            if offered:
                actor = self.random.choice(self.people).agent_id
                self.act(subject, self.random.choice(offered), actor=actor)

    def _plan(self) -> None:
        waiting = self.random.sample(
            list(self.state.queued), min(len(self.state.queued), self.random.randint(0, 6))
        )
        agents = list(self.state.agents)
        if agents:
            self.give(
                AdoptPlan(
                    reservations=tuple(
                        Reservation(
                            task_id=task_id,
                            agent_id=self.random.choice(agents),
                            start_s=self.now_s + self.random.choice((0.0, 5.0, 30.0)),
                        )
                        for task_id in waiting
                    ),
                    cost_s=1.0, instead_of_s=None, policy='test', origin='test',
                )
            )  # fmt: skip
