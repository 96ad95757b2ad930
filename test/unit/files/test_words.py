"""Words that no file may name: each is refused with its line, and with the one that was meant."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.words import PRODUCT
from cobot_alloc.files.answers import read_answers
from cobot_alloc.files.cell_files import CellFiles, read_cell_files
from cobot_alloc.files.limits import read_limits
from cobot_alloc.files.orders import read_order
from cobot_alloc.files.policies import read_policies
from cobot_alloc.files.reactions import read_reactions
from cobot_alloc.files.worlds import read_world
from cobot_alloc.sim.world.cell import World

SHIPPED = Path(__file__).parents[3]
WORLDS = sorted(path.stem for path in (SHIPPED / 'worlds').glob('*.yaml'))

REACTIONS = """\
rules:
  - name: first
    when: {code: [grip_failed, WORD]}
    attended: ask
    unattended: hold
  - {name: else, attended: ask, unattended: hold}
"""
ANSWERS = 'actor: ada\nanswers:\n  - {when: {KEY: WORD}, action: ACTION}\n'
ORDER = """\
tasks:
  - {id: fetch, skill: WORD, part: housing_1, from: tray_a_1, to: fixture_a_1, payload_kg: 0.3}
"""
LIMITS = """\
skills: [weld]
codes: [arc_lost]
tools: [torch]
requirements:
  certificates: [{skill: SKILL, certificate: c}]
  tools: [{skill: weld, tools: [TOOL]}]
  families: [{family: paint, skill: dispense}]
  setups:
    - {from: any, to: SETUP, seconds: 3}
"""


@pytest.fixture
def world() -> World:
    return read_world(SHIPPED / 'worlds' / 'two_arm_cell.yaml')


def refused(read, path: Path, **given: Any) -> str:
    with pytest.raises(BadInput) as refusal:
        read(path, **given)
    return str(refusal.value).removeprefix(str(path))


def limits(skill: str = 'weld', tool: str = 'torch', setup: str = 'paint') -> str:
    return LIMITS.replace('SKILL', skill).replace('TOOL', tool).replace('SETUP', setup)


def answers(key: str = 'code', word: str = 'held', action: str = 'retry') -> str:
    return ANSWERS.replace('KEY', key).replace('WORD', word).replace('ACTION', action)


@pytest.mark.parametrize(
    ('word', 'problem'),
    [
        (
            'goal_lots',
            "rules[0].when.code[1]: got 'goal_lots', expected the failure code 'goal_lo",
        ),
        (
            'E-1042',
            "rules[0].when.code[1]: got 'E-1042', expected a failure code, or one that the",
        ),
    ],
)
def test_a_rule_for_a_code_that_nobody_reports_is_refused(
    write: Callable[..., Path], word: str, problem: str
) -> None:
    path = write(REACTIONS.replace('WORD', word))
    lines = refused(read_reactions, path).split('\n')
    assert len(lines) == 1
    assert lines[0].startswith(f':3: {problem}')
    assert lines[0].endswith(', or one that the limits list under codes')


def test_a_rule_for_a_skill_that_nobody_has_is_refused(write: Callable[..., Path]) -> None:
    path = write(REACTIONS.replace('code: [grip_failed, WORD]', 'skill: pick_plaec'))
    assert refused(read_reactions, path) == (
        ":3: rules[0].when.skill: got 'pick_plaec', expected the skill 'pick_place', or one that"
        ' the limits list under skills'
    )


@pytest.mark.parametrize(
    ('given', 'problem'),
    [
        ({'word': 'grip_faild'}, "when.code: got 'grip_faild', expected the failure code 'grip_f"),
        (
            {'key': 'skill', 'word': 'paletize'},
            "when.skill: got 'paletize', expected the skill 'p",
        ),
        ({'action': 'retyr'}, "action: got 'retyr', expected one of claim, release, retry, "),
    ],
)
def test_an_answer_to_what_never_comes_up_is_refused(
    write: Callable[..., Path], given: dict[str, str], problem: str
) -> None:
    assert refused(read_answers, write(answers(**given))).startswith(f':3: answers[0].{problem}')


def test_of_a_few_words_all_are_named_and_the_nearest(write: Callable[..., Path]) -> None:
    said = refused(read_answers, write(answers(action='done_by_em')))
    assert said.endswith("sign_on, sign_off, perhaps 'done_by_me'")


def test_a_task_of_a_skill_that_nobody_has_is_refused(
    write: Callable[..., Path], world: World
) -> None:
    path = write(ORDER.replace('WORD', 'pick_plaec'))
    said = refused(read_order, path, world=world)
    assert said.startswith(":2: tasks[0].skill: got 'pick_plaec', expected the skill 'pick_place'")
    assert read_order(path), 'without a world, the allocator knows'


def test_of_a_slip_only_the_skill_is_told(write: Callable[..., Path], world) -> None:
    """What a skill needs is not guessed at where it is not known."""
    path = write('tasks:\n  - {id: screw, skill: fastne, station: screw_1}\n')
    said = refused(read_order, path, world=world)
    assert 'skill' in said
    assert 'part' not in said


def test_a_skill_like_none_is_refused_with_all_of_them(write: Callable[..., Path], world) -> None:
    said = refused(read_order, write(ORDER.replace('WORD', 'xyz')), world=world)
    assert 'expected one of deburr, decide, dispense, ' in said


@pytest.mark.parametrize(
    ('given', 'problem'),
    [
        (
            {'skill': 'inpsect'},
            ":5: requirements.certificates[0].skill: got 'inpsect', expected t",
        ),
        (
            {'tool': 'two_figner'},
            ":6: requirements.tools[0].tools[0]: got 'two_figner', expected ",
        ),
        (
            {'setup': 'pianted'},
            ":9: requirements.setups[0].to: got 'pianted', expected the tool '",
        ),
    ],
)
def test_a_requirement_of_what_is_not_known_is_refused(
    write: Callable[..., Path], given: dict[str, str], problem: str
) -> None:
    assert read_limits(write(limits()))
    assert refused(read_limits, write(limits(**given))).startswith(problem)


def test_an_empty_word_is_not_listed(write: Callable[..., Path]) -> None:
    assert refused(read_limits, write("codes: ['']\n")).startswith(':1: codes: got a list of 1, e')


def test_a_policy_that_is_none_is_refused_with_the_one_that_was_meant(
    write: Callable[..., Path],
) -> None:
    path = write('balancd: {}\nfastest: {}\ngentle: {}\ngreen: {}\n')
    assert "balancd: got an unknown key, expected 'balanced'" in refused(read_policies, path)


# Files of one cell


@pytest.fixture
def cell(write: Callable[..., Path]) -> Callable[..., CellFiles]:
    """Return a function that reads the files of a cell, with changes to the shipped ones."""

    def read(old: str = '', new: str = '', *, limits: str = '', reactions: str = '') -> CellFiles:
        world = (SHIPPED / 'worlds' / 'hazard_cell.yaml').read_text()
        assert old in world
        return read_cell_files(
            world=write(world.replace(old, new, 1), 'world.yaml'),
            limits=write(limits or (SHIPPED / 'config/cell.yaml').read_text(), 'limits.yaml'),
            reactions=write(
                reactions or (SHIPPED / 'config/reactions.yaml').read_text(), 'reactions.yaml'
            ),
        )

    return read


@pytest.mark.parametrize('name', WORLDS)
def test_the_shipped_files_name_what_is_known(name: str) -> None:
    """Every world with the shipped rules and limits, its order and its answers."""
    story = 'first_shift' if name == 'two_arm_cell' else name
    files = read_cell_files(
        world=SHIPPED / 'worlds' / f'{name}.yaml',
        limits=SHIPPED / 'config' / 'cell.yaml',
        reactions=SHIPPED / 'config' / 'reactions.yaml',
    )
    orders = SHIPPED / 'orders' / f'{story}.yaml'
    assert read_order(orders, world=files.world, words=files.words)
    assert read_answers(SHIPPED / 'config/answers' / f'{story}.yaml', words=files.words)


def test_the_people_of_a_world_bring_their_skills(cell: Callable[..., CellFiles]) -> None:
    files = cell(limits='requirements: {certificates: [{skill: load_tray, certificate: c}]}\n')
    assert {'load_tray', 'pick_place'} <= files.words.skills
    assert 'load_tray' not in PRODUCT.skills


def test_an_arm_with_a_skill_that_is_none_is_refused(cell: Callable[..., CellFiles]) -> None:
    with pytest.raises(BadInput, match=r"arms\[\d\].skills\[0\]: got 'debur', expected the skill"):
        cell('[deburr]', '[debur]')


def test_a_slip_of_a_person_s_skill_is_refused_and_a_word_of_their_own_is_not(
    cell: Callable[..., CellFiles],
) -> None:
    assert 'polish' in cell('[load_tray, fetch_tray]', '[load_tray, polish]').words.skills
    with pytest.raises(
        BadInput, match=r"skills\[1\]: got 'insepct', expected the skill 'inspect'"
    ):
        cell('[load_tray, fetch_tray]', '[load_tray, insepct]')


def test_a_fault_of_attempts_that_no_arm_makes_is_refused(cell: Callable[..., CellFiles]) -> None:
    with pytest.raises(BadInput, match=r"skill: got 'dispens', expected a skill of an arm: 'disp"):
        cell('skill: dispense', 'skill: dispens')


def test_what_the_limits_list_may_be_named_by_every_file(
    cell: Callable[..., CellFiles], write: Callable[..., Path]
) -> None:
    """Arms of others have skills, codes and tools of their own."""
    rules = REACTIONS.replace('WORD', 'arc_lost')
    with pytest.raises(BadInput, match="got 'arc_lost'"):
        cell(reactions=rules)
    files = cell('[deburr]', '[deburr, weld]', limits=limits(), reactions=rules)
    assert files.reactions[0].when.code == {'grip_failed', 'arc_lost'}
    assert read_answers(write(answers(word='arc_lost')), words=files.words)
    order = write('tasks: [{id: a, skill: weld, station: seam_1}]')
    assert read_order(order, words=files.words)
