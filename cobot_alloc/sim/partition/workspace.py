"""The rooms that arms can reach into, seen from above, and whose ground a spot is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import dist, hypot
from xml.etree import ElementTree

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.kinematics.arm_models import arm_model
from cobot_alloc.sim.kinematics.arm_urdf import TOOL_PREFIX, with_tools
from cobot_alloc.sim.scene.assets import find_urdf
from cobot_alloc.sim.world import ArmSpec

_BULK_M = 0.15  # how far links and tools stick out over the frames of the joints
_FIXED, _SLIDES = 'fixed', 'prismatic'

Element = ElementTree.Element
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """
    All that an arm can reach: a circle on the floor, and everything above it.

    :ivar radius_m: more than the arm reaches in any posture, with what it holds.
    """

    middle: Spot
    radius_m: float

    def gap_m(self, spot: Sequence[float]) -> float:
        """Return how far outside a spot is, negative inside."""
        return dist(self.middle, spot[:2]) - self.radius_m

    def meets(self, other: Workspace) -> bool:
        """Tell whether the two have anything in common."""
        return self.gap_m(other.middle) < other.radius_m


def workspace_of(spec: ArmSpec, *, held_m: float) -> Workspace:
    """
    Return the room of an arm that holds things no longer than that.

    Its radius is the sum of the lengths from joint to joint: at most as much as a straight arm.
    As long as an arm turns about the vertical only, what it rises by counts for nothing.

    :raises BadInput: if there is no such URDF, or it is none of an arm.
    """
    tools = [(tool, find_urdf(f'tools/{tool.kind.value}.urdf')) for tool in spec.tools]
    model = arm_model(spec)
    robot = ElementTree.fromstring(with_tools(find_urdf(model.urdf), tools, model))
    joints = {_link(joint, 'child'): joint for joint in robot.findall('joint')}
    ends = [link for link in joints if link.startswith(TOOL_PREFIX) and link.endswith('/tcp')]
    radius_m = max(_length_m(list(_chain(joints, end))) for end in ends)
    return Workspace(middle=spec.base[:2], radius_m=radius_m + max(_BULK_M, held_m))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """
    Which group of arms a spot belongs to: that of the arm whose room is nearest.

    :ivar workspaces: of the arms, each with the number of its group.
    """

    workspaces: tuple[tuple[Workspace, int], ...]

    def owner(self, spot: Sequence[float]) -> int:
        """Return the number of the group to which a spot belongs."""
        return min(self.workspaces, key=lambda it: it[0].gap_m(spot))[1]


def _chain(joints: dict[str, Element], link: str) -> Iterator[Element]:
    """Yield the joints from the base to a link."""
    if link in joints:
        joint = joints[link]
        yield from _chain(joints, _link(joint, 'parent'))
        yield joint


def _length_m(chain: Iterable[Element]) -> float:
    length_m, is_upright, turns = 0.0, True, 0
    for joint in chain:
        x, y, z = _numbers(joint.find('origin'), 'xyz')
        length_m += hypot(x, y) if is_upright else hypot(x, y, z)
        roll, pitch, _ = _numbers(joint.find('origin'), 'rpy')
        length_m += _stroke_m(joint)
        if joint.get('type') != _FIXED:
            turns += 1
            is_upright = is_upright and turns == 1 and _is_vertical(joint)
        is_upright = is_upright and roll == pitch == 0.0
    return length_m


def _stroke_m(joint: Element) -> float:
    """Return by how far a joint that slides can slide."""
    limit = joint.find('limit')
    if joint.get('type') != _SLIDES or limit is None:
        return 0.0
    return max(abs(float(limit.get(end, 0.0))) for end in ('lower', 'upper'))


def _is_vertical(joint: Element) -> bool:
    x, y, _ = _numbers(joint.find('axis'), 'xyz', '1 0 0')
    return x == y == 0.0


def _numbers(element: Element | None, name: str, default: str = '0 0 0') -> Vector:
    text = default if element is None else element.get(name, default)
    x, y, z = (float(figure) for figure in text.split())
    return (x, y, z)


def _link(joint: Element, end: str) -> str:
    partitioning = joint.find(end)
    return '' if partitioning is None else partitioning.get('link', '')
