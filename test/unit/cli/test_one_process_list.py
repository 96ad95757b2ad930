"""The launch file and the built-in runner start the same processes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import distribution
import importlib.util
import os
from pathlib import Path
import re
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ruamel.yaml import YAML
from support.present import present

from cobot_alloc.application.processes import cell_nodes, NodeSpec, PARENT, ros_arguments
from cobot_alloc.bootstrap import NODES, prepare_cell
from cobot_alloc.cli import runner
from cobot_alloc.cli.state_folder import CellLock
from cobot_alloc.domain.errors import BadInput

LAUNCH_FILE = Path(__file__).parents[3] / 'launch' / 'cell.launch.py'


@dataclass(frozen=True)
class Started:
    """A process as it is started, whoever starts it."""

    executable: str
    namespace: str
    name: str
    parameters: dict[str, Any]
    remappings: dict[str, str]
    respawn: bool
    ends_with: str = ''


@pytest.fixture(autouse=True)
def own_cell_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no running cell of this machine stand in the way."""
    monkeypatch.setattr('tempfile.tempdir', str(tmp_path))


@pytest.fixture(params=['two_arm_cell', 'a folder'])
def arguments(request: pytest.FixtureRequest, tmp_path: Path) -> dict[Any, Any]:
    """Return launch arguments: the defaults, and ones that YAML would take for numbers."""
    folder = tmp_path / ('1' if request.param == 'a folder' else 'state')
    if request.param == 'a folder':
        return {'state': str(folder), 'speed': 'max', 'person': 'bea'}
    return {'state': str(folder)}


def test_launch_file_starts_what_the_runner_starts(
    arguments: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Executables, names, parameters with their types, remappings and respawn are equal."""
    launched = launched_with_fakes(arguments, monkeypatch)
    assert launched == run_by_runner(arguments, monkeypatch)
    assert [started.executable for started in launched] == ['cell', 'allocator']


def test_real_launch_makes_the_same_of_it(
    arguments: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What launch_ros hands to the processes has the same names, values and types."""
    pytest.importorskip('launch_ros')
    assert launched_for_real(arguments) == run_by_runner(arguments, monkeypatch)


def test_remappings_and_parameters_reach_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node with whatever a node can have is still the same to both."""
    import cobot_alloc.application.processes as processes

    layout = prepare_cell('two_arm_cell', state=tmp_path, person='anna', speed=1.0)
    spec = processes.NodeSpec(
        name='allocator',
        executable='allocator',
        namespace='/cell_a',
        parameters={'text': "it's 1", 'number': 1.0, 'flag': True, 'path': '1'},
        remappings={'tasks': 'work', 'mode': '/other/mode'},
        respawn=True,
    )
    monkeypatch.setattr(processes, 'cell_nodes', lambda _: (spec,))
    launched = launched_with_fakes({'state': str(tmp_path)}, monkeypatch)
    expected = parse_command(spec, ros_arguments(spec), ends_with=str(os.getpid()))
    assert launched == [expected]
    assert launched[0].parameters['path'] == '1'
    assert layout.state == tmp_path


def test_every_executable_is_one_of_the_package() -> None:
    """What the list names, ``ros2 run`` and ``python -m cobot_alloc.bootstrap`` both know."""
    scripts = {
        entry.name: entry.value
        for entry in distribution('cobot_alloc').entry_points
        if entry.group == 'console_scripts'
    }
    for name, run in NODES.items():
        assert scripts[name] == f'cobot_alloc.bootstrap:{run.__name__}'


def test_arguments_have_a_default_and_a_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """``ros2 launch --show-args`` says all there is to say, and docs/ros2.md says the same."""
    with_fakes(monkeypatch)
    declared = {
        action.name: action.options
        for action in load_launch_file().generate_launch_description().entities
        if action.kind == 'DeclareLaunchArgument'
    }
    page = (LAUNCH_FILE.parents[1] / 'docs' / 'ros2.md').read_text()
    section = page.split('## Bringing a cell up')[1].split('\n## ')[0]
    assert list(declared) == re.findall(r'^\| `(\w+)` \|', section, re.MULTILINE)
    assert all(options['description'] for options in declared.values())


def test_a_second_cell_of_the_same_name_is_refused(
    arguments: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``cobot-alloc up`` does: two of them in one ROS domain would mix."""
    lock = CellLock('cell_a')
    try:
        with pytest.raises(BadInput, match='already running'):
            launched_with_fakes(arguments, monkeypatch)
    finally:
        lock.close()


def test_key_is_made_on_first_use_only(
    arguments: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator of the launch file has a key in the folder and keeps it."""
    launched_with_fakes(arguments, monkeypatch)
    person = arguments.get('person', 'anna')
    key = Path(arguments['state']) / 'operators' / f'{person}.key'
    made = key.read_bytes()
    launched_with_fakes(arguments, monkeypatch)
    assert key.read_bytes() == made


# The runner's side


def run_by_runner(arguments: dict[Any, Any], monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    """Return what the built-in runner starts for the same arguments."""
    speed = {'max': 0.0}.get(arguments.get('speed', ''), 1.0)
    layout = prepare_cell(
        'two_arm_cell',
        state=Path(arguments['state']),
        person=arguments.get('person', 'anna'),
        speed=speed,
    )
    nodes = cell_nodes(layout)
    commands = []

    def popen(command: list[str], *, env: dict[str, str], **_: Any) -> SimpleNamespace:
        commands.append((command, env[PARENT]))
        return SimpleNamespace(poll=lambda: None, wait=lambda **_: 0, pid=0, returncode=0)

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, 'Popen', popen)
        patched.setattr(os, 'killpg', lambda *_: None)
        started = runner.Runner(logs=layout.state / 'logs', say=print)
        started.start(nodes)
        started.stop()
    found = []
    for node, (command, parent) in zip(nodes, commands, strict=True):
        assert command[1:4] == ['-m', 'cobot_alloc.bootstrap', node.executable]
        assert command.pop() == '--disable-external-lib-logs'  # launch has a say in logs itself
        found.append(parse_command(node, command[4:], ends_with=parent))
    return found


def parse_command(node: NodeSpec, arguments: list[str], *, ends_with: str) -> Started:
    """Return what a command line from ``--ros-args`` on says."""
    assert arguments[0] == '--ros-args'
    pairs = list(zip(arguments[1::2], arguments[2::2], strict=True))
    rules = dict(text.split(':=', 1) for flag, text in pairs if flag == '-r')
    parameters = dict(text.split(':=', 1) for flag, text in pairs if flag == '-p')
    return Started(
        executable=node.executable,
        namespace=rules.pop('__ns'),
        name=rules.pop('__node'),
        parameters={name: YAML(typ='safe').load(text) for name, text in parameters.items()},
        remappings=rules,
        respawn=node.respawn,
        ends_with=ends_with,
    )


# The launch file's side


class Action:
    """Any action of launch: it keeps what it was made with."""

    def __init__(self, *positional: Any, **options: Any) -> None:
        self.kind = type(self).__name__
        self.name = positional[0] if positional else ''
        self.positional = positional
        self.options = options


def with_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put something tiny in the place of launch and launch_ros."""

    def module(name: str, *names: str, **more: Any) -> None:
        made = ModuleType(name)
        made.__dict__.update({n: type(n, (Action,), {}) for n in names}, **more)
        monkeypatch.setitem(sys.modules, name, made)

    class LaunchDescription:
        def __init__(self, entities: Any) -> None:
            self.entities = entities

    class LaunchConfiguration(Action):
        def perform(self, context: Any) -> Any:
            return context.given[self.name]

    module('launch', LaunchDescription=LaunchDescription)
    module(
        'launch.actions',
        'DeclareLaunchArgument',
        'EmitEvent',
        'LogInfo',
        'OpaqueFunction',
        'RegisterEventHandler',
        'SetEnvironmentVariable',
    )
    module('launch.event_handlers', 'OnProcessExit')
    module('launch.events', 'Shutdown')
    module('launch.substitutions', 'EnvironmentVariable', LaunchConfiguration=LaunchConfiguration)
    module('launch_ros')
    module('launch_ros.actions', 'Node')
    module('launch_ros.parameter_descriptions', 'ParameterValue')


def load_launch_file() -> ModuleType:
    """Return the launch file as a module, as launch loads it."""
    spec = importlib.util.spec_from_file_location('cell_launch', LAUNCH_FILE)
    module = importlib.util.module_from_spec(present(spec))
    present(present(spec).loader).exec_module(module)
    return module


def launched_with_fakes(arguments: dict[Any, Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what the launch file starts."""
    with_fakes(monkeypatch)
    entities = load_launch_file().generate_launch_description().entities
    defaults = {
        action.name: action.options['default_value']
        for action in entities
        if action.kind == 'DeclareLaunchArgument'
    }
    held: dict[Any, Any] = {}
    context = SimpleNamespace(given={**defaults, **arguments}, extend_globals=held.update)
    (bring_up,) = [action for action in entities if action.kind == 'OpaqueFunction']
    actions = bring_up.options['function'](context)
    held['cell_lock'].close()
    nodes = [action.options for action in actions if action.kind == 'Node']
    for node in nodes:
        assert node['package'] == 'cobot_alloc'
        for values in node['parameters']:
            for value in values.values():
                assert isinstance(value.positional[0], value.options['value_type'])
    return [
        Started(
            executable=node['executable'],
            namespace=node['namespace'],
            name=node['name'],
            parameters={
                name: value.positional[0]
                for values in node['parameters']
                for name, value in values.items()
            },
            remappings=dict(node['remappings']),
            respawn=node['respawn'],
            ends_with=node['additional_env'][PARENT],
        )
        for node in nodes
    ]


def launched_for_real(arguments: dict[Any, Any]) -> list[Started]:
    """Return what launch and launch_ros make of the launch file."""
    from launch import LaunchContext
    from launch.actions import DeclareLaunchArgument, OpaqueFunction
    from launch.utilities import perform_substitutions as perform
    from launch_ros.actions import Node

    context = LaunchContext()
    context.launch_configurations.update(arguments)
    found = []
    for action in load_launch_file().generate_launch_description().entities:
        if isinstance(action, DeclareLaunchArgument):
            action.visit(context)
        elif isinstance(action, OpaqueFunction):
            found = [it for it in action.visit(context) if isinstance(it, Node)]
    context.get_locals_as_dict()['cell_lock'].close()
    started = []
    for node in found:
        node._perform_substitutions(context)
        parameters = {}
        for path, is_file in node._Node__expanded_parameter_arguments:
            assert is_file
            written = YAML(typ='safe').load(Path(path))
            for values in written.values():
                parameters.update(values['ros__parameters'])
        started.append(
            Started(
                executable=node.node_executable,
                namespace=node.expanded_node_namespace,
                name=node.node_name.rsplit('/', 1)[-1],
                parameters=parameters,
                remappings=dict(node.expanded_remapping_rules or ()),
                respawn=node._ExecuteLocal__respawn,
                ends_with={
                    perform(context, name): perform(context, value)
                    for name, value in node.additional_env
                }[PARENT],
            )
        )
    return started
