"""The documentation says what is so: links, names, commands, keys, tables, wording."""

import ast
from ast import stmt
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, MISSING
from functools import cache
import importlib.util
from pathlib import Path
import re
import shlex
from types import ModuleType
from typing import Any

import pytest
from support.present import present
import typer

from cobot_alloc.cli.main import app
from cobot_alloc.domain.codes import Door, RefusalCode
from cobot_alloc.domain.geometry import Cylinder
from cobot_alloc.domain.labour import Ergonomics
from cobot_alloc.domain.limits import DeskClocks, Limits
from cobot_alloc.domain.requirements import (
    Absence,
    CertificateRule,
    EnergyBudget,
    Requirements,
    ToolRule,
)
from cobot_alloc.domain.setup_rules import FamilyRule, SetupRule
from cobot_alloc.domain.zone import ExclusiveArea, Zone
from cobot_alloc.files import orders
from cobot_alloc.files.document import shown
from cobot_alloc.files.expectations import described, known_keys
from cobot_alloc.files.limits import read_limits
from cobot_alloc.files.orders import read_order
from cobot_alloc.files.worlds import read_world
from cobot_alloc.sim.world import (
    ArmSpec,
    CameraSpec,
    Chore,
    ConveyorSpec,
    DefectSpec,
    EdgeSpec,
    FaultSpec,
    FixtureSpec,
    LocationSpec,
    MachineSpec,
    PalletSpec,
    PartSpec,
    PersonSpec,
    PocketSpec,
    PowerSpec,
    ScrewSpec,
    ScriptStep,
    SeamSpec,
    SensingSpec,
    ShuttleSpec,
    ToolSpec,
    WorkholdSpec,
    World,
)

ROOT = Path(__file__).parents[2]
DOCS = ROOT / 'docs'
PAGES = sorted([*ROOT.glob('*.md'), *DOCS.rglob('*.md')])

LINK = re.compile(r'!?\[([^\]]*)\]\(([^)\s]+)\)')
FENCED = re.compile(r'^```(\w*)\n(.*?)^```', re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def links() -> list[Any]:
    """Return page, text and target of every link that stays in the repository."""
    return [
        (page, text, target)
        for page in PAGES
        for text, target in LINK.findall(FENCED.sub('', page.read_text(encoding='utf-8')))
        if '://' not in target and not target.startswith('mailto:')
    ]


def anchors(page: Path) -> set[Any]:
    """Return the names by which a page's headings can be linked to."""
    headings = re.findall(r'^#+ (.+)$', page.read_text(encoding='utf-8'), re.MULTILINE)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-') for heading in headings}


@cache
def defined(path: Path) -> set[str]:
    """Return the names that a source file defines, methods as Class.method too."""
    names = set()

    def collect(body: list[stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.update({node.name, prefix + node.name})
            if isinstance(node, ast.ClassDef):
                collect(node.body, f'{node.name}.')
            targets = getattr(node, 'targets', [getattr(node, 'target', None)])
            names.update(prefix + it.id for it in targets if isinstance(it, ast.Name))

    collect(ast.parse(path.read_text(encoding='utf-8')).body, '')
    return names


@cache
def tables(page: Path) -> dict[Any, Any]:
    """Return the rows of cells of the tables under each heading of a page."""
    found: dict[str, list[list[str]]] = {}
    heading = ''
    for line in page.read_text(encoding='utf-8').splitlines():
        if line.startswith('#'):
            heading = line.lstrip('# ')
        elif line.startswith('|') and not line.startswith('|---'):
            cells = [cell.strip() for cell in line.strip('|').split('|')]
            found.setdefault(heading, []).append(cells)
    return found


def commands() -> list[Any]:
    """Return page and words of every command of ours in a code block."""
    return [
        pytest.param(shlex.split(words, comments=True), id=f'{name_of(page)}: {words}')
        for page in PAGES
        for _, block in FENCED.findall(page.read_text(encoding='utf-8'))
        for words in re.findall(
            r'^\s*(?:\$ )?(?:\S+=\S+ )*(?:\S*/)?(cobot-alloc(?: .*)?)$', block, re.MULTILINE
        )
    ]


# Links


def test_every_link_leads_somewhere() -> None:
    """A relative link leads to a file, and its anchor to a heading."""
    broken = []
    for page, _, target in links():
        path, _, anchor = target.partition('#')
        found = (page.parent / path) if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(f'{name_of(page)}: {target}')
    assert broken == []


def test_every_name_that_links_to_a_source_file_is_defined_there() -> None:
    """[`Class.method`](file.py) is looked up in the file."""
    missing = []
    for page, text, target in links():
        path = page.parent / target
        name = re.fullmatch(r'`([A-Za-z_][\w.]*)`', text)
        is_source = path.suffix == '.py' and path.is_file() and '.py' not in text
        if name and is_source and name[1] not in defined(path.resolve()):
            missing.append(f'{name_of(page)}: {name[1]} in {target}')
    assert missing == []


def test_every_path_that_is_named_exists() -> None:
    """`cobot_alloc/...` and the like, in running text, are files or folders."""
    named = re.compile(
        r'`((?:cobot_alloc|cobot_alloc_msgs|config|docs|launch|orders|scripts|test|urdf|worlds)'
        r'/[\w./-]*)`'
    )
    missing = [
        f'{name_of(page)}: {path}'
        for page in PAGES
        for path in named.findall(page.read_text(encoding='utf-8'))
        if not (ROOT / path).exists()
    ]
    assert missing == []


# Commands


@pytest.mark.parametrize('words', commands())
def test_every_command_parses(words: list[str]) -> None:
    """The subcommand is there, and so are its options and the number of its arguments."""
    command, name, rest = typer.main.get_command(app), words[0], words[1:]
    if not rest or rest[0].startswith('-'):
        return
    while hasattr(command, 'commands'):
        name = rest.pop(0)
        command = command.commands[name]
    command.make_context(name, rest)


def test_every_target_of_make_is_there() -> None:
    """What a page tells to make is a target, and the tests that it names are there."""
    targets = set(re.findall(r'^([a-z-]+):', (ROOT / 'Makefile').read_text(), re.MULTILINE))
    wrong = []
    for page in PAGES:
        text = page.read_text(encoding='utf-8')
        called = re.findall(r'(?:^|`)make ([a-z-]+)', text, re.MULTILINE)
        tests = re.findall(r'\btest/[\w/]+(?:\.py)?', text)
        wrong += [f'{name_of(page)}: make {it}' for it in called if it not in targets]
        wrong += [f'{name_of(page)}: {it}' for it in tests if not (ROOT / it).exists()]
    assert wrong == []


def test_every_contract_that_is_named_is_there() -> None:
    """docs/architecture.md and pyproject.toml name the same contracts."""
    named = re.findall(r'contract "(.+?)"', (DOCS / 'architecture.md').read_text())
    written = re.findall(r'^name = "(.+?)"', (ROOT / 'pyproject.toml').read_text(), re.MULTILINE)
    assert set(named) == set(written)


# Wording

FORBIDDEN = re.compile(
    r'\b(safe|safely|safety[- ]rated|certified|compliant|complies|conforms?|'
    r'emergency stop|protective stop|monitored stop)\b|\b(?:PL|SIL) ?[a-e1-4]\b',
    re.IGNORECASE,
)
#: Where such a word is said of something else, or to say what this is not.
ALLOWED = (
    'a certified safety controller',
    'It is not safety-rated, and not certified.',
    'The text never says safe, safety-rated, certified or compliant of it.',
    'It never says that it complies with or conforms to a standard.',
    'It is no emergency stop and',
    "YAML(typ='safe', pure=True)",
)
#: Whatever a user may read, the help and the messages of the code included.
TEXTS = [
    *PAGES,
    *(ROOT / 'cobot_alloc').rglob('*.py'),
    *(
        path
        for folder in ('msg', 'srv', 'action')
        for path in (ROOT / 'cobot_alloc_msgs' / folder).glob('*')
    ),
    *(
        path
        for folder in ('config', 'orders', 'worlds')
        for path in (ROOT / folder).rglob('*.yaml')
    ),
    *(ROOT / 'launch').glob('*.py'),
    ROOT / 'package.xml',
    ROOT / 'setup.py',
]


def test_the_text_claims_no_safety() -> None:
    """The words that only a safety function may use of itself are not used."""
    found = []
    for page in TEXTS:
        text = page.read_text(encoding='utf-8')
        for phrase in ALLOWED:
            text = text.replace(phrase, '')
        for number, line in enumerate(text.splitlines(), start=1):
            found += [f'{name_of(page)}:{number}: {it[0]}' for it in FORBIDDEN.finditer(line)]
    assert found == []


def test_a_line_holds_one_sentence() -> None:
    """Of running text; a change then shows the sentence that changed."""
    ends = re.compile(r'[a-z`)][.?!]\*{0,2} [A-Z`]')
    found = [
        f'{name_of(page)}: {line}'
        for page in PAGES
        for line in FENCED.sub('', page.read_text(encoding='utf-8')).splitlines()
        if not line.startswith('|') and ends.search(line)
    ]
    assert found == []


@pytest.mark.parametrize('name', ['README.md', 'docs/safety.md'])
def test_the_text_says_what_it_is_not(name: str) -> None:
    """A reader is told before trusting it."""
    assert 'not a safety function' in (ROOT / name).read_text(encoding='utf-8')


# Tables that follow the code


def script(name: str) -> ModuleType:
    """Return the module of a script."""
    path = ROOT / 'scripts' / f'{name}.py'
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(present(spec))
    present(present(spec).loader).exec_module(module)
    return module


def test_the_lifecycles_are_drawn_from_the_live_tables() -> None:
    """scripts/draw_lifecycles.py writes what is there."""
    module = script('draw_lifecycles')
    assert module.FILE.read_text(encoding='utf-8') == module.text(), 'run draw_lifecycles.py'


RECORDS = {
    'The whole file': World,
    'sensing': SensingSpec,
    'arms': ArmSpec,
    'tools of an arm': ToolSpec,
    'power of an arm': PowerSpec,
    'fixtures': FixtureSpec,
    'locations': LocationSpec,
    'parts': PartSpec,
    'pocket of a part': PocketSpec,
    'defects of a part': DefectSpec,
    'machines': MachineSpec,
    'conveyors': ConveyorSpec,
    'shuttles': ShuttleSpec,
    'pallets': PalletSpec,
    'people': PersonSpec,
    'script of a person': ScriptStep,
    'chore of a person': Chore,
    'zones': Zone,
    'volume of a zone': Cylinder,
    'exclusive_areas': ExclusiveArea,
    'faults': FaultSpec,
    'cameras': CameraSpec,
    'screws': ScrewSpec,
    'seams': SeamSpec,
    'edges': EdgeSpec,
    'workholds': WorkholdSpec,
    'The order': orders._File,
    'tasks': orders._Entry,
    'Limits': Limits,
    'desk': DeskClocks,
    'requirements': Requirements,
    'certificates': CertificateRule,
    'tools of a skill': ToolRule,
    'families': FamilyRule,
    'setups': SetupRule,
    'absences': Absence,
    'energy_budgets': EnergyBudget,
    'ergonomics': Ergonomics,
}


def rows(record: type) -> Iterator[list[Any]]:
    """Return key, what is expected and the default of each key of a record."""
    for field, (key, hint) in zip(fields(record), known_keys(record).items(), strict=True):
        made = field.default_factory() if field.default_factory is not MISSING else field.default
        if made is MISSING:
            default = 'required'
        elif is_dataclass(made):
            default = 'as below'
        elif made in ((), frozenset()):
            default = 'none'
        elif isinstance(made, tuple) and is_dataclass(made[0]):
            default = 'as below'
        elif isinstance(made, tuple):
            default = str(list(made))
        else:
            default = shown(made).strip("'") or 'none'
            default = getattr(made, 'value', default)
        yield [f'`{key}`', described(hint), 'none' if made is None else default]


@pytest.mark.parametrize('heading', RECORDS)
def test_every_key_of_a_file_is_described(heading: str) -> None:
    """docs/worlds.md has each key, with what is expected and the default, in the code's order."""
    _, *written = tables(DOCS / 'worlds.md')[heading]
    assert [row[:3] for row in written] == list(rows(RECORDS[heading]))
    assert all(row[3] for row in written), 'every key has a meaning'


def test_the_files_shown_can_be_read(tmp_path: Path) -> None:
    """The world and the order of docs/worlds.md are taken, one with the other; limits too."""
    blocks = FENCED.findall((DOCS / 'worlds.md').read_text(encoding='utf-8'))
    world, order, limits = (text for kind, text in blocks if kind == 'yaml')
    (tmp_path / 'world.yaml').write_text(world)
    (tmp_path / 'order.yaml').write_text(order)
    (tmp_path / 'limits.yaml').write_text(limits)
    read_order(tmp_path / 'order.yaml', world=read_world(tmp_path / 'world.yaml'))
    assert read_limits(tmp_path / 'limits.yaml').requirements.setups


def test_the_tables_of_codes_are_written_from_the_code() -> None:
    """scripts/list_codes.py writes what is there, each of its tables on one page."""
    module = script('list_codes')
    written = ''.join(page.read_text(encoding='utf-8') for page in module.pages())
    assert all(written.count(module.BEGIN.format(name=name)) == 1 for name in module.TABLES)
    for page in module.pages():
        assert page.read_text(encoding='utf-8') == module.text(page), 'run scripts/list_codes.py'


def test_every_refusal_of_a_goal_is_described() -> None:
    """docs/arm_contract.md says in which order they are looked for."""
    rows = tables(DOCS / 'arm_contract.md')['A goal']
    named = {word for row in rows for word in re.findall(r'^`(\w+)`', row[1])}
    of_a_goal = {code.value for code in RefusalCode if Door.GOAL in code.meanings}
    assert named == of_a_goal - {'unknown_arm', 'agent_unknown'}  # of the simulated cell


WORDS = {
    'cell', 'agent', 'arm', 'person', 'skill', 'task', 'order', 'candidate', 'assignment',
    'attempt', 'fence', 'failure', 'case', 'action', 'rule', 'reaction', 'desk', 'zone', 'mode',
    'shift',
}  # fmt: skip


def test_every_word_is_defined_once() -> None:
    """docs/glossary.md has the words of the field, in alphabetical order."""
    _, *entries = next(iter(tables(DOCS / 'glossary.md').values()))
    words = [row[0] for row in entries]
    assert words == sorted(set(words), key=str.lower)
    assert WORDS - set(words) == set()
