"""Build stations whose measures the world decides, from blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.engine.client import Engine

Element = ElementTree.Element

ALUMINIUM = (0.74, 0.76, 0.79)
DARK = (0.16, 0.17, 0.19)
RUBBER = (0.20, 0.21, 0.23)
BLUE = (0.12, 0.40, 0.66)
YELLOW = (0.95, 0.76, 0.10)
STEEL = (0.60, 0.63, 0.67)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """
    A box of a station.

    :ivar at: its middle, seen from the station's origin.
    :ivar is_solid: whether anything can touch it; else it is only seen.
    """

    size: Vector
    at: Vector
    color: Vector
    is_solid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """Blocks that move along x together."""

    name: str
    travel_m: float
    mass_kg: float
    blocks: Sequence[Block]


def load_boxes(
    engine: Engine,
    name: str,
    frame: Sequence[Block],
    slides: Sequence[Slide],
    *,
    origin: Vector,
    yaw: float,
) -> int:
    """Return a body with a frame that stands still, and slides, joint 0 and up."""
    robot = Element('robot', name=name)
    robot.append(_link(name, 0.0, frame))
    for slide in slides:
        joint = ElementTree.SubElement(robot, 'joint', name=slide.name, type='prismatic')
        ElementTree.SubElement(joint, 'parent', link=name)
        ElementTree.SubElement(joint, 'child', link=slide.name)
        ElementTree.SubElement(joint, 'axis', xyz='1 0 0')
        reach = {'lower': '-0.1', 'upper': f'{slide.travel_m + 0.1}'}
        ElementTree.SubElement(joint, 'limit', {**reach, 'effort': '1000', 'velocity': '1'})
        robot.append(_link(slide.name, slide.mass_kg, slide.blocks))
    ElementTree.indent(robot)  # PyBullet cannot read very long lines
    text = ElementTree.tostring(robot, encoding='unicode')
    return engine.bodies.load_text(text, origin, yaw=yaw, can_sleep=True)


def _link(name: str, mass_kg: float, blocks: Iterable[Block]) -> Element:
    link = Element('link', name=name)
    inertial = ElementTree.SubElement(link, 'inertial')
    ElementTree.SubElement(inertial, 'mass', value=str(mass_kg))
    inertia = dict.fromkeys(('ixx', 'iyy', 'izz'), str(0.01 * mass_kg))
    inertia |= dict.fromkeys(('ixy', 'ixz', 'iyz'), '0')
    ElementTree.SubElement(inertial, 'inertia', inertia)
    for number, block in enumerate(blocks):
        visual = _shaped(ElementTree.SubElement(link, 'visual'), block)
        material = ElementTree.SubElement(visual, 'material', name=f'{name}_{number}')
        ElementTree.SubElement(material, 'color', rgba=_text((*block.color, 1.0)))
        if block.is_solid:
            _shaped(ElementTree.SubElement(link, 'collision'), block)
    return link


def _shaped(element: Element, block: Block) -> Element:
    ElementTree.SubElement(element, 'origin', xyz=_text(block.at))
    geometry = ElementTree.SubElement(element, 'geometry')
    ElementTree.SubElement(geometry, 'box', size=_text(block.size))
    return element


def _text(figures: Iterable[float]) -> str:
    return ' '.join(f'{figure:.6g}' for figure in figures)
