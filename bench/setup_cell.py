"""The allocator's own decisions over arms that change tools, in a time of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
import heapq
from itertools import count
from statistics import mean
import threading

from cobot_alloc.application.plan_watch import PlanWatch
from cobot_alloc.application.planner import DispatchOnly, Planner
from cobot_alloc.domain import events as ev
from cobot_alloc.domain.agent import Agent, AgentKind
from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.cell import CellState
from cobot_alloc.domain.decide import decide_and_evolve
from cobot_alloc.domain.failure import Measurements
from cobot_alloc.domain.identifiers import AgentId, CellId, Fence, OrderId, TaskId
from cobot_alloc.domain.inputs import (
    AdoptPlan,
    HearArm,
    Input,
    PassTime,
    ReportAttempt,
    SubmitOrder,
)
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.domain.limits import Limits
from cobot_alloc.domain.preferences import Preferences
from cobot_alloc.domain.reactions import Reaction, ReactionRule
from cobot_alloc.domain.requirements import Absence, Requirements, ToolRule
from cobot_alloc.domain.rules import CellRules
from cobot_alloc.domain.scheduling.policy import Policy
from cobot_alloc.domain.scheduling.problem import SchedulingProblem
from cobot_alloc.domain.scheduling.schedule import Schedule
from cobot_alloc.domain.setup_rules import SetupRule
from cobot_alloc.domain.task import Task
from cobot_alloc.domain.waiting.index import WorkIndex
from cobot_alloc.planning.pairing import pair_at_least_cost
from cobot_alloc.planning.plan_search import PlanSearch

#: What every work and every change of tools takes here, seconds.
WORK_S, CHANGE_S = 6.0, 9.0
#: The skills, and the tool of each.
TOOL_OF = {'pick_place': 'two_finger', 'fasten': 'screwdriver', 'dispense': 'nozzle'}
_NOTHING_FAILS = ReactionRule(
    name='nothing fails', attended=Reaction.SCRAP, unattended=Reaction.SCRAP
)
#: Cell time passes at least so often, seconds.
TICK_S = 1.0


@dataclass
class Figures:
    """
    What a run came to.

    :ivar given: (task, arm) in the order in which they were given out.
    :ivar flow_s: by task, from its order to its end.
    """

    given: list[tuple[TaskId, AgentId]] = field(default_factory=list)
    flow_s: dict[TaskId, float] = field(default_factory=dict)
    changes: int = 0
    end_s: float = 0.0

    def summary(self) -> dict[str, float]:
        """Return the figures of the table, seconds."""
        return {
            'changes': self.changes,
            'end_s': self.end_s,
            'flow_mean_s': mean(self.flow_s.values()),
            'flow_max_s': max(self.flow_s.values()),
        }


class PlannerOfAMoment(DispatchOnly):
    """The planner, working for a moment of real time while the cell's time stands still."""

    def __init__(self, seconds: float) -> None:
        """Take the moment's length."""
        super().__init__('')
        self._seconds = seconds
        self._found: list[Schedule] = []

    def start(self, problem: SchedulingProblem, incumbent: Schedule) -> None:
        """Search until the moment is over, or nothing better is possible."""
        self._found.clear()
        search = PlanSearch(problem, incumbent, found=self._found.append)
        timer = threading.Timer(self._seconds, search.stop)
        timer.start()
        search.run()
        timer.cancel()

    def poll(self) -> Schedule | None:
        """Return the best that was found, once."""
        best = min(self._found, key=lambda schedule: schedule.cost_s, default=None)
        self._found.clear()
        return best


class SetupCell:
    """A cell of arms that need a tool for each skill and take time to change it."""

    def __init__(
        self,
        arms: Mapping[str, str],
        *,
        planner: Planner | None = None,
        policy: Policy | None = None,
        told: bool = True,
        absences: Sequence[Absence] = (),
    ) -> None:
        """
        Begin with idle arms.

        :param arms: names, and the tool that each has on.
        :param planner: None: nothing is planned ahead.
        :param told: whether the cell's rules say what a change takes.
        """
        self._policy = policy or Policy()
        change = SetupRule(from_='any', to='any', seconds=CHANGE_S)
        self._rules = CellRules(
            reactions=(_NOTHING_FAILS,),
            limits=Limits(
                requirements=Requirements(
                    tools=tuple(ToolRule(skill=s, tools=(t,)) for s, t in TOOL_OF.items()),
                    setups=(change,) if told else (),
                    absences=tuple(absences),
                )
            ),
            pair=pair_at_least_cost,
            preferences=Preferences(policy=self._policy),
        )
        self._watch = None
        if planner is not None:
            self._watch = PlanWatch(planner, rules=self._rules, policy=('bench', self._policy))
        self.state = CellState(cell_id=CellId('bench'))
        self._index = WorkIndex(self._rules)
        self.history: list[ev.Event] = []
        self.now_s = 0.0
        self._tools = dict(arms)
        self._queue: list[tuple[float, int, object]] = []
        self._serial = count()
        self.figures = Figures()
        for name, tool in arms.items():
            self._give(_beat(name, tool))

    def run(self, arrivals: Iterable[tuple[float, Sequence[Task]]]) -> Figures:
        """Take on orders at their times, and go on until everything has ended."""
        left = 0
        for number, (at_s, tasks) in enumerate(arrivals):
            left += len(tasks)
            name = OrderId(f'o{number}')
            order = SubmitOrder(
                order_id=name, idempotency_key=name, requester='bench', tasks=tuple(tasks)
            )
            self._at(at_s, order)
        self._at(self.now_s + TICK_S, PassTime())
        while len(self.figures.flow_s) < left:
            self.now_s, _, what = heapq.heappop(self._queue)
            assert isinstance(what, SubmitOrder | ReportAttempt | HearArm | PassTime)
            if isinstance(what, PassTime):
                self._at(self.now_s + TICK_S, what)
            self._give(what)
            self._look()
        self.figures.end_s = max(
            e.at_s for e in self.history if isinstance(e, ev.AttemptSucceeded)
        )  # fmt: skip
        return self.figures

    def _at(self, at_s: float, what: Input) -> None:
        heapq.heappush(self._queue, (at_s, next(self._serial), what))

    def _look(self) -> None:
        """Plan, and let the planner say what it has found."""
        for _ in range(2 if self._watch is not None else 0):
            assert self._watch is not None
            self._watch.look(self.state, self._index, now_s=self.now_s, offer=self._offer)

    def _offer(self, plan: AdoptPlan) -> bool:
        return any(isinstance(event, ev.PlanAdopted) for event in self._give(plan))

    def _give(self, given: Input) -> Sequence[ev.Event]:
        events, self.state = decide_and_evolve(
            self.state, given, now_s=self.now_s, rules=self._rules, index=self._index
        )
        self.history += events
        for event in events:
            if isinstance(event, ev.AttemptStarted):
                self._begin(event)
            elif isinstance(event, ev.TaskEnded):
                record = self.state.tasks[event.task_id]
                self.figures.flow_s[event.task_id] = event.at_s - record.submitted_s
        return events

    def _begin(self, event: ev.AttemptStarted) -> None:
        """Change the tool if need be, work, and report both."""
        self.figures.given.append((event.task_id, event.agent_id))
        tool = TOOL_OF[self.state.tasks[event.task_id].task.skill]
        setup_s = CHANGE_S if self._tools[event.agent_id] != tool else 0.0
        if setup_s:
            self.figures.changes += 1
            self._at(self.now_s + setup_s, _beat(event.agent_id, tool))
        self._tools[event.agent_id] = tool
        duration_s = setup_s + WORK_S
        running = _report(event, AttemptStatus.RUNNING, Measurements())
        self._at(self.now_s, running)
        done = Measurements(duration_s=duration_s, setup_s=setup_s or None)
        self._at(self.now_s + duration_s, _report(event, AttemptStatus.SUCCEEDED, done))


def a_task(task_id: str, skill: str, **features: float) -> Task:
    """Return a task of a skill."""
    return Task(
        task_id=TaskId(task_id), order_id=OrderId(''), skill=skill,
        deadline_s=features.get('deadline_s'),
    )  # fmt: skip


def _beat(name: str, tool: str) -> HearArm:
    return HearArm(
        agent=_arm(name),
        boot_id='b',
        mode=SafetyMode.NORMAL,
        held=False,
        zone_clear=True,
        tool=tool,
    )


def _arm(name: str) -> Agent:
    return Agent(
        agent_id=AgentId(name),
        kind=AgentKind.ARM,
        skills=frozenset(TOOL_OF),
        payload_kg=1.0,
        reach_m=1.0,
    )


def _report(
    event: ev.AttemptStarted, status: AttemptStatus, measured: Measurements
) -> ReportAttempt:
    return ReportAttempt(
        report=AttemptReport(
            agent_id=event.agent_id,
            task_id=event.task_id,
            fence=Fence(event.fence),
            status=status,
            measurements=measured,
        )
    )
