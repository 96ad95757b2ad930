"""Skills: what an agent can do, and what a task of each has to name."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.codes.code import Code

_MOVED = ('part', 'source', 'target')
_GRIPPERS = ('suction', 'two_finger')


@dataclass(frozen=True, slots=True, kw_only=True)
class _Skill:
    word: str
    needs: tuple[str, ...]
    does: str
    done: str
    tools: tuple[str, ...] = ()
    may_name: tuple[str, ...] = ()
    stands: bool = True


class SkillCode(Code):
    """
    What an agent can do.

    Arms of others, and people, may have skills of their own: a world's people bring theirs, the
    cell's limits list the others.

    :ivar needs: fields of a task that it has to name.
    :ivar may_name: further fields that say something to it.
    :ivar tools: an arm needs one of these; none: it is no skill of arms.
    :ivar done: when it counts as done, for people.
    :ivar stands: what it brought to its target stands there, and takes the place.
    """

    needs: tuple[str, ...]
    may_name: tuple[str, ...]
    tools: frozenset[str]
    done: str
    stands: bool

    def __new__(cls, row: _Skill) -> SkillCode:
        """Make a member of its row."""
        member = str.__new__(cls, row.word)
        member._value_, member.needs, member.may_name = row.word, row.needs, row.may_name
        member.tools, member.done, member.stands = frozenset(row.tools), row.done, row.stands
        member.meaning = member.__doc__ = row.does
        return member

    # fmt: off
    PICK_PLACE = _Skill(word='pick_place', needs=_MOVED, tools=_GRIPPERS,
        does='Takes the part up and sets it down.',
        done='It is at rest within the tolerance of its location.')
    MACHINE_TEND = _Skill(word='machine_tend', needs=(*_MOVED, 'station'), tools=_GRIPPERS,
        does='One task is one part through the machine: opens the door, loads, closes, has a'
        ' cycle run, opens, brings the part to its target. It waits at home meanwhile, and begins'
        ' wherever the part is: at its source, or in the chuck, finished or not.',
        done='The part has its finished size and is at its target.')
    FASTEN = _Skill(word='fasten', needs=('station',), tools=('screwdriver',),
        does='Drives a screw until the torque is reached.',
        done='The head is seated and the torque was reached.')
    DISPENSE = _Skill(word='dispense', needs=('station',), tools=('nozzle',),
        does='Lays a bead along a seam at a steady speed.',
        done='Enough of the seam is covered, within the tolerated speed error.')
    DEBURR = _Skill(word='deburr', needs=('station',), tools=('deburrer',),
        does='Passes along an edge with the force kept in a band.',
        done='No burr is left and nothing is gouged.')
    PALLETIZE = _Skill(word='palletize', needs=('part', 'source', 'station'), tools=_GRIPPERS,
        does='Sets the part into the next place of the pattern in which nothing stands.',
        done='It stands there upright and at rest for a second, and no neighbour was moved.')
    INSPECT = _Skill(word='inspect', needs=('part',), may_name=('source',), tools=('scanner',),
        does='Holds the scanner over the part and reads it five times.',
        done="Extents, evenness of the top and pocket are within the part's tolerances.")
    HAND_OVER = _Skill(word='hand_over', needs=_MOVED, tools=_GRIPPERS, stands=False,
        does='Holds the part out at rest until it is pulled at.',
        done='Somebody has it.')
    HOLD = _Skill(word='hold', needs=(*_MOVED, 'station'), tools=_GRIPPERS,
        does='Holds the part still before a person who works on it, then sets it down.',
        done='A hand was at the part for as long as the work takes, and the part is at its'
        ' target.')
    DECIDE = _Skill(word='decide', needs=(), may_name=(*_MOVED, 'station'),
        does='A person looks, and says what is to be done.',
        done='The person says so.')
    # fmt: on

    @property
    def of_arms(self) -> bool:
        """Whether arms can have it; people can have any."""
        return bool(self.tools)
