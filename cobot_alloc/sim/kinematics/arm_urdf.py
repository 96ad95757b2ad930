"""Put tools on an arm: one URDF from several."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from cobot_alloc.domain.errors import BadInput
from cobot_alloc.sim.kinematics.arm_models import ArmModel
from cobot_alloc.sim.world import ToolKind, ToolSpec

Element = ElementTree.Element


#: The joints and links of the tools are named so, to be told from those of the arm.
TOOL_PREFIX = 'tool/'


def tool_name(kind: ToolKind, name: str) -> str:
    """Return what a link or joint of a tool's URDF is called once it is on an arm."""
    return f'{TOOL_PREFIX}{kind.value}/{name}'


def with_tools(arm_file: Path, tools: Iterable[tuple[ToolSpec, Path]], model: ArmModel) -> str:
    """
    Return the text of a URDF of the arm with its tools fixed to its flange.

    Fixing them in the URDF keeps the chain rigid, where a constraint between two bodies would
    give under load.

    :raises BadInput: if a file is no URDF of an arm.
    """
    arm = _read(arm_file)
    for name in model.leave_out:
        _drop(arm, name)
    _repaint(arm, dict(model.repaint))
    flange = model.flange or _only_leaf(arm, arm_file)
    if flange not in _links(arm):
        raise BadInput(f'{arm_file}: got flange {flange!r}, expected one of {_links(arm)}')
    for spec, file in tools:
        tool = _read(file)
        _rename(tool, spec.kind)
        mount = ElementTree.SubElement(
            arm, 'joint', name=tool_name(spec.kind, 'mount'), type='fixed'
        )
        ElementTree.SubElement(mount, 'parent', link=flange)
        ElementTree.SubElement(mount, 'child', link=_root(tool))
        x, y, z = spec.offset
        at = f'{x} {y} {z + model.flange_offset_m}'
        ElementTree.SubElement(mount, 'origin', xyz=at, rpy=f'{spec.lean} 0 0')
        arm.extend(tool)
    return ElementTree.tostring(arm, encoding='unicode')


def _rename(tool: Element, kind: ToolKind) -> None:
    for element in tool.iter():
        if element.tag in ('link', 'joint', 'material') and element.get('name'):
            element.set('name', tool_name(kind, element.get('name', '')))
        if element.get('link'):
            element.set('link', tool_name(kind, element.get('link', '')))


def _read(file: Path) -> Element:
    """Read a URDF and make its mesh paths absolute."""
    robot = ElementTree.parse(file).getroot()
    for mesh in robot.iter('mesh'):
        name = mesh.get('filename', '').removeprefix('package://')
        mesh.set('filename', str(file.parent / name))
    return robot


def _repaint(robot: Element, colors: dict[str, str]) -> None:
    for material in robot.iter('material'):
        color = material.find('color')
        if color is not None and material.get('name') in colors:
            color.set('rgba', f'{colors[material.get("name", "")]} 1')


def _drop(robot: Element, link: str) -> None:
    """Remove a link and everything that hangs on it."""
    for joint in robot.findall('joint'):
        parent, child = _ends(joint)
        if parent == link:
            _drop(robot, child)
        elif child == link:
            robot.remove(joint)
    for element in robot.findall('link'):
        if element.get('name') == link:
            robot.remove(element)


def _ends(joint: Element) -> tuple[str, str]:
    parent, child = joint.find('parent'), joint.find('child')
    if parent is None or child is None:
        raise BadInput(f'joint {joint.get("name")!r} of a URDF lacks a parent or a child')
    return parent.get('link', ''), child.get('link', '')


def _only_leaf(robot: Element, file: Path) -> str:
    parents = {_ends(joint)[0] for joint in robot.findall('joint')}
    leaves = [name for name in _links(robot) if name not in parents]
    if len(leaves) != 1:
        raise BadInput(f'{file}: an arm URDF must end in one link, got {", ".join(leaves)}')
    return leaves[0]


def _root(robot: Element) -> str:
    children = {_ends(joint)[1] for joint in robot.findall('joint')}
    return next(name for name in _links(robot) if name not in children)


def _links(robot: Element) -> list[str]:
    return [link.get('name', '') for link in robot.findall('link')]
