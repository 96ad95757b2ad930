"""What there is to know about a subject, ready to be laid out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text

from cobot_alloc.application.pictures import picture_of
from cobot_alloc.application.supervisor_ports import AgentView, CellView, TaskView
from cobot_alloc.domain.candidate import crew_name
from cobot_alloc.domain.case import Case, Subject, SubjectKind
from cobot_alloc.domain.identifiers import CaseId
from cobot_alloc.domain.lifecycles.task import WITH_ARM
from cobot_alloc.domain.task import WorkMode
from cobot_alloc.tui.palette import BAD, QUIET, WATCH
from cobot_alloc.tui.waiting import ended_and_all, partner_of
from cobot_alloc.tui.wording import count_of, due, mode, plain, span, subject_name, task_title

Fact = tuple[str, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """A heading, warnings, a paragraph, and labelled facts."""

    name: str
    title: str
    marks: tuple[Text, ...] = ()
    paragraph: str = ''
    facts: tuple[Fact, ...] = ()


def describe(subject: Subject | None, view: CellView) -> Details:
    """Return what the view has on a subject; on None, how the cell is doing."""
    if subject is None:
        return _nothing_waits(view)
    if subject.kind is SubjectKind.CASE and subject.id in view.cases:
        return _case(view.cases[CaseId(subject.id)], view)
    if subject.kind is SubjectKind.TASK and subject.id in view.tasks:
        return _task(view.tasks[subject.id], view)
    if subject.kind is SubjectKind.AGENT and subject.id in view.agents:
        return _agent(view.agents[subject.id], view)
    return Details(name=subject_name(subject), title='No longer known to the allocator.')


def _nothing_waits(view: CellView) -> Details:
    answered = sorted(
        (case for case in view.cases.values() if case.resolved_by), key=lambda case: case.case_id
    )
    ended, total = ended_and_all(view)
    return Details(
        name='Nothing waits for a person',
        title=f'{ended} of {count_of(total, "task")} done.' if total else 'No tasks yet.',
        paragraph='A question appears here as soon as there is one.',
        facts=tuple(
            (case.case_id, Text(f'{case.title}: {plain(case.resolution)} by {case.resolved_by}'))
            for case in answered[-5:]
        ),
    )


def _case(case: Case, view: CellView) -> Details:
    return Details(
        name=subject_name(Subject(SubjectKind.CASE, case.case_id)),
        title=case.title,
        marks=tuple(_case_marks(case)),
        paragraph=case.question,
        facts=tuple(_case_facts(case, view)),
    )


def _case_marks(case: Case) -> Iterator[Text]:
    if case.hazardous:
        yield Text('⚠ HAZARDOUS', style=f'bold {BAD}')
    if case.level:
        yield Text(f'▲ escalated, level {case.level}', style=f'bold {WATCH}')
    if case.count > 1:
        yield Text(f'happened {case.count} times', style=WATCH)


def _case_facts(case: Case, view: CellView) -> Iterator[Fact]:
    failure = case.failure
    yield 'Failure', Text(f'{plain(failure.code)} ({failure.phase.value})')
    if failure.detail and failure.detail not in case.question:
        yield '', Text(failure.detail, style=QUIET)
    if failure.picture:
        yield 'Picture', Text('p shows it')
        yield '', Text(picture_of(failure), style=QUIET)
    if case.agent_id:
        yield 'Arm', _arm_in_short(case.agent_id, view)
    if case.subject.kind is SubjectKind.TASK and case.subject.id in view.tasks:
        task = view.tasks[case.subject.id]
        yield 'Task', Text(f'{task.task.task_id}: {task_title(task.task)}')
        yield from _task_facts(task)
    if case.is_open:
        opened = span(view.now_s - case.opened_s)
        yield 'Due', due(case.due_s, now_s=view.now_s).append(f', opened {opened} ago', QUIET)
    if case.claimed_by:
        left = span(case.lease_until_s - view.now_s)
        yield 'Claimed', Text(f'by {case.claimed_by}, lapses in {left}')
    if case.resolved_by:
        yield 'Answer', Text(f'{plain(case.resolution)} by {case.resolved_by}')
    if case.note:
        yield 'Note', Text(case.note)
    earlier = _earlier_about(case, view)
    if earlier:
        latest = earlier[-1]
        answer = f', last: {plain(latest.resolution)}' if latest.resolution else ''
        yield 'History', Text(f'{count_of(len(earlier), "earlier case")} about it{answer}')


def _earlier_about(case: Case, view: CellView) -> list[Case]:
    others = (other for other in view.cases.values() if other.subject == case.subject)
    earlier = (other for other in others if other.opened_s < case.opened_s)
    return sorted(earlier, key=lambda other: other.opened_s)


def _task(view: TaskView, cell: CellView) -> Details:
    task = view.task
    return Details(
        name=subject_name(Subject(SubjectKind.TASK, task.task_id)),
        title=task_title(task),
        marks=tuple(_task_marks(view)),
        facts=(
            ('State', Text(plain(view.state.value))),
            *_task_facts(view),
            *([('Due', due(task.deadline_s, now_s=cell.now_s))] if task.deadline_s else []),
            *([('With', Text(crew_name(view.agent_id, view.helper)))] if view.agent_id else []),
            *([('Reason', Text(view.reason))] if view.reason else []),
            *([('Decided by', Text(view.decided_by))] if view.decided_by else []),
            ('Order', Text(task.order_id)),
        ),
    )


def _task_marks(view: TaskView) -> Iterator[Text]:
    if view.task.judgement:
        yield Text('for a person to judge', style=WATCH)
    if view.state in WITH_ARM and view.helper:
        yield Text(f'{view.helper} together with {view.agent_id}', style=WATCH)


def _task_facts(view: TaskView) -> Iterator[Fact]:
    task = view.task
    if task.payload_kg:
        yield 'Weight', Text(f'{task.payload_kg:g} kg')
    if task.hazards:
        yield 'Hazards', Text(', '.join(sorted(task.hazards)), style=BAD)
    if task.modes:
        yield 'May be done', Text(' or '.join(_MODES[mode] for mode in task.modes))
    if view.attempts:
        yield 'Attempts', Text(f'{view.attempts}, the latest is attempt {view.attempt}')


_MODES = {
    WorkMode.ARM: 'by an arm',
    WorkMode.PERSON: 'by a person',
    WorkMode.TOGETHER: 'by both together',
}


def _agent(view: AgentView, cell: CellView) -> Details:
    zones = [zone.zone_id for zone in cell.zones.values() if zone.agent_id == view.agent_id]
    task = cell.tasks.get(view.task_id)
    doing = f'{view.task_id}: {task_title(task.task)}' if task else view.task_id or 'nothing'
    if task and (partner := partner_of(view.agent_id, task)):
        doing += f', together with {partner}'
    return Details(
        name=subject_name(Subject(SubjectKind.AGENT, view.agent_id)),
        title=doing if task else 'has nothing in hand',
        facts=(
            ('Health', Text(view.health)),
            *([('Mode', mode(view.mode))] if view.kind == 'arm' else []),
            *([('Held', Text('stands still', style=WATCH))] if view.held else []),
            *([('Cause', Text(view.cause))] if view.cause else []),
            ('Skills', Text(', '.join(sorted(view.skills)))),
            ('Payload', Text(f'{view.payload_kg:g} kg')),
            *([('Zones', Text(', '.join(sorted(zones))))] if zones else []),
        ),
    )


def _arm_in_short(agent_id: str, view: CellView) -> Text:
    agent = view.agents.get(agent_id)
    if agent is None:
        return Text(agent_id)
    words = Text(f'{agent_id}  ').append_text(mode(agent.mode))
    return words.append(f'  {agent.cause}', QUIET) if agent.cause else words
