"""A cell in which ever so many tasks wait, for bench_decision.py."""

from __future__ import annotations

from typing import Any

from cobot_alloc.domain import inputs
from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide_and_evolve
from cobot_alloc.domain.events import Event
from cobot_alloc.domain.failure import Measurements
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, OrderId, TaskId
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.reactions import Reaction, ReactionRule
from cobot_alloc.domain.requirements import Absence, Requirements
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.domain.zone import ExclusiveArea
from cobot_alloc.planning.pairing import pair_at_least_cost

#: Arms that are at work, and idle ones whose work is not to be had at this moment: its place is
#: taken, its part is behind another on a belt, another arm is in the same area.
BUSY = ('arm_0', 'arm_1', 'arm_2', 'arm_3')
IDLE = {'seater': 'seat', 'taker': 'take', 'welder': 'weld'}
STORIES = ('move', 'seat', 'take', 'weld', 'two', 'move')
LYING = 20  # parts on the belt


def rules() -> CellRules:
    """Return rules with belts, single places, areas, setups and absences."""
    return CellRules(
        reactions=(ReactionRule(name='all', attended=Reaction.ASK, unattended=Reaction.HOLD),),
        limits=Limits(
            max_waiting_tasks=100_000,
            requirements=Requirements(
                families=(FamilyRule(family='plates', part='plate'),),
                setups=(SetupRule(from_='any', to='any', seconds=8.0),),
                absences=tuple(
                    Absence(agent=AgentId(name), from_s=3600.0, until_s=4000.0)
                    for name in (*BUSY, *IDLE)
                ),
            ),
        ),
        pair=pair_at_least_cost,
        locations={f'place_{n}': (0.1 * n, 0.2, 0.0) for n in range(8)},
        areas=(ExclusiveArea(area_id='middle', locations=frozenset({'place_0', 'place_1'})),),
        belts={'belt_in': 'belt', 'belt_out': 'belt'},
        single_places=frozenset({'nest'}),
    )


def some_task(number: int) -> Task:
    """Return the task of a number; the stories take turns."""
    story = STORIES[number % len(STORIES)]
    ends = {
        'move': (f'place_{2 + number % 5}', 'place_7'),
        'seat': ('place_6', 'nest'),
        'take': ('belt_out', 'place_6'),
        'weld': ('place_0', ''),
        'two': (f'place_{2 + number % 3}', ''),
    }[story]
    return Task(
        task_id=TaskId(f'task_{number}'),
        order_id=OrderId(''),
        skill={'move': 'pick_place', 'two': 'hold'}.get(story, story),
        part=f'gear_{number}' if number % 4 else f'plate_{number}',
        source=ends[0],
        target=ends[1],
        modes=(WorkMode.TOGETHER,) if story == 'two' else (),
        deadline_s=5000.0 + number if number % 3 == 0 else None,
    )


def first_tasks() -> list[Task]:
    """Return what makes others wait: in an area, on a belt, at a place."""
    begin = [_first(f'load_{n}', part=f'gear_b{n}', target='belt_in') for n in range(LYING)]
    begin.append(_first('inside', source='place_1'))
    begin.append(_first('lift', skill='lift', part='gear_b0', source='belt_out'))
    begin.append(_first('free', skill='lift', part='gear_n', source='nest', target='place_3'))
    return begin


def _first(name: str, **more: Any) -> Task:
    return Task(**{'task_id': name, 'order_id': '', 'skill': 'pick_place', 'priority': 9, **more})


class DecisionCell:
    """A cell with arms at work, and one index that follows its state."""

    def __init__(self, waiting: int) -> None:
        """
        Fill a cell.

        :param waiting: how many tasks wait.
        """
        self.rules = rules()
        self.index = WorkIndex(self.rules)
        self.state = CellState(cell_id=CellId('cell'))
        self.now_s = 1.0
        self._submitted = 0
        able = {name: {'pick_place', 'hold', 'lift'} for name in BUSY}
        able |= {name: {skill} for name, skill in IDLE.items()}
        self.arms = [
            Agent(
                agent_id=AgentId(name),
                kind=AgentKind.ARM,
                skills=frozenset(skills),
                payload_kg=3.0,
                reach_m=2.0,
            )
            for name, skills in able.items()
        ]
        self._put_on_the_belt()
        while len(self.state.queued) < waiting:
            self.submit(min(1000, waiting))
        for arm in self.arms:
            self.give(self.beat(arm))

    def _put_on_the_belt(self) -> None:
        """Let one arm load the belt, and get to work inside the area that others need."""
        self._give_order('first', first_tasks())
        loader = self.arms[0]
        self.give(self.beat(loader))
        for _ in range(LYING):
            self.now_s += 1.0
            self.give(self.ending(loader) or inputs.PassTime())
        for n in range(1, LYING):
            waits = _first(f'wait_{n}', skill='take', part=f'gear_b{n}', source='belt_out')
            self._give_order(f'wait_{n}', [waits])

    def give(self, given: inputs.Input) -> tuple[Event, ...]:
        """Let the cell take up an input."""
        events, self.state = decide_and_evolve(
            self.state, given, now_s=self.now_s, rules=self.rules, index=self.index
        )
        return events

    def submit(self, tasks: int) -> None:
        """Submit an order of so many tasks."""
        begin, self._submitted = self._submitted, self._submitted + tasks
        self._give_order(f'order_{begin}', [some_task(begin + n) for n in range(tasks)])

    def _give_order(self, name: str, tasks: list[Task]) -> None:
        self.give(
            inputs.SubmitOrder(
                order_id=OrderId(name), idempotency_key=name, requester='bench', tasks=tuple(tasks)
            )
        )

    def beat(self, arm: Agent, *, held: bool = False) -> inputs.HearArm:
        """Return what an arm says of itself."""
        record = self.state.task_of(arm.agent_id)
        attempt = record.open_attempt if record is not None else None
        return inputs.HearArm(
            agent=arm,
            boot_id='boot',
            mode=SafetyMode.NORMAL,
            held=held,
            zone_clear=True,
            fence_in_hand=Fence(0) if attempt is None else attempt.fence,
        )

    def ending(self, arm: Agent) -> inputs.ReportAttempt | None:
        """Return the report of an arm that it has done what it has in hand."""
        record = self.state.task_of(arm.agent_id)
        if record is None or record.open_attempt is None:
            return None
        return inputs.ReportAttempt(
            report=AttemptReport(
                agent_id=arm.agent_id,
                task_id=record.task.task_id,
                fence=record.open_attempt.fence,
                status=AttemptStatus.SUCCEEDED,
                failure=None,
                measurements=Measurements(duration_s=5.0, energy_j=100.0),
            )
        )

    def sign_on(self, name: str, *skills: str) -> None:
        """Let a person with these skills sign on."""
        person = Agent(
            agent_id=AgentId(name),
            kind=AgentKind.PERSON,
            skills=frozenset(skills),
            payload_kg=10.0,
            reach_m=None,
        )
        self._act(name, Action.SIGN_ON, person)

    def sign_off(self, name: str) -> None:
        """Let a person sign off."""
        self._act(name, Action.SIGN_OFF)

    def _act(self, name: str, action: Action, person: Agent | None = None) -> None:
        self.give(
            inputs.TakeAction(
                request_id=f'{action.value} {name}',
                actor=name,
                subject=Subject(SubjectKind.CELL, self.state.cell_id),
                action=action,
                version=self.state.version,
                person=person,
            )
        )
