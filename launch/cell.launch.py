"""
``ros2 launch cobot_alloc cell.launch.py``: bring a simulated cell up.

What is started is data (``cobot_alloc/application/processes.py``), shared with the runner of
``cobot-alloc up``. This file turns it into actions and adds nothing to it.
"""

import os
from pathlib import Path

from launch import LaunchDescription
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    LogInfo,
    OpaqueFunction,
    RegisterEventHandler,
    SetEnvironmentVariable,
)
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import EnvironmentVariable, LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

from cobot_alloc.application.processes import cell_nodes, PARENT
from cobot_alloc.bootstrap import prepare_cell
from cobot_alloc.cli.options import DEFAULT_PERSON, parse_speed
from cobot_alloc.cli.state_folder import CellLock

#: Name, default and meaning.
ARGUMENTS = (
    ('world', 'two_arm_cell', 'World file, or one of the package by name.'),
    ('reactions', 'reactions', 'Reaction rules: a file, or one of the package by name.'),
    ('limits', 'cell', 'Clocks and limits: a file, or one of the package by name.'),
    ('policy', 'balanced', "What plans are judged by; 'none': nothing is planned ahead."),
    ('state', '', 'Folder of journal, ledger and operators, made if missing; empty: a new one.'),
    ('speed', 'real', "'real', 'max' or a factor."),
    ('record', '', 'File for a recording of the simulation; empty: none.'),
    ('processes', '1', 'How many processes simulate the world; 0: as many as it gains from.'),
    (
        'lockstep',
        'auto',
        "'on', 'off' or 'auto': cell and allocator wait for each other if 'max'.",
    ),
    ('person', DEFAULT_PERSON, 'Gets a key in the folder, unless they have one.'),
)
RESPAWN_DELAY_S = 0.2
DISCOVERY = 'ROS_AUTOMATIC_DISCOVERY_RANGE'


def generate_launch_description():
    """Return the arguments and what is made of them once they are known."""
    declared = [
        DeclareLaunchArgument(name, default_value=default, description=description)
        for name, default, description in ARGUMENTS
    ]
    # The default announces itself by multicast on the network; a cell is of this machine
    # unless someone says otherwise.
    scope = SetEnvironmentVariable(
        DISCOVERY, EnvironmentVariable(DISCOVERY, default_value='LOCALHOST')
    )
    return LaunchDescription([*declared, scope, OpaqueFunction(function=_bring_up)])


def _bring_up(context):
    given = {name: LaunchConfiguration(name).perform(context) for name, _, _ in ARGUMENTS}
    layout = prepare_cell(
        given['world'],
        reactions=given['reactions'],
        limits=given['limits'],
        policy=given['policy'],
        state=Path(given['state']) if given['state'] else None,
        person=given['person'],
        speed=parse_speed(given['speed']),
        record=Path(given['record']) if given['record'] else None,
        processes=int(given['processes']),
        lockstep={'on': True, 'off': False}.get(given['lockstep']),
    )
    # Held as long as this process lives.
    context.extend_globals({'cell_lock': CellLock(layout.cell_id)})
    actions = [LogInfo(msg=f'cell {layout.cell_id}; its folder is {layout.state}')]
    for spec in cell_nodes(layout):
        node = _node(spec)
        actions += [RegisterEventHandler(OnProcessExit(target_action=node, on_exit=_end(spec)))]
        actions += [node]
    return actions


def _node(spec):
    return Node(
        package='cobot_alloc',
        executable=spec.executable,
        namespace=spec.namespace,
        name=spec.name,
        # Typed, or a folder named 1 would become a number.
        parameters=[
            {
                name: ParameterValue(value, value_type=type(value))
                for name, value in spec.parameters.items()
            }
        ],
        remappings=list(spec.remappings.items()),
        respawn=spec.respawn,
        respawn_delay=RESPAWN_DELAY_S,
        additional_env={PARENT: str(os.getpid())},
        output='screen',
    )


def _end(spec):
    """Return what ends the cell unless its node is to be started again."""

    def on_exit(event, _context):
        # A status above zero is the node's own refusal; it would say the same again.
        if spec.respawn and event.returncode <= 0:
            return None
        return EmitEvent(event=Shutdown(reason=f'{spec.name} ended ({event.returncode})'))

    return on_exit
