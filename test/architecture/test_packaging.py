"""The description of the package in several files says the same everywhere."""

import ast
from pathlib import Path
import re
import runpy
import sys
from typing import Any
from xml.etree import ElementTree

import pytest
import setuptools
from support.present import present

import cobot_alloc

ROOT = Path(__file__).parents[2]
PIN = re.compile(r'^([A-Za-z0-9._-]+)==([^ ;]+)$')


def normal(name: str) -> str:
    """Return a distribution's name in the one spelling that packaging tools compare."""
    return re.sub(r'[-_.]+', '-', name).lower()


def pins() -> dict[Any, Any]:
    """Return the pinned version of each distribution."""
    lines = (ROOT / 'constraints.txt').read_text().splitlines()
    found = [PIN.match(line) for line in lines if line and not line.startswith('#')]
    assert all(found), 'constraints.txt holds comments and name==version, nothing else'
    return {normal(present(match)[1]): present(match)[2] for match in found}


def xml_version(path: Path) -> str | None:
    """Return the version in a package.xml."""
    return ElementTree.parse(path).findtext('version')


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> dict[Any, Any]:
    """Return what setup.py tells setuptools, whatever version of it is installed."""
    told = {}
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(setuptools, 'setup', lambda **keywords: told.update(keywords))
    runpy.run_path('setup.py')
    return told


def imports() -> set[str]:
    """Return the top-level names of other people's packages that cobot_alloc imports."""
    names: set[Any] = set()
    for path in (ROOT / 'cobot_alloc').rglob('*.py'):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition('.')[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(present(node.module).partition('.')[0])
    return names - set(sys.stdlib_module_names) - {'cobot_alloc'}


def test_every_import_is_declared(described: dict[Any, Any]) -> None:
    """What is imported is named in setup.py, or, if ROS brings it, in package.xml."""
    brought_along = {
        'PIL': 'pillow',
        'foxglove': 'foxglove-sdk',
        'pybullet_data': 'pybullet',
        'ruamel': 'ruamel.yaml',
    }
    package = ElementTree.parse(ROOT / 'package.xml')
    from_ros = {node.text for node in package.findall('exec_depend')}
    extras = described['extras_require']
    needed = [
        *described['install_requires'],
        *extras['film'],
        *extras['foxglove'],
        *extras['plan'],
    ]
    declared = {normal(name) for name in needed}
    undeclared = {
        name for name in imports() if normal(brought_along.get(name, name)) not in declared
    }
    assert undeclared - from_ros == set()


def test_versions_are_equal(described: dict[Any, Any]) -> None:
    """package.xml, setup.py and the command's --version carry one version."""
    assert xml_version(ROOT / 'package.xml') == described['version']
    assert cobot_alloc.__version__ == described['version']


def test_interface_versions_are_equal() -> None:
    """The interfaces' package.xml and pyproject.toml carry one version."""
    folder = ROOT / 'cobot_alloc_msgs'
    text = (folder / 'pyproject.toml').read_text()
    in_toml = re.search(r'^version = "(.+?)"', text, re.MULTILINE)
    assert xml_version(folder / 'package.xml') == present(in_toml)[1]


def test_every_requirement_is_pinned_once(described: dict[Any, Any]) -> None:
    """setup.py names packages without versions; constraints.txt pins each of them."""
    names = sum(described['extras_require'].values(), described['install_requires'])
    assert [name for name in names if re.search('[<>=!~]', name)] == []
    assert [name for name in names if normal(name) not in pins()] == []


def test_colcon_finds_pytest(described: dict[Any, Any]) -> None:
    """Without pytest in an extra, `colcon test` runs no test and reports success."""
    assert 'pytest' in described['extras_require']['test']


def test_package_data_is_found(described: dict[Any, Any]) -> None:
    """The journal's schema and the terminal's styles are installed with the code."""
    kinds = {Path(name).suffix for name in described['package_data']['cobot_alloc']}
    assert {'.sql', '.tcss'} <= kinds


def test_scripts_go_where_ros2_run_looks() -> None:
    """setup.cfg sends executables to lib/cobot_alloc."""
    text = (ROOT / 'setup.cfg').read_text()
    assert text.count('=$base/lib/cobot_alloc') == 2
    assert (ROOT / 'resource' / 'cobot_alloc').read_bytes() == b''
