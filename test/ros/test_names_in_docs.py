"""The tables of docs/ros2.md say what a running cell offers, neither more nor less."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
import re
from typing import Any

import pytest
from rclpy.action import get_action_names_and_types
from support.wire import Wire
from support.worlds import helped

from cobot_alloc.application.processes import cell_nodes
from cobot_alloc.bootstrap import open_allocator, open_cell, prepare_cell
from cobot_alloc.ros.allocator_node import AllocatorNode
from cobot_alloc.ros.cell_node import CellNode

PAGE = Path(__file__).parents[2] / 'docs' / 'ros2.md'
ARM = 'panda'
#: Of every ROS node, or of every action.
ANYBODYS = re.compile(
    r'/(allocator|cell|test)/|/rosout|/parameter_events|/_action/|/get_type_description'
)


def table(heading: str) -> list[Any]:
    """Return the rows of the table under a heading of the page."""
    section = PAGE.read_text().split(f'\n## {heading}\n')[1].split('\n## ')[0]
    lines = [line for line in section.splitlines() if line.startswith('|')]
    return [[cell.strip() for cell in line.strip('|').split('|')] for line in lines[2:]]


def topics() -> list[Any]:
    """Return the rows of the topics that there are without lockstep."""
    return [row for row in table('Topics') if 'in lockstep only' not in row[2]]


def word(cell: str) -> str:
    """Return the first thing between backquotes."""
    return str(re.findall(r'`([^`]+)`', cell)[0])


def full(name: str) -> str:
    """Return a name of the page as ROS has it."""
    return name if name.startswith('/') else '/cell_a/' + name.replace('<arm>', ARM)


@pytest.fixture
def nodes(wire: Wire, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Return both nodes, running."""
    layout = prepare_cell(str(helped(tmp_path)), state=tmp_path, person='anna', speed=1.0)
    specs = {node.name: node for node in cell_nodes(layout)}
    cell = CellNode(open_cell, **wire.options(**specs['cell'].parameters))
    allocator = AllocatorNode(open_allocator, **wire.options(**specs['allocator'].parameters))
    made: dict[str, Any] = {'cell': cell, 'allocator': allocator}
    for node in made.values():
        assert node.autostart(), node.failure
        wire.executor.add_node(node)
    wire.steps.append(cell.run_slice)
    yield made
    wire.steps.clear()
    for node in made.values():
        wire.executor.remove_node(node)
        node.close()
        node.destroy_node()


def test_topics(nodes: dict[str, Any], wire: Wire) -> None:
    """Every topic is there, with its type and from the nodes that the page says."""
    page = {}
    for name, kind, source, _ in topics():
        message = word(kind)
        message = message if '/' in message else f'cobot_alloc_msgs/msg/{message}'
        origins = {'allocator', 'cell'} if source.startswith('both') else {source.split(',')[0]}
        page[full(word(name))] = (message, origins)

    def published() -> dict[Any, Any]:
        return {
            name: (
                types[0],
                {info.node_name for info in wire.node.get_publishers_info_by_topic(name)},
            )
            for name, types in wire.node.get_topic_names_and_types()
            if not ANYBODYS.search(name)
        }

    wire.until(lambda: published() == page, what=lambda: (published(), page))


def test_qualities_of_service(nodes: dict[str, Any], wire: Wire) -> None:
    """Durability and reliability of each topic are those of the page."""
    rows = {full(word(row[0])): row[3] for row in topics()}
    for name, said in rows.items():
        infos = wire.until(partial(wire.node.get_publishers_info_by_topic, name))
        is_state = said.startswith('state')
        assert is_state != ('volatile' in said), name
        for info in infos:
            profile = info.qos_profile
            durability = 'TRANSIENT_LOCAL' if is_state else 'VOLATILE'
            assert profile.durability.name == durability, name
            assert profile.reliability.name == 'RELIABLE', name
            deadline = re.search(r'deadline (?:and liveliness )?([\d.]+) s', said)
            if deadline:
                assert profile.deadline.nanoseconds == float(deadline[1]) * 1e9, name


def test_services_and_actions(nodes: dict[str, Any], wire: Wire) -> None:
    """Every service and action is there, with its type."""
    page = {
        full(word(name)): f'cobot_alloc_msgs/{word(kind)}'
        for name, kind, _, _ in table('Services and actions')
    }

    def offered() -> dict[Any, Any]:
        services = wire.node.get_service_names_and_types()
        actions = get_action_names_and_types(wire.node)
        return {
            name: types[0] for name, types in [*services, *actions] if not ANYBODYS.search(name)
        }

    wire.until(lambda: offered() == page, what=lambda: (offered(), page))


def test_parameters(nodes: dict[str, Any]) -> None:
    """Every parameter is there, with its description, and only the speed can be changed."""
    middlewares = {'use_sim_time', 'start_type_description_service'}
    for name, node in nodes.items():
        page = {
            word(parameter): said
            for owner, parameter, said in table('Parameters')
            if owner in ('both', name)
        }
        declared = {key for key in node._parameters if not key.startswith('qos_overrides')}
        assert declared - middlewares == page.keys()
        for parameter, said in page.items():
            descriptor = node.describe_parameter(parameter)
            assert descriptor.read_only == (parameter != 'speed')
            if parameter != 'speed':
                assert descriptor.description == said
