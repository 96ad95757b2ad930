"""The allocator's node against an arm of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
import time
from typing import Any

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
import pytest
from rosgraph_msgs.msg import Clock
from support.fake_arm import FakeArm
from support.present import present
from support.wire import Latest, Wire

from cobot_alloc.application.operators import Role
from cobot_alloc.application.processes import cell_nodes
from cobot_alloc.application.signing import ActionRequest
from cobot_alloc.bootstrap import add_operator, open_allocator, prepare_cell
from cobot_alloc.domain.case import Action, Subject, SubjectKind
from cobot_alloc.people.keys import read_signer
from cobot_alloc.ros import names, qos
from cobot_alloc.ros.allocator_node import AllocatorNode
from cobot_alloc.ros.conversions import time_to_msg
from cobot_alloc_msgs import msg, srv

CELL = Subject(SubjectKind.CELL, 'cell_a')


class Bench:
    """An allocator on a wire, and what it publishes."""

    def __init__(self, wire: Wire, folder: Path) -> None:
        self.wire = wire
        self.layout = prepare_cell('two_arm_cell', state=folder, person='anna', speed=1.0)
        (self.spec,) = [node for node in cell_nodes(self.layout) if node.name == 'allocator']
        self.allocators = []
        self._clock = wire.node.create_publisher(Clock, names.CLOCK, qos.TELEMETRY)
        self._since = time.monotonic()
        self._requests = 0
        wire.steps.append(self._tell_time)
        self.tasks = wire.hear(msg.TaskArray, names.TASKS, qos.STATE)
        self.cases = wire.hear(msg.CaseArray, names.CASES, qos.STATE)
        self.agents = wire.hear(msg.AgentArray, names.AGENTS, qos.STATE)
        self.mode = wire.hear(msg.CellMode, names.MODE, qos.MODE)

    def limits(self, **changes: Any) -> str:
        """Let the allocator read other limits than the shipped ones."""
        path = self.layout.state / 'limits.yaml'
        path.write_text(''.join(f'{name}: {value}\n' for name, value in changes.items()))
        return str(path)

    def make(self, **parameters: Any) -> AllocatorNode:
        """Return an allocator on the wire, not configured."""
        given: dict[str, Any] = {**self.spec.parameters, **parameters}
        allocator = AllocatorNode(open_allocator, **self.wire.options(**given))
        self.wire.executor.add_node(allocator)
        self.allocators.append(allocator)
        return allocator

    def start(self, **parameters: Any) -> AllocatorNode:
        """Return an active allocator."""
        allocator = self.make(**parameters)
        assert allocator.autostart(), allocator.failure
        return allocator

    def drop(self, allocator: AllocatorNode) -> None:
        """Take an allocator down without a word to anyone."""
        self.wire.executor.remove_node(allocator)
        allocator.close()
        allocator.destroy_node()
        self.allocators.remove(allocator)

    def close(self) -> None:
        """Take everything down."""
        for allocator in list(self.allocators):
            self.drop(allocator)

    def _tell_time(self) -> None:
        now_s = time.monotonic() - self._since + 1.0
        self._clock.publish(Clock(clock=time_to_msg(now_s)))

    # What the tests do

    def submit(self, *tasks: str, key: str = 'key-1') -> Any:
        """Submit an order."""
        return self.wire.ask(
            srv.SubmitOrder,
            names.SUBMIT_ORDER,
            idempotency_key=key,
            order_id=f'order-{key}',
            requester='test',
            tasks=[task(name) if isinstance(name, str) else name for name in tasks],
        )

    def act(
        self,
        subject: Subject,
        action: Action,
        *,
        actor: str = 'anna',
        key: str = '',
        request_id: str = '',
        late_s: int = 0,
        version: int | None = None,
        sent: Any = None,
    ) -> Any:
        """
        Act as a person and return the answer.

        :param key: whose key it is signed with, if not the actor's.
        :param late_s: how far in the past it was signed.
        :param sent: fields of the request that are other than they were signed.
        """
        self._requests += 1
        request = ActionRequest(
            cell_id='cell_a',
            request_id=request_id or f'request-{self._requests}',
            stamp_ns=time.time_ns() - late_s * 10**9,
            subject=subject,
            action=action,
            version=self.offers(subject).version if version is None else version,
            actor=actor,
            note='because',
        )
        signer = read_signer(self.layout.state / 'operators' / f'{key or actor}.key')
        seconds, nanoseconds = divmod(request.stamp_ns, 10**9)
        fields = {
            'request_id': request.request_id,
            'stamp': Time(sec=seconds, nanosec=nanoseconds),
            'subject_kind': subject.kind.value,
            'subject_id': subject.id,
            'action': action.value,
            'version': request.version,
            'actor': actor,
            'note': request.note,
            'signature': list(signer.sign(request.message())),
        }
        return self.wire.ask(srv.ExecuteAction, names.EXECUTE_ACTION, **{**fields, **(sent or {})})

    def offers(self, subject: Subject) -> Any:
        """Return what may be done about a subject."""
        return self.wire.ask(
            srv.GetAvailableActions,
            names.GET_AVAILABLE_ACTIONS,
            subject_kind=subject.kind.value,
            subject_id=subject.id,
        )

    # What the tests see

    def status(self, name: str) -> Any | None:
        """Return a task as published, or None."""
        tasks = self.tasks.message.tasks if self.tasks.message else []
        return next((status for status in tasks if status.task.task_id == name), None)

    def is_in(self, name: str, *states: str) -> bool:
        """Tell whether a task is in one of these states."""
        status = self.status(name)
        return status is not None and status.state in states

    def until_in(self, name: str, *states: str, timeout_s: float = 30.0) -> None:
        """Wait until a task is in one of these states."""
        self.wire.until(
            lambda: self.is_in(name, *states), timeout_s, what=lambda: self.status(name)
        )

    def open_case(self) -> Any | None:
        """Return the first open case as published, or None."""
        cases = self.cases.message.cases if self.cases.message else []
        return next((case for case in cases if case.state == 'open'), None)

    def agent(self, name: str) -> Any | None:
        """Return an agent as published, or None."""
        agents = self.agents.message.agents if self.agents.message else []
        return next((agent for agent in agents if agent.agent_id == name), None)

    def has_ready(self, name: str) -> bool:
        """Tell whether an arm is ready."""
        agent = self.agent(name)
        return agent is not None and agent.health == 'ready'


def task(name: str, **fields: Any) -> Any:
    """Return a task that the arm of the test can do."""
    given: dict[str, Any] = {'skill': 'pick_place', 'part': 'housing_1', 'source': 'tray_a_1'}
    given |= {'target': 'fixture_a_1', 'payload_kg': 0.3, **fields}
    return msg.Task(task_id=name, **given)


@pytest.fixture
def bench(wire: Wire, tmp_path: Path) -> Iterator[Bench]:
    """Return an allocator's surroundings."""
    made = Bench(wire, tmp_path)
    yield made
    made.close()


# Work


def test_goals_carry_rising_fences_and_results_are_asked_for(bench: Bench, wire: Wire) -> None:
    """The arm's result message is lost; what became of the attempt is asked and believed."""
    arm = FakeArm(wire)
    allocator = bench.start()
    assert bench.submit('a', 'b').accepted
    bench.until_in('a', 'underway')
    (goal,) = arm.goals
    assert goal.task.task_id == 'a'
    assert goal.attempt == 1
    assert goal.expires_s == present(allocator._parts).limits.goal_expires_s
    assert goal.stamp.sec > 0
    arm.end('succeeded')
    bench.until_in('a', 'completed')
    assert present(bench.status('a')).duration_s == 1.5
    assert present(bench.status('a')).agent_id == 'panda'
    wire.until(lambda: len(arm.goals) == 2)
    arm.end('succeeded')
    bench.until_in('b', 'completed')
    assert arm.fences() == [1, 2]


def test_an_arm_and_a_person_do_a_task_together(bench: Bench, wire: Wire) -> None:
    """Both are named in goal, state and explanation, and are free when the arm says so."""
    arm = FakeArm(wire)
    add_operator(
        bench.layout.state / 'operators', 'bert', skills=frozenset({'pick_place'}),
        role=Role.OPERATOR,
    )  # fmt: skip
    bench.start()
    bench.submit(task('both', modes=['together']), task('mine', modes=['person']))
    wire.until(lambda: bench.is_in('both', 'queued') and bench.has_ready('panda'))
    assert bench.act(CELL, Action.SIGN_ON, actor='bert').done
    bench.until_in('both', 'underway')
    (goal,) = arm.goals
    assert (goal.helper, list(goal.task.modes)) == ('bert', ['together'])
    assert (present(bench.status('both')).agent_id, present(bench.status('both')).helper) == (
        'panda',
        'bert',
    )
    wire.until(
        lambda: (
            present(bench.agent('bert')).task_id == present(bench.agent('panda')).task_id == 'both'
        )
    )
    assert bench.is_in('mine', 'queued')
    (chosen,) = [c for c in wire.ask(
        srv.ExplainTask, names.EXPLAIN_TASK, task_id='both').candidates if c.chosen]  # fmt: skip
    assert (chosen.agent_id, chosen.helper) == ('panda', 'bert')
    arm.end('succeeded')
    bench.until_in('both', 'completed')
    bench.until_in('mine', 'manual')
    assert present(bench.status('both')).helper == 'bert'


def test_modes_that_are_none_are_refused(bench: Bench) -> None:
    """The refusal says what was given and what is expected."""
    bench.start()
    answer = bench.submit(task('odd', modes=['alone']))
    assert not answer.accepted
    assert "modes: got 'alone', expected one of arm, person, together" in answer.message


def test_a_failure_becomes_a_case(bench: Bench, wire: Wire) -> None:
    """What an arm could not do is a question that names what happened."""
    arm = FakeArm(wire)
    bench.start()
    bench.submit('a')
    bench.until_in('a', 'underway')
    arm.end('failed', phase='execution', code='part_dropped')
    case = wire.until(bench.open_case)
    assert (case.subject_kind, case.subject_id) == ('task', 'a')
    assert case.failure.code == 'part_dropped'
    wire.until(lambda: present(bench.status('a')).case_id == case.case_id)
    assert len(arm.goals) == 1


def test_a_code_that_nobody_has_listed_is_shown_and_asked_about(bench: Bench, wire: Wire) -> None:
    """It comes through as it is; one that the limits list is no news."""
    health = wire.hear(DiagnosticArray, names.DIAGNOSTICS, qos.TELEMETRY)
    arm = FakeArm(wire)
    bench.start(limits=bench.limits(codes='[gas_low]'))
    for name, code in (('a', 'gas_low'), ('b', 'arc_lost')):
        bench.submit(name, key=name)
        bench.until_in(name, 'underway')
        arm.end('failed', phase='execution', code=code)
        bench.until_in(name, 'awaiting_decision')
    codes = {case.failure.code for case in present(bench.cases.message).cases}
    assert codes == {'gas_low', 'arc_lost'}
    wire.until(lambda: figure(health, 'unlisted codes') == 'arc_lost')


def figure(health: Latest, key: str) -> Any | None:
    """Return a figure of the latest diagnostics, or None."""
    statuses = health.message.status if health.message else []
    return next((it.value for status in statuses for it in status.values if it.key == key), None)


def test_an_order_with_a_skill_that_nobody_has_is_refused(bench: Bench, wire: Wire) -> None:
    """Its sentence has the skill that was meant; what an arm has announced is known."""
    bench.start()
    answer = bench.submit(task('a', skill='pick_plaec'))
    assert (answer.accepted, answer.reason_code) == (False, 'skill_unknown')
    assert "task a: skill: got 'pick_plaec', expected 'pick_place'" in answer.message
    assert bench.submit('a').accepted


def test_a_refused_goal_is_tried_again_by_rule_and_then_asked_about(
    bench: Bench, wire: Wire
) -> None:
    """Each try has a fence of its own; after the last one a person is asked."""
    arm = FakeArm(wire)
    arm.takes_goals = False
    bench.start()
    bench.submit('a')
    case = wire.until(bench.open_case, 30.0)
    assert case.failure.code == 'goal_refused'
    assert len(arm.goals) > 1
    assert arm.fences() == list(range(1, len(arm.goals) + 1))
    bench.until_in('a', 'awaiting_decision')


def test_a_silent_arm_is_offline_and_its_work_a_question(bench: Bench, wire: Wire) -> None:
    """Whether it was done is unknown, so nobody else is sent; the arm's own word settles it."""
    arm = FakeArm(wire)
    bench.start(limits=bench.limits(silence_s=0.5))
    bench.submit('a')
    bench.until_in('a', 'underway')
    arm.beating = False
    case = wire.until(bench.open_case)
    assert case.failure.code == 'arm_silent'
    wire.until(lambda: present(bench.agent('panda')).health == 'offline')
    bench.until_in('a', 'awaiting_decision')
    arm.beating = True
    bench.until_in('a', 'underway')
    wire.until(lambda: bench.open_case() is None)
    arm.end('succeeded')
    bench.until_in('a', 'completed')
    assert len(arm.goals) == 1


def test_a_cancel_reaches_the_attempt_of_another_process(bench: Bench, wire: Wire) -> None:
    """An attempt given out before a restart is canceled by its id after it."""
    arm = FakeArm(wire)
    first = bench.start()
    bench.submit('a')
    bench.until_in('a', 'underway')
    bench.drop(first)
    bench.tasks.messages.clear()
    bench.start()
    bench.until_in('a', 'underway')
    bench.act(CELL, Action.SIGN_ON)
    assert bench.act(Subject(SubjectKind.TASK, 'a'), Action.CANCEL).done
    wire.until(lambda: arm.canceled)
    assert set(arm.canceled) == {1}
    arm.end('canceled')
    bench.until_in('a', 'canceled')


def test_the_story_of_a_task_can_be_asked_for_until_a_time(bench: Bench, wire: Wire) -> None:
    """The decision is the latest until then; before the order there is none; NaN is no time."""
    arm = FakeArm(wire)
    bench.start()
    bench.submit('a')
    bench.until_in('a', 'underway')
    first_s = _at_s(_explained(wire).text)
    arm.end('failed', phase='execution', code='grip_failed')
    wire.until(lambda: len(arm.goals) == 2)
    bench.until_in('a', 'underway')
    assert _explained(wire).attempt == 2
    then = _explained(wire, has_at=True, at_s=first_s + 0.005)
    assert then.known
    assert (then.attempt, 'attempt 2' in then.text) == (1, False)
    early = _explained(wire, has_at=True, at_s=-1.0)
    assert not early.known
    assert 'got -1 s, expected' in early.text
    assert 'at_s: got nan' in _explained(wire, has_at=True, at_s=float('nan')).text


def _explained(wire: Wire, **request: Any) -> Any:
    return wire.ask(srv.ExplainTask, names.EXPLAIN_TASK, task_id='a', **request)


def _at_s(text: str) -> float:
    line = next(line for line in text.splitlines() if 'attempt 1 is given' in line)
    return float(line.split()[0])


def test_what_an_arm_is_set_up_for_is_seen_by_all(bench: Bench, wire: Wire) -> None:
    """By its beat, as soon as it changes."""
    arm = FakeArm(wire)
    bench.start()
    for setup in ('two_finger', 'screwdriver'):
        arm.tool = setup
        wire.until(
            lambda setup=setup: (
                bench.has_ready('panda') and present(bench.agent('panda')).setup == setup
            )
        )


def test_a_held_arm_is_resumed_by_rule_once_its_zone_is_clear(bench: Bench, wire: Wire) -> None:
    """A cleared zone is no permission: the rule gives it, stamped and for a limited time."""
    arm = FakeArm(wire)
    arm.mode, arm.held, arm.zone_clear, arm.cause = 'STOPPED', True, False, 'a person is near'
    bench.start()
    wire.until(lambda: bench.has_ready('panda') and present(bench.agent('panda')).held)
    seen = len(bench.mode.messages)
    wire.until(lambda: len(bench.mode.messages) > seen + 5)
    assert arm.resumes == []
    cleared = time.monotonic()
    arm.zone_clear, arm.cause = True, 'waiting to be resumed'
    wire.until(lambda: arm.resumes)
    assert time.monotonic() - cleared >= 0.9, 'clear_for_s of the shipped world is 1 s'
    assert arm.resumes[0].stamp.sec > 0
    assert arm.resumes[0].expires_s > 0
    assert arm.resumes[0].authority
    wire.until(lambda: not present(bench.agent('panda')).held)


# Floods


def test_a_flood_of_beats_is_cut_and_counted(bench, wire):
    """Of ever new names, and of one with ever new news; an honest arm is heard all the while."""
    arm = FakeArm(wire)
    bench.start(limits=bench.limits(silence_s=60.0, max_agents=10_000))
    wire.until(lambda: bench.has_ready('panda'))
    health = wire.hear(DiagnosticArray, names.DIAGNOSTICS, qos.TELEMETRY)
    beats = wire.node.create_publisher(msg.AgentBeat, names.BEATS, qos.BEAT)
    wire.until(lambda: beats.get_subscription_count())
    sent = 0

    def flood():
        nonlocal sent
        for _ in range(25):
            sent += 1
            name = f'ghost_{sent}' if sent % 2 else 'ghost_1'
            beats.publish(msg.AgentBeat(agent_id=name, mode='NORMAL', cause=str(sent)))

    def dropped():
        figures = health.message.status[0].values if health.message else []
        return sum(int(figure.value) for figure in figures if figure.key == 'beats dropped')

    wire.steps.append(flood)
    assert bench.submit('a').accepted
    wire.until(lambda: arm.goals)
    wire.until(lambda: dropped() > 1000, what=lambda: (sent, health.message))
    arm.cause = 'still here'
    wire.until(lambda: bench.agent('panda').cause == 'still here')
    assert len(bench.agents.message.agents) < sent / 4


def test_of_a_flood_of_zones_the_last_word_counts(bench, wire):
    """It says each zone a hundred times, and the other way round at the end."""
    FakeArm(wire)
    allocator = bench.start()
    wire.until(lambda: bench.has_ready('panda'))
    zones = wire.node.create_publisher(msg.ZoneArray, names.ZONES, qos.STATE)
    wire.until(lambda: zones.get_subscription_count())
    known = sorted(allocator._parts.allocator.zone_ids)
    before = allocator._parts.journal.last_seq
    flips = [
        msg.ZoneState(zone_id=zone, occupied=bool(n % 2), sensing_fresh=True)
        for n in range(100)
        for zone in ('nowhere', *known)
    ]
    for _ in range(50):
        zones.publish(msg.ZoneArray(zones=flips))
    state = lambda: allocator._parts.allocator.state  # noqa: E731
    wire.until(lambda: all(z in state().zones and state().zones[z].occupied for z in known))
    assert allocator._parts.journal.last_seq - before < 20 * len(known)


# Starting again


def test_work_in_hand_is_asked_about_after_a_restart_and_not_given_again(
    bench: Bench, wire: Wire
) -> None:
    """The attempt goes on in the arm while no allocator is there."""
    arm = FakeArm(wire)
    first = bench.start()
    bench.submit('a')
    bench.until_in('a', 'underway')
    bench.drop(first)
    arm.end('succeeded')
    arm.asked.clear()
    bench.tasks.messages.clear()
    bench.start()
    bench.until_in('a', 'completed')
    assert 1 in arm.asked
    assert arm.fences() == [1]


def test_a_restart_leaves_time_to_find_the_arms(bench: Bench, wire: Wire) -> None:
    """An arm that is not heard yet is not silent: nobody is asked about it at once."""
    arm = FakeArm(wire)
    first = bench.start()
    bench.submit('a')
    bench.until_in('a', 'underway')
    bench.drop(first)
    arm.beating = False
    bench.mode.messages.clear()
    bench.start(limits=bench.limits(silence_s=0.2))
    wire.until(lambda: len(bench.mode.messages) > 5)
    assert bench.open_case() is None
    arm.beating = True
    arm.end('succeeded')
    bench.until_in('a', 'completed')
    assert bench.open_case() is None


def test_an_order_is_accepted_once(bench: Bench, wire: Wire) -> None:
    """The same key again gives the first answer again, after a restart too."""
    first = bench.start()
    assert bench.submit('a').order_id == 'order-key-1'
    bench.drop(first)
    bench.start()
    again = bench.submit('a')
    assert again.accepted
    assert again.order_id == 'order-key-1'
    assert bench.submit('a', 'b').reason_code == 'key_reused'
    wire.until(lambda: bench.status('a'))
    assert bench.status('b') is None


def test_fences_step_over_one_that_was_sent_by_hand(bench: Bench, wire: Wire) -> None:
    """The arm says which is the highest that it has seen; the next goal is above it."""
    arm = FakeArm(wire)
    arm._reports[41] = msg.AttemptReport(
        agent_id='panda', task_id='by_hand', attempt=41, status='succeeded'
    )
    bench.start()
    wire.until(lambda: bench.has_ready('panda'))
    bench.submit('a')
    wire.until(lambda: arm.goals)
    assert arm.fences() == [42]


def test_a_second_allocator_on_the_same_journal_is_refused(bench: Bench) -> None:
    """A journal has one writer."""
    bench.start()
    second = bench.make()
    assert not second.autostart()
    assert 'journal.sqlite' in second.failure
    assert 'another process is writing' in second.failure


# State topics


def test_a_late_joiner_sees_the_truth_at_once(bench: Bench, wire: Wire) -> None:
    """Tasks, cases, agents and mode reach a subscriber that comes when all is said."""
    arm = FakeArm(wire)
    bench.start()
    bench.submit('a')
    bench.until_in('a', 'underway')
    arm.end('failed', phase='execution', code='part_dropped')
    wire.until(bench.open_case)
    late = [
        wire.hear(msg.TaskArray, names.TASKS, qos.STATE),
        wire.hear(msg.CaseArray, names.CASES, qos.STATE),
        wire.hear(msg.AgentArray, names.AGENTS, qos.STATE),
        wire.hear(msg.CellMode, names.MODE, qos.MODE),
    ]
    wire.until(lambda: all(heard.message for heard in late))
    tasks, cases, agents, mode = (heard.message for heard in late)
    assert [(status.task.task_id, status.state) for status in present(tasks).tasks] == [
        ('a', 'awaiting_decision')
    ]
    assert [case.failure.code for case in present(cases).cases] == ['part_dropped']
    assert [agent.agent_id for agent in present(agents).agents] == ['panda']
    assert (present(mode).cell_id, present(mode).mode, present(mode).shift) == (
        'cell_a',
        'NORMAL',
        'unattended',
    )


# Lifecycle


def test_an_inactive_node_refuses_politely(bench: Bench, wire: Wire) -> None:
    """Each service answers that the allocator is not active; nothing is written."""
    allocator = bench.make(autostart=False)
    assert allocator.autostart()
    for _ in range(2):
        answer = bench.submit('a')
        assert not answer.accepted
        assert answer.reason_code == 'not_active'
        signed = bench.act(CELL, Action.SIGN_ON, version=0)
        assert not signed.done
        assert signed.reason_code == 'not_active'
        change(wire, Transition.TRANSITION_CONFIGURE)
    explained = wire.ask(srv.ExplainTask, names.EXPLAIN_TASK, task_id='a')
    assert not explained.known
    assert list(present(allocator._parts).journal.read()) == []


def test_deactivating_it_silences_the_mode_and_stops_the_work(bench: Bench, wire: Wire) -> None:
    """Arms take the silence for a stop; activating takes the work up again."""
    arm = FakeArm(wire)
    bench.start()
    bench.submit('a')
    bench.until_in('a', 'underway')
    assert change(wire, Transition.TRANSITION_DEACTIVATE)
    bench.mode.messages.clear()
    quiet_since = time.monotonic()
    wire.until(lambda: time.monotonic() - quiet_since > 3 * qos.MODE_PERIOD_S)
    assert bench.mode.messages == []
    assert bench.submit('b', key='key-2').reason_code == 'not_active'
    arm.end('succeeded')
    assert change(wire, Transition.TRANSITION_ACTIVATE)
    bench.until_in('a', 'completed')
    assert bench.submit('b', key='key-2').accepted


def test_cleaning_it_up_lets_go_of_the_journal(bench: Bench, wire: Wire) -> None:
    """Another allocator can have it then."""
    bench.start()
    bench.submit('a')
    assert change(wire, Transition.TRANSITION_DEACTIVATE)
    assert change(wire, Transition.TRANSITION_CLEANUP)
    bench.tasks.messages.clear()
    bench.drop(bench.allocators[0])
    bench.start()
    wire.until(lambda: bench.status('a'))


def change(wire: Wire, transition: Any) -> Any:
    """Ask the allocator for a transition."""
    return wire.ask(
        ChangeState, 'allocator/change_state', transition=Transition(id=transition)
    ).success


# People


def test_a_signed_action_is_done(bench: Bench, wire: Wire) -> None:
    """Whoever has the key may sign on; the mode says who is there."""
    bench.start()
    answer = bench.act(CELL, Action.SIGN_ON)
    assert answer.done, answer.message
    wire.until(lambda: present(bench.mode.message).people == ['anna'])
    assert present(bench.mode.message).shift == 'attended'


def test_a_repeated_request_is_applied_once(bench: Bench) -> None:
    """The same request id is answered as the first time."""
    allocator = bench.start()
    assert bench.act(CELL, Action.SIGN_ON, request_id='once').done
    before = present(allocator._parts).allocator.state
    assert bench.act(CELL, Action.SIGN_ON, request_id='once').done
    assert present(allocator._parts).allocator.state.version == before.version


@pytest.mark.parametrize(
    ('changes', 'code'),
    [
        ({'sent': {'signature': []}}, 'bad_signature'),
        ({'sent': {'signature': [0] * 64}}, 'bad_signature'),
        ({'sent': {'signature': [7] * 5000}}, 'bad_signature'),
        ({'key': 'bert'}, 'bad_signature'),
        ({'sent': {'note': 'another'}}, 'bad_signature'),
        ({'sent': {'action': 'stop'}}, 'bad_signature'),
        ({'sent': {'version': 7}}, 'bad_signature'),
        ({'sent': {'request_id': 'another'}}, 'bad_signature'),
        ({'sent': {'arguments': [msg.KeyValue(key='a', value='b')]}}, 'bad_signature'),
        ({'actor': 'carl', 'key': 'anna'}, 'unknown_actor'),
        ({'late_s': 3600}, 'expired'),
        ({'late_s': -3600}, 'not_yet_valid'),
        ({'sent': {'action': 'applaud'}}, 'bad_request'),
        ({'sent': {'subject_kind': 'planet'}}, 'bad_request'),
        ({'sent': {'request_id': ''}}, 'bad_request'),
    ],
)
def test_what_is_not_signed_by_an_operator_is_refused(
    bench: Bench, changes: dict[str, Any], code: str
) -> None:
    """Without a key, with another's, altered, too old, from the future: nothing happens."""
    folder = bench.layout.state / 'operators'
    add_operator(folder, 'bert', skills=frozenset(), role=Role.OPERATOR)
    allocator = bench.start()
    before = present(allocator._parts).allocator.state.version
    answer = bench.act(CELL, Action.SIGN_ON, **changes)
    assert not answer.done
    assert answer.reason_code == code
    assert answer.message
    assert present(allocator._parts).allocator.state.version == before
