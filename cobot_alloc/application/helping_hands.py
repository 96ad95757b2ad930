"""What has to be done by hand in a simulated cell before an answer is true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cobot_alloc.application.supervisor_ports import ChoreInHand, SupervisorGateway, TaskView
from cobot_alloc.domain.case import Subject
from cobot_alloc.domain.codes import RefusalCode, SkillCode
from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.offer import Offer
from cobot_alloc.sim.world import Chore, ChoreKind

TRIES = 3  #: then what was to be done by hand is taken for impossible
TRY_AGAIN_S = 3.0  #: of cell time, after a try that came to nothing
ASK_AGAIN_S = 0.5  #: likewise, where nobody was free to try


class Hands(Enum):
    """How far it is with what is to be done by hand."""

    NOBODY = 'nobody'  #: there is nobody to be asked
    UNDER_WAY = 'under_way'
    DONE = 'done'
    FAILED = 'failed'  #: tried again and again, to no avail


@dataclass(slots=True, kw_only=True)
class _Errand:
    chore: Chore
    occasion: int
    in_hand: ChoreInHand | None = None
    tries: int = 0
    not_before_s: float = 0.0


class HelpingHands:
    """Asks the people of a cell to do chores, one for each subject, and again if need be."""

    def __init__(self) -> None:
        """Nothing has been asked for."""
        self._errands: dict[Subject, _Errand] = {}

    def see_to(
        self,
        gateway: SupervisorGateway,
        subject: Subject,
        chore: Chore,
        *,
        now_s: float,
        person_id: str = '',
        occasion: int = 0,
    ) -> tuple[Hands, str]:
        """
        Return how far it is with a chore, and what there is to be told about it.

        :param person_id: who is to do it; empty: whoever is helpful.
        :param occasion: on another one it has to be done anew.
        """
        errand = self._errands.get(subject)
        if errand is None or (errand.chore, errand.occasion) != (chore, occasion):
            errand = self._errands[subject] = _Errand(chore=chore, occasion=occasion)
        if errand.in_hand is None:
            if now_s < errand.not_before_s:
                return Hands.UNDER_WAY, ''
            errand.in_hand = gateway.do_by_hand(chore, person_id=person_id)
            if errand.in_hand is None:
                return Hands.NOBODY, ''
            who = person_id or 'somebody'
            return Hands.UNDER_WAY, f'{subject}: {who} is asked to {described(chore)}'
        answer = errand.in_hand()
        if answer is None:
            return Hands.UNDER_WAY, ''
        if answer.done:
            del self._errands[subject]
            return Hands.DONE, ''
        if answer.reason_code == RefusalCode.PERSON_UNKNOWN:  # without a body in the cell
            del self._errands[subject]
            return Hands.NOBODY, ''
        errand.in_hand = None
        if answer.reason_code == RefusalCode.NOBODY_FREE:  # it was not even tried
            errand.not_before_s = now_s + ASK_AGAIN_S
            return Hands.UNDER_WAY, ''
        errand.not_before_s = now_s + TRY_AGAIN_S
        errand.tries += 1
        line = f'{subject}: nobody could {described(chore)}: {answer.message}'
        if errand.tries < TRIES:
            return Hands.UNDER_WAY, line
        del self._errands[subject]
        return Hands.FAILED, line


def share_of(task: TaskView) -> Chore | None:
    """Return what a person has to do by hand at a task of an arm, or None."""
    given = task.task
    if given.skill == SkillCode.HAND_OVER and given.part and given.target:
        return Chore(kind=ChoreKind.TAKE, part=given.part, location=given.target)
    if given.skill == SkillCode.HOLD and given.part and given.station:
        return Chore(kind=ChoreKind.ASSIST, part=given.part, station=given.station)
    return None


def chore_before(
    kind: ChoreKind | None, offer: Offer, task: TaskView | None, *, station: str = ''
) -> Chore | None:
    """
    Return what has to be done by hand before an action, or None.

    :param kind: what the answer asks for; where it asks for nothing, it is what the offer
        asserts of a part.
    :param task: that the question is about.
    :param station: where it is done; empty: at the task's, or else the task's arm.
    :raises Refused: ``chore_incomplete`` if the task does not say enough for it.
    """
    if kind is None or task is None:
        if not offer.asserts_part:
            return None
        return Chore(kind=ChoreKind.PUT, part=offer.asserts_part, location=offer.asserts_location)
    given = task.task
    station = station or given.station
    try:
        if kind is ChoreKind.CLEAR:
            return Chore(kind=kind, station=station or task.agent_id)
        if kind is ChoreKind.WORK:
            return Chore(kind=kind, station=station)
        if kind in (ChoreKind.LOAD, ChoreKind.ASSIST):
            return Chore(kind=kind, part=given.part, station=station)
        return Chore(kind=kind, part=given.part, location=given.target)
    except ValueError as lack:
        raise Refused(RefusalCode.CHORE_INCOMPLETE, f'{given.task_id}: {lack}') from None


def described(chore: Chore) -> str:
    """Say a chore in words, to follow "to"."""
    if chore.kind is ChoreKind.CLEAR:
        return f'clear {chore.station}'
    if chore.kind is ChoreKind.WORK:
        return f'do the work of {chore.station}'
    if chore.kind is ChoreKind.LOAD:
        return f'load {chore.part} into {chore.station}'
    if chore.kind is ChoreKind.ASSIST:
        return f'work on {chore.part} while an arm holds it at {chore.station}'
    if chore.kind is ChoreKind.TAKE:
        return f'take {chore.part} from the arm at {chore.location}'
    return f'put {chore.part} at {chore.location}'
