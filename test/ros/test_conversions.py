"""Records survive the way through messages; what cannot be is refused with its field's name."""

from collections.abc import Callable
from dataclasses import fields, replace
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest
from rclpy.serialization import deserialize_message, serialize_message
from rclpy.type_support import Msg

from cobot_alloc.domain.attempt import AttemptReport, AttemptStatus
from cobot_alloc.domain.candidate import Candidate, CostTerm, Reason
from cobot_alloc.domain.case import Action, Case, Subject, SubjectKind
from cobot_alloc.domain.failure import Failure, Measurements, Phase
from cobot_alloc.domain.identifiers import AgentId, Fence, OrderId, TaskId
from cobot_alloc.domain.inputs import HearArm
from cobot_alloc.domain.lifecycles.case import CaseState
from cobot_alloc.domain.offer import Offer
from cobot_alloc.domain.task import Task, WorkMode
from cobot_alloc.ros import beats
from cobot_alloc.ros import conversions as to
from cobot_alloc.ros import desk_conversions as desk
from cobot_alloc_msgs import msg

# A text of a message ends at the first NUL, and halves of surrogate pairs are no text.
TEXT = st.text(st.characters(exclude_characters='\x00', exclude_categories=('Cs',)), max_size=20)
NAME = TEXT.filter(bool)
NUMBER = st.floats(-1e9, 1e9)
POSITIVE = st.floats(0, 1e9)
INT32 = st.integers(-(2**31), 2**31 - 1)
UINT32 = st.integers(0, 2**32 - 1)
UINT64 = st.integers(0, 2**64 - 1)
FENCE = st.integers(0, 2**62)

FAILURES = st.builds(Failure, phase=st.sampled_from(Phase), code=TEXT, detail=TEXT)
MEASUREMENTS = st.builds(
    Measurements,
    duration_s=st.floats(100.0, 1e9),
    setup_s=st.none() | st.floats(0.001, 100.0),
    energy_j=NUMBER,
    path_length_m=NUMBER,
    peak_contact_force_n=NUMBER,
    min_separation_m=st.none() | POSITIVE,
    placement_error_m=st.none() | POSITIVE,
)
REPORTS = st.builds(
    AttemptReport,
    agent_id=NAME,
    task_id=NAME,
    fence=FENCE,
    status=st.sampled_from(AttemptStatus),
    failure=st.none() | FAILURES,
    measurements=MEASUREMENTS,
)
CASES = st.builds(
    Case,
    case_id=NAME,
    subject=st.builds(Subject, st.sampled_from(SubjectKind), NAME),
    title=TEXT,
    question=TEXT,
    failure=FAILURES,
    agent_id=st.none() | NAME,
    priority=INT32,
    hazardous=st.booleans(),
    opened_s=NUMBER,
    due_s=NUMBER,
    state=st.sampled_from(CaseState),
    version=UINT64,
    count=UINT32,
    level=UINT32,
    claimed_by=TEXT,
    lease_until_s=NUMBER,
    resolved_by=TEXT,
    resolution=TEXT,
    note=TEXT,
)
OFFERS = st.builds(
    Offer,
    action=st.sampled_from(Action),
    label=TEXT,
    key=TEXT,
    help=TEXT,
    needs_note=st.booleans(),
    asserts_part=TEXT,
    asserts_location=TEXT,
)
CANDIDATES = st.builds(
    Candidate,
    agent_id=NAME,
    helper=TEXT,
    chosen=st.booleans(),
    terms=st.lists(st.builds(CostTerm, name=TEXT, seconds=NUMBER), max_size=3).map(tuple),
    reasons=st.lists(st.builds(Reason, code=TEXT, text=TEXT), max_size=3).map(tuple),
)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Return a task that may be."""
    earliest_s = draw(st.floats(0, 1e8))
    judgement = draw(st.booleans())
    hazards = frozenset() if judgement else draw(st.frozensets(TEXT, max_size=3))
    modes = draw(st.lists(st.sampled_from(WorkMode), unique=True))
    needed = {WorkMode.PERSON} if judgement else {WorkMode.ARM} if hazards else set()
    if modes:
        modes += needed.difference(modes)
    return Task(
        task_id=TaskId(draw(NAME)),
        order_id=OrderId(draw(TEXT)),
        skill=draw(NAME),
        part=draw(TEXT),
        source=draw(TEXT),
        target=draw(TEXT),
        payload_kg=draw(POSITIVE),
        hazards=hazards,
        repetition=draw(st.integers(1, 2**32 - 1)),
        judgement=judgement,
        modes=tuple(modes),
        priority=draw(INT32),
        earliest_start_s=earliest_s,
        deadline_s=draw(st.none() | st.floats(earliest_s + 1.0, 1e9)),
        predecessors=tuple(draw(st.lists(TEXT, max_size=3))),
    )


def through(message: Msg) -> Msg:
    """Return a message as it is on the other side of the wire."""
    return deserialize_message(serialize_message(message), type(message))


@given(tasks())
def test_tasks_survive(task: Task) -> None:
    """Every field of a task reaches the other side."""
    assert to.task_from_msg(through(to.task_to_msg(task))) == task


@given(REPORTS)
def test_reports_survive(report: AttemptReport) -> None:
    """Failure and measurements too, and what was not measured stays so."""
    assert to.report_from_msg(through(to.report_to_msg(report))) == report


@given(CASES)
def test_cases_survive(case: Case) -> None:
    """What a supervisor is shown is what the allocator asked."""
    assert desk.case_from_msg(through(desk.case_to_msg(case))) == case


@given(OFFERS)
def test_offers_survive(offer: Offer) -> None:
    """What a person may do is offered as it was meant."""
    assert desk.offer_from_msg(through(desk.offer_to_msg(offer))) == offer


@given(CANDIDATES)
def test_candidates_survive(candidate: Candidate) -> None:
    """An explanation is what was computed."""
    assert desk.candidate_from_msg(through(desk.candidate_to_msg(candidate))) == candidate


@given(st.floats(0, 2**31 - 2))
def test_times_survive_to_the_nanosecond(seconds: float) -> None:
    """A stamp is as exact as its message can be."""
    stamp = to.time_to_msg(seconds)
    assert 0 <= stamp.nanosec < 10**9
    assert to.time_from_msg(stamp) == pytest.approx(seconds, abs=1e-9, rel=1e-15)


def test_every_record_is_covered() -> None:
    """A field that is added to a record has to be added here, or it is lost on the way."""
    covered = [
        (Task, msg.Task, {'has_deadline'}, set()),
        (Failure, msg.Failure, set(), set()),
        (Measurements, msg.Measurements, set(), set()),
        (AttemptReport, msg.AttemptReport, {'attempt'}, {'fence'}),
        (Case, msg.Case, {'subject_kind', 'subject_id'}, {'subject'}),
        (Offer, msg.AvailableAction, set(), set()),
        (Candidate, msg.Candidate, set(), set()),
    ]
    for record, message, only_there, only_here in covered:
        here = {field.name for field in fields(record)}
        there = set(message.get_fields_and_field_types())
        assert (there - here, here - there) == (only_there, only_here), record


# What cannot be

LONG = 'x' * 70_000
A_TASK = Task(task_id=TaskId('a'), order_id=OrderId('o'), skill='pick_place', deadline_s=5.0)
A_REPORT = AttemptReport(
    agent_id=AgentId('panda'),
    task_id=TaskId('a'),
    fence=Fence(1),
    status=AttemptStatus.FAILED,
    failure=Failure(phase=Phase.EXECUTION, code='part_dropped'),
)


def refusal(
    read: Callable[..., Task]
    | Callable[..., AttemptReport]
    | Callable[..., HearArm]
    | Callable[..., Subject],
    message: str,
) -> str:
    """Return what a reader says of a message that it does not take."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the caller looks at the message
        read(message)
    assert len(str(refused.value)) < 500, 'a refusal does not repeat what was too long'
    return str(refused.value)


def changed(message: Any, path: str, value: object) -> Any:
    """Return a message with one field, given by its path, set to a value."""
    *way, last = path.split('.')
    target = message
    for name in way:
        target = getattr(target, name)
    setattr(target, last, value)
    return message


@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf, 1e300])
@pytest.mark.parametrize('field', ['payload_kg', 'earliest_start_s', 'deadline_s'])
def test_a_task_of_no_number_is_refused(field: str, value: float) -> None:
    """NaN compares false with everything, so it must not get in."""
    assert field in refusal(to.task_from_msg, changed(to.task_to_msg(A_TASK), field, value))


@pytest.mark.parametrize('field', ['task_id', 'order_id', 'skill', 'part', 'source', 'target'])
def test_a_task_of_endless_text_is_refused(field: str) -> None:
    """Nobody writes names of this length."""
    assert field in refusal(to.task_from_msg, changed(to.task_to_msg(A_TASK), field, LONG))


@pytest.mark.parametrize('field', ['hazards', 'predecessors'])
@pytest.mark.parametrize('value', [[LONG], ['x'] * 100_000])
def test_a_task_of_endless_lists_is_refused(field: str, value: list[str]) -> None:
    """Neither long items nor many of them."""
    assert field in refusal(to.task_from_msg, changed(to.task_to_msg(A_TASK), field, value))


@pytest.mark.parametrize(
    ('field', 'value'),
    [
        ('payload_kg', -1.0),
        ('earliest_start_s', -1.0),
        ('deadline_s', 0.0),
        ('task_id', ''),
        ('skill', ''),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(field: str, value: float | str) -> None:
    """The record's own rules hold for messages too."""
    assert field in refusal(to.task_from_msg, changed(to.task_to_msg(A_TASK), field, value))


@pytest.mark.parametrize(
    ('field', 'value'),
    [
        ('status', 'finished'),
        ('status', LONG),
        ('failure.phase', 'lunch'),
        ('failure.code', LONG),
        ('failure.detail', LONG),
        ('agent_id', LONG),
        ('task_id', LONG),
        ('measurements.duration_s', math.nan),
        ('measurements.energy_j', math.inf),
        ('measurements.path_length_m', -math.inf),
        ('measurements.peak_contact_force_n', math.nan),
    ],
)
def test_a_report_that_cannot_be_is_refused(field: str, value: str | float) -> None:
    """An arm that talks nonsense has said nothing."""
    said = refusal(to.report_from_msg, changed(to.report_to_msg(A_REPORT), field, value))
    assert field.removeprefix('measurements.') in said


@pytest.mark.parametrize('field', ['min_separation_m', 'placement_error_m'])
@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf])
def test_what_was_not_measured_is_none(field: str, value: float) -> None:
    """These two may be missing; the messages say so by infinity and NaN."""
    message = changed(to.report_to_msg(A_REPORT), f'measurements.{field}', value)
    report = to.report_from_msg(message)
    assert report == replace(A_REPORT, measurements=report.measurements)
    assert getattr(report.measurements, field) is None


@pytest.mark.parametrize('value', [0.0, -1.0, 1e12, math.nan, math.inf])
def test_a_changeover_that_cannot_be_is_none(value: float) -> None:
    """An arm that leaves it out says 0; it is a part of the duration."""
    message = changed(to.report_to_msg(A_REPORT), 'measurements.setup_s', value)
    assert to.report_from_msg(message).measurements.setup_s is None


def a_beat() -> Any:
    """Return a beat that is believed."""
    return msg.AgentBeat(agent_id='panda', boot_id='b', mode='NORMAL', skills=['pick_place'])


@pytest.mark.parametrize(
    ('field', 'value'),
    [
        ('agent_id', ''),
        ('agent_id', 'no name'),
        ('agent_id', '../panda'),
        ('agent_id', 'ärmchen'),
        ('agent_id', LONG),
        ('boot_id', LONG),
        ('cause', LONG),
        ('mode', 'HURRAY'),
        ('mode', ''),
        ('skills', [LONG]),
        ('skills', ['x'] * 100_000),
        ('payload_kg', math.nan),
        ('reach_m', math.inf),
        ('base.position.x', math.nan),
        ('base.position.y', -math.inf),
        ('base.position.z', math.nan),
        ('attempt', 2**64 - 1),
        ('highest_attempt', 2**64 - 1),
        ('tool', LONG),
    ],
)
def test_a_beat_that_cannot_be_is_refused(field: str, value: str | list[str] | float) -> None:
    """An arm's name becomes part of ROS names, its figures decide who may do what."""
    assert field in refusal(beats.hear_arm, changed(a_beat(), field, value))


def test_a_beat_says_what_it_says() -> None:
    """Every field of a beat that the allocator goes by."""
    beat = a_beat()
    beat.base.position.x, beat.payload_kg, beat.reach_m = 1.5, 3.0, 0.8
    beat.held, beat.zone_clear, beat.cause = True, True, 'waiting'
    beat.attempt, beat.highest_attempt, beat.tool = 4, 9, 'screwdriver'
    heard = beats.hear_arm(through(beat))
    assert (heard.agent.agent_id, heard.agent.skills) == ('panda', {'pick_place'})
    assert heard.agent.base == (1.5, 0.0, 0.0)
    assert (heard.agent.payload_kg, heard.agent.reach_m) == (3.0, 0.8)
    assert (heard.mode.value, heard.held, heard.zone_clear) == ('NORMAL', True, True)
    assert (heard.boot_id, heard.cause) == ('b', 'waiting')
    assert (heard.fence_in_hand, heard.highest_fence, heard.tool) == (4, 9, 'screwdriver')


@pytest.mark.parametrize(
    ('read', 'field'),
    [
        (lambda text: desk.subject_from_msg(text, 'a'), 'subject_kind'),
        (desk.action_from_msg, 'action'),
        (lambda text: desk.case_from_msg(changed(a_case(), 'state', text)), 'state'),
        (lambda text: desk.case_from_msg(changed(a_case(), 'failure.phase', text)), 'phase'),
    ],
)
@pytest.mark.parametrize('text', ['nonsense', 'CASE', LONG])
def test_a_word_that_is_none_is_refused_with_those_that_are(
    read: Callable[..., Subject] | Callable[[str], Action] | Callable[..., Case],
    field: str,
    text: str,
) -> None:
    """The message lists what is expected."""
    said = refusal(read, text)
    assert field in said
    assert 'expected one of' in said


def a_case() -> Any:
    """Return a case as a message."""
    failure = msg.Failure(phase='execution', code='part_dropped')
    return msg.Case(case_id='case-1', state='open', subject_kind='task', failure=failure)


def test_a_subject_of_endless_text_is_refused() -> None:
    """Ids are short."""
    assert 'subject_id' in refusal(lambda text: desk.subject_from_msg('task', text), LONG)
