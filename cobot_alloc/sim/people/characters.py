"""What people do of their own accord: follow a script, or make mischief."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain, repeat
from math import cos, pi, sin
from random import Random

from cobot_alloc.domain.errors import Refused
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.people.behaviours import Behaviour, Draw, ReachFor, Stay, walk_to
from cobot_alloc.sim.people.chores import perform
from cobot_alloc.sim.people.fetching import fetch, set_down, stow
from cobot_alloc.sim.people.person import Person
from cobot_alloc.sim.people.person_context import PersonContext
from cobot_alloc.sim.people.stand_poses import stand_before
from cobot_alloc.sim.world import Character, LocationSpec, ScriptStep

_PAUSE_S = (1.0, 6.0)  # between two pieces of mischief, from and to
_LINGER_S = (0.5, 4.0)
_ASIDE_M = (0.03, 0.25)  # by which a part is misplaced
_ABOVE_M = 0.03  # over what was below it, a misplaced part is let go


def own_behaviour(person: Person, context: PersonContext) -> Behaviour:
    """Return what a person does while nobody asks for anything."""
    if person.spec.character is Character.ANTAGONISTIC:
        return _make_mischief(person, context)
    return _follow_script(person, context)


def _follow_script(person: Person, context: PersonContext) -> Behaviour:
    yield Stay(duration_s=person.spec.start_after_s)
    for step in _steps(person):
        yield from _one_step(person, context, step)


def _make_mischief(person: Person, context: PersonContext) -> Behaviour:
    chance = Random(f'{context.world.seed}/people/{person.spec.person_id}')
    yield Stay(duration_s=person.spec.start_after_s)
    # After the script, if it has an end, there is only mischief.
    for step in chain(_steps(person), repeat(None)):
        if step is not None:
            yield from _one_step(person, context, step)
        back = person.at
        yield Stay(duration_s=chance.uniform(*_PAUSE_S))
        mischief = chance.choice((_get_in_the_way, _reach_for_an_arm, _misplace, _misplace))
        with suppress(Refused):  # another time, then
            yield from mischief(person, context, chance)
        yield from stow(person, context)
        with suppress(Refused):
            yield from walk_to(person, context.plan, back, shuns_zones=False)


def _steps(person: Person) -> Iterator[ScriptStep]:
    script = person.spec.script
    yield from script
    while person.spec.repeat and script:
        yield from script


def _one_step(person: Person, context: PersonContext, step: ScriptStep) -> Behaviour:
    with suppress(Refused):  # a script has no answer to a refusal: it goes on
        if step.to is not None:
            yield from walk_to(person, context.plan, step.to, shuns_zones=False)
        elif step.chore is not None:
            yield from perform(person, context, step.chore)
    if step.chore is not None:
        yield from stow(person, context)
    yield Stay(duration_s=step.stay_s)


def _get_in_the_way(person: Person, context: PersonContext, chance: Random) -> Behaviour:
    """Stand in the stop zone of some arm for a while."""
    zones = [zone for zone in context.world.zones if zone.mode is SafetyMode.STOPPED]
    if not zones:
        return
    volume = chance.choice(zones).volume
    angle, away_m = chance.uniform(-pi, pi), chance.uniform(0.3, 1.0) * volume.radius_m
    x, y, _ = volume.center
    goal = (x + away_m * cos(angle), y + away_m * sin(angle))
    yield from walk_to(person, context.plan, goal, shuns_zones=False)
    yield Stay(duration_s=chance.uniform(*_LINGER_S))


def _reach_for_an_arm(person: Person, context: PersonContext, chance: Random) -> Behaviour:
    """Hold a hand to the tool of some arm, whatever it is doing."""
    site = chance.choice(list(context.sites.values()))
    tool = site.body.tool_pose().position
    yield from stand_before(person, context, tool, heedless=True)
    yield Draw()
    yield ReachFor(point=tool)
    yield Stay(duration_s=chance.uniform(*_LINGER_S))


def _misplace(person: Person, context: PersonContext, chance: Random) -> Behaviour:
    """Take some part and leave it where it does not belong."""
    loose = [
        part
        for part in context.parts.bodies
        if context.whereabouts.is_in_cell(part)
        and context.holder(part) is None
        and context.parts.mass_kg(part) <= person.spec.lifts_kg
    ]
    if not loose:
        return
    part = chance.choice(loose)
    place = _somewhere(context, part, chance)
    yield from fetch(person, context, part, heedless=True)
    with suppress(Refused):
        yield from set_down(person, context, place, heedless=True)
    if person.hand.part is not None:  # then it falls where they stand
        yield Draw(share=0.5)
        person.hand.let_go()


def _somewhere(context: PersonContext, part: str, chance: Random) -> LocationSpec:
    """Return a place near the part, on the floor, or the place of another part."""
    kind = chance.choice(('aside', 'aside', 'floor', 'location'))
    if kind == 'location':
        return chance.choice(context.world.locations)
    angle, away_m = chance.uniform(-pi, pi), chance.uniform(*_ASIDE_M)
    x, y, z = context.parts.underside(part)
    aside = LocationSpec(
        name='somewhere', position=(x + away_m * cos(angle), y + away_m * sin(angle), z + _ABOVE_M)
    )
    if kind == 'aside':
        return aside
    spots = [spot for spot in context.plan.around((x, y), 2.0) if spot != (x, y)]
    spot = chance.choice(spots) if spots else (x, y)
    return replace(aside, position=(*spot, 0.0))
