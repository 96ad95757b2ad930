"""What `make setup` says on a machine where something is missing."""

from pathlib import Path
import shutil
import subprocess
from subprocess import CompletedProcess
import sys
from typing import Any

import pytest
from support.present import present

SCRIPT = Path(__file__).parents[2] / 'scripts' / 'find_python.sh'
VERSION = f'{sys.version_info.major}.{sys.version_info.minor}'
pytestmark = pytest.mark.skipif(
    VERSION not in ('3.10', '3.11'), reason='this Python could not be the one that is found'
)
SMALL_COMMANDS = ('bash', 'env', 'uname')


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder for PATH with the small commands and a compiler, and no Python."""
    for name in SMALL_COMMANDS:
        (tmp_path / name).symlink_to(present(shutil.which(name)))
    stand_in(tmp_path / 'c++', 'exit 0')
    return tmp_path


def stand_in(path: Path, script: str) -> None:
    """Write an executable that runs ``script``."""
    path.write_text(f'#!/usr/bin/env bash\n{script}\n')
    path.chmod(0o755)


def python_without(path: Path, words: str) -> None:
    """Write a Python that fails when its arguments contain ``words``."""
    stand_in(path, f'case "$*" in *"{words}"*) exit 1 ;; esac\nexec {sys.executable} "$@"')


def run(machine: Path, ros: str = 'wheels', **variables: Any) -> CompletedProcess[str]:
    """Run the script with nothing but ``machine`` on PATH."""
    return subprocess.run(
        [str(SCRIPT), ros],
        env={'PATH': str(machine), **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def refusal(machine: Path, **options: Any) -> str:
    """Return the one line that the script refuses with."""
    result = run(machine, **options)
    assert result.returncode == 1
    assert result.stdout == ''
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_python_is_found(machine: Path) -> None:
    """With all in place, the script prints the Python and nothing else."""
    stand_in(machine / 'python3', f'exec {sys.executable} "$@"')
    result = run(machine)
    assert (result.returncode, result.stderr) == (0, '')
    assert result.stdout == f'{machine}/python3\n'


def test_no_python(machine: Path) -> None:
    """No Python at all: the versions that fit are named, and how to install one."""
    line = refusal(machine)
    assert 'needs Python 3.10 or 3.11 (python3 here is missing)' in line
    assert 'install' in line


def test_python_of_another_version(machine: Path) -> None:
    """A Python that does not fit is named by its version."""
    stand_in(machine / 'python3', 'echo 3.13')
    assert 'python3 here is 3.13' in refusal(machine)


def test_a_version_managers_stand_in_does_not_count(machine: Path) -> None:
    """An executable that does not run is passed over for one that does."""
    stand_in(machine / 'python3', 'exit 127')
    stand_in(machine / 'python3.11', 'exit 127')
    stand_in(machine / 'python3.10', f'exec {sys.executable} "$@"')
    assert run(machine).stdout == f'{machine}/python3.10\n'


def test_no_venv_module(machine: Path) -> None:
    """Debian packages venv on its own."""
    python_without(machine / 'python3', 'ensurepip')
    assert f'sudo apt-get install python{VERSION}-venv' in refusal(machine)


def test_no_headers(machine: Path) -> None:
    """The interfaces are compiled against Python.h."""
    stand_in(machine / 'python3', f'[ "$1" = - ] && exit 1\nexec {sys.executable} "$@"')
    line = refusal(machine)
    assert 'Python.h' in line
    assert f'sudo apt-get install python{VERSION}-dev' in line


def test_no_compiler(machine: Path) -> None:
    """A C++ compiler is needed, under whatever name CXX gives it."""
    stand_in(machine / 'python3', f'exec {sys.executable} "$@"')
    assert 'no C++ compiler (gone)' in refusal(machine, CXX='gone')
    (machine / 'c++').unlink()
    assert 'no C++ compiler (c++): sudo apt-get install g++' in refusal(machine)


def test_a_machine_the_wheels_were_not_made_for(machine: Path) -> None:
    """On another processor only a ROS 2 distribution will do."""
    (machine / 'uname').unlink()
    stand_in(machine / 'uname', '[ "$1" = -m ] && echo aarch64 || echo Linux')
    assert 'this is Linux on aarch64' in refusal(machine)


def test_a_sourced_distribution_that_does_not_import(machine: Path) -> None:
    """A sourced distribution is not quietly passed over."""
    python_without(machine / 'python3', 'rclpy')
    line = refusal(machine, ros='jazzy')
    assert 'ROS 2 jazzy is sourced' in line
    assert 'ros-jazzy-rclpy' in line


def test_a_sourced_distribution_needs_cmake(machine: Path) -> None:
    """The wheels bring CMake along, a distribution's packages may not."""
    stand_in(machine / 'python3', f'[ "$2" = "import rclpy" ] || exec {sys.executable} "$@"')
    assert 'sudo apt-get install cmake' in refusal(machine, ros='humble')
    stand_in(machine / 'cmake', 'exit 0')
    assert run(machine, ros='humble').stdout == f'{machine}/python3\n'
