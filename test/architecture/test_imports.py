"""
Who may import what, beyond the import-linter contracts of pyproject.toml.

The contracts read the static graph; the subprocess tests run the real thing and look
at what was loaded.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

import pytest
from support.present import present

PACKAGE = Path(__file__).parents[2] / 'cobot_alloc'

# No clock, no randomness, no files, no logging, no threads: time, ids and random draws
# come into the domain as arguments.
IMPURE = {
    'asyncio',
    'concurrent',
    'io',
    'logging',
    'multiprocessing',
    'os',
    'pathlib',
    'random',
    'secrets',
    'shutil',
    'socket',
    'sqlite3',
    'subprocess',
    'sys',
    'tempfile',
    'threading',
    'time',
    'uuid',
}
DOMAIN_MAY_IMPORT = (set(sys.stdlib_module_names) - IMPURE) | {
    'cobot_alloc',
    'numpy',
    'transitions',
}

LOADED = """
import importlib, pkgutil, sys
package = importlib.import_module({package!r})
for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):
    if not module.name.endswith('__main__'):
        importlib.import_module(module.name)
print(*sorted({{name.partition('.')[0] for name in sys.modules}}))
"""


def imported(path: Path) -> Iterator[str]:
    """Return the top-level names that a source file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition('.')[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield present(node.module).partition('.')[0]


def loaded_by(package: str) -> set[Any]:
    """Return the top-level modules loaded after importing all of ``package`` afresh."""
    result = subprocess.run(
        [sys.executable, '-c', LOADED.format(package=package)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


@pytest.mark.parametrize(
    'path',
    sorted((PACKAGE / 'domain').rglob('*.py')),
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_the_domain_is_pure(path: Path) -> None:
    """A domain module imports the pure part of the standard library, numpy, transitions."""
    assert set(imported(path)) - DOMAIN_MAY_IMPORT == set()


@pytest.mark.parametrize(
    'path',
    sorted((PACKAGE / 'domain' / 'scheduling').rglob('*.py')),
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_scheduling_knows_no_cell(path: Path) -> None:
    """It imports itself, the pure part of the standard library and numpy."""
    ours = re.findall(r'^(?:from|import) (cobot_alloc\S*)', path.read_text('utf-8'), re.MULTILINE)
    assert [name for name in ours if not name.startswith('cobot_alloc.domain.scheduling')] == []
    assert set(imported(path)) - DOMAIN_MAY_IMPORT | {'transitions'} & set(imported(path)) == set()


@pytest.mark.parametrize(
    ('package', 'unwanted'),
    [
        (
            'cobot_alloc.domain',
            {
                'apsw',
                'msgspec',
                'ortools',
                'pybullet',
                'pydantic',
                'rclpy',
                'ruamel',
                'scipy',
                'sqlite3',
                'textual',
            },
        ),
        (
            'cobot_alloc.application',
            {
                'apsw',
                'msgspec',
                'ortools',
                'pybullet',
                'pydantic',
                'rclpy',
                'ruamel',
                'scipy',
                'sqlite3',
                'textual',
            },
        ),
        ('cobot_alloc.cli', {'ortools', 'pybullet', 'rclpy', 'scipy', 'textual'}),
        ('cobot_alloc.tui', {'ortools', 'pybullet', 'rclpy', 'scipy', 'sqlite3', 'apsw'}),
    ],
)
def test_loading_it_loads_no(package: str, unwanted: set[str]) -> None:
    """Nothing on the way in brings a framework along: a terminal never loads the physics."""
    assert loaded_by(package) & unwanted == set()
