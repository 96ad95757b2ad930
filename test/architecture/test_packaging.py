"""The description of the package in several files says the same everywhere."""

import ast
from importlib.metadata import distribution
from pathlib import Path
import re
import sys
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
PIN = re.compile(r'^([A-Za-z0-9._-]+)==([^ ;]+)$')


def normal(name):
    """Return a distribution's name in the one spelling that packaging tools compare."""
    return re.sub(r'[-_.]+', '-', name).lower()


def pins():
    """Return the pinned version of each distribution."""
    lines = (ROOT / 'constraints.txt').read_text().splitlines()
    found = [PIN.match(line) for line in lines if line and not line.startswith('#')]
    assert all(found), 'constraints.txt holds comments and name==version, nothing else'
    return {normal(match[1]): match[2] for match in found}


def xml_version(path):
    """Return the version in a package.xml."""
    return ElementTree.parse(path).findtext('version')


def requirements(extra=None):
    """Return the requirements in setup.py, without or with only those of an extra."""
    lines = distribution('cobot_alloc').requires or []
    mark = f'extra == "{extra}"'
    chosen = [line for line in lines if (mark in line if extra else 'extra ==' not in line)]
    return [line.split(';')[0].strip() for line in chosen]


def imports():
    """Return the top-level names of other people's packages that cobot_alloc imports."""
    names = set()
    for path in (ROOT / 'cobot_alloc').rglob('*.py'):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition('.')[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module.partition('.')[0])
    return names - set(sys.stdlib_module_names) - {'cobot_alloc'}


def test_every_import_is_declared():
    """What is imported is named in setup.py, or, if ROS brings it, in package.xml."""
    brought_along = {'pybullet_data': 'pybullet', 'ruamel': 'ruamel.yaml'}
    package = ElementTree.parse(ROOT / 'package.xml')
    from_ros = {node.text for node in package.findall('exec_depend')}
    declared = {normal(name) for name in requirements()}
    undeclared = {
        name for name in imports() if normal(brought_along.get(name, name)) not in declared
    }
    assert undeclared - from_ros == set()


def test_versions_are_equal():
    """package.xml and setup.py carry one version, for colcon reads both."""
    in_setup = re.search(r"^VERSION = '(.+?)'", (ROOT / 'setup.py').read_text(), re.MULTILINE)
    assert xml_version(ROOT / 'package.xml') == in_setup[1]


def test_interface_versions_are_equal():
    """The interfaces' package.xml and pyproject.toml carry one version."""
    folder = ROOT / 'cobot_alloc_msgs'
    text = (folder / 'pyproject.toml').read_text()
    in_toml = re.search(r'^version = "(.+?)"', text, re.MULTILINE)
    assert xml_version(folder / 'package.xml') == in_toml[1]


@pytest.mark.parametrize('extra', [None, 'test', 'dev', 'ros-wheels', 'ros-wheels-build'])
def test_every_requirement_is_pinned_once(extra):
    """setup.py names packages without versions; constraints.txt pins each of them."""
    names = requirements(extra)
    assert names
    assert [name for name in names if re.search('[<>=!~]', name)] == []
    assert [name for name in names if normal(name) not in pins()] == []


def test_colcon_finds_pytest():
    """Without pytest in an extra, `colcon test` runs no test and reports success."""
    assert 'pytest' in requirements('test')


def test_scripts_go_where_ros2_run_looks():
    """setup.cfg sends executables to lib/cobot_alloc."""
    text = (ROOT / 'setup.cfg').read_text()
    assert text.count('=$base/lib/cobot_alloc') == 2
    assert (ROOT / 'resource' / 'cobot_alloc').read_bytes() == b''
