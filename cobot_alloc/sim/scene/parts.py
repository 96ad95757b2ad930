"""The loose parts of a cell as bodies of the physics, known by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import acos, cos, degrees, dist, hypot, prod, sin
from types import MappingProxyType

from cobot_alloc.domain.geometry import IDENTITY, Pose, Quaternion, Vector
from cobot_alloc.sim.engine.bodies import NO_SHAPE
from cobot_alloc.sim.engine.client import Engine
from cobot_alloc.sim.engine.transforms import compose
from cobot_alloc.sim.world import LocationSpec, PartSpec
from cobot_alloc.sim.world.true_shape import PartShape, true_mass_kg, true_shape

COLORS = MappingProxyType(
    {
        'steel': (0.62, 0.65, 0.69),
        'dark': (0.24, 0.26, 0.30),
        'red': (0.80, 0.22, 0.18),
        'orange': (0.93, 0.52, 0.13),
        'yellow': (0.95, 0.77, 0.15),
        'green': (0.30, 0.62, 0.33),
        'blue': (0.18, 0.42, 0.72),
        'white': (0.93, 0.93, 0.92),
    }
)

_REST_MPS, _REST_RADPS = 0.01, 0.1  # a part slower than this is at rest
# A part counts as where it was within this, and cos(half the turn) above that: 1 degree.
_STAYED_M, _STAYED_TURN = 0.0005, 0.99996
_OVERLAP_M = 0.002  # boxes that touch do not count as overlapping


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """What there is to be known of a part at an instant, to go on with it in another physics."""

    pose: Pose
    linear: Vector
    angular: Vector
    shape: PartShape
    mass_kg: float


class Parts:
    """
    All loose parts of a cell, as they truly are.

    What the world says of a part is nominal; see ``scene.shape`` for how the true one differs.

    Where a world is simulated in several physics, a part is here in one of them. In the others
    its image follows it: in the way of whatever comes up against it, and moved by nothing.
    """

    def __init__(self, engine: Engine, *, seed: int = 0) -> None:
        """Begin with none; ``seed`` decides how the parts differ from their specs."""
        self._engine = engine
        self._seed = seed
        self._bodies: dict[str, int] = {}
        self._nominal: dict[str, PartSpec] = {}
        self._shapes: dict[str, PartShape] = {}
        self._images: dict[str, float] = {}  # of parts that are elsewhere, with their mass

    def add(self, spec: PartSpec, underside: Vector) -> None:
        """Make a part whose underside's middle is at a position."""
        part, shape = spec.part_id, true_shape(spec, self._seed)
        self._nominal[part], self._shapes[part] = spec, shape
        pose = Pose(position=_middle(underside, shape), orientation=IDENTITY)
        self._bodies[part] = self._make(part, shape, true_mass_kg(spec, self._seed), pose)
        self.let_sleep(part)

    def remake(self, part: str, shape: PartShape) -> None:
        """
        Give the part another shape, on the same underside, at rest.

        Its mass changes with its extents. In the physics it is another body from now on, so
        nothing may hold it by a constraint.
        """
        pose, old = self.pose(part), self._shapes[part].size
        mass_kg = self.mass_kg(part) * prod(shape.size) / prod(old)
        self._engine.bodies.remove(self._bodies[part])
        rise = (0.0, 0.0, (shape.size[2] - old[2]) / 2)
        position, _ = compose(pose.position, pose.orientation, rise, IDENTITY)
        self._shapes[part] = shape
        self._bodies[part] = self._make(
            part, shape, mass_kg, Pose(position=position, orientation=pose.orientation)
        )
        self.let_sleep(part)

    def reshape(self, part: str, size: Vector) -> None:
        """Give the part other extents; see ``remake``."""
        self.remake(part, replace(self._shapes[part], size=size))

    def is_here(self, part: str) -> bool:
        """Tell whether the part itself is in this physics, and not an image of it."""
        return part not in self._images

    def placement(self, part: str) -> tuple[Vector, Quaternion]:
        """Return where the part's middle is and how it is turned, in bare figures."""
        return self._engine.bodies.placement(self._bodies[part])

    def state(self, part: str) -> PartState:
        """Return what is to be known of a part."""
        linear, angular = self._engine.bodies.velocity(self._bodies[part])
        return PartState(
            pose=self.pose(part),
            linear=linear,
            angular=angular,
            shape=self._shapes[part],
            mass_kg=self.mass_kg(part),
        )

    def leave(self, part: str) -> None:
        """Let the part be elsewhere from now on; its image stays where it was."""
        state = self.state(part)
        self._images[part] = state.mass_kg
        self._replace(part, state, mass_kg=0.0)

    def enter(self, part: str, state: PartState) -> None:
        """Let a part that was elsewhere be here from now on, as it was there."""
        del self._images[part]
        self._replace(part, state, mass_kg=state.mass_kg)
        self._engine.bodies.set_velocity(self._bodies[part], state.linear, state.angular)
        self.let_sleep(part)

    def follow(self, part: str, position: Vector, orientation: Quaternion) -> None:
        """Let the image of a part be where the part is elsewhere."""
        self._engine.bodies.place(self._bodies[part], position, orientation)

    def resemble(self, part: str, state: PartState) -> None:
        """Let the image of a part be as the part is elsewhere."""
        self._images[part] = state.mass_kg
        self._replace(part, state, mass_kg=0.0)

    def _replace(self, part: str, state: PartState, *, mass_kg: float) -> None:
        """Make the body of a part anew: what moves is another kind of body than what stays."""
        self._engine.bodies.remove(self._bodies[part])
        self._shapes[part] = state.shape
        self._bodies[part] = self._make(part, state.shape, mass_kg, state.pose)

    def _make(self, part: str, shape: PartShape, mass_kg: float, pose: Pose) -> int:
        """Return a new body."""
        spec = self._nominal[part]
        engine = self._engine
        solid, look = engine.shapes.boxes(shape.boxes()), NO_SHAPE
        if engine.has_looks:
            color = COLORS.get(spec.color, COLORS['steel'])
            look = engine.shapes.look_of_boxes(shape.boxes(), color)
        body = engine.bodies.make(
            solid,
            mass_kg=mass_kg,
            look=look,
            position=pose.position,
            orientation=pose.orientation,
        )
        engine.substance.set_surface(body, friction=0.7, rolling=0.0005, restitution=0.0)
        return body

    @property
    def bodies(self) -> Mapping[str, int]:
        """Body ids by part id."""
        return self._bodies

    def nominal(self, part: str) -> PartSpec:
        """Return what the part should be."""
        return self._nominal[part]

    def shape(self, part: str) -> PartShape:
        """Return the true shape of the part."""
        return self._shapes[part]

    def spec(self, part: str) -> PartSpec:
        """Return what the part is, taken as a box: its true extents and mass."""
        return replace(
            self._nominal[part],
            size=self._shapes[part].size,
            mass_kg=self.mass_kg(part),
            finished=None,
            pocket=None,
            defects=(),
        )

    def changed_sizes(self) -> dict[str, Vector]:
        """Return the extents of the parts that are not what the world says."""
        return {
            part: shape.size
            for part, shape in self._shapes.items()
            if shape.size != self._nominal[part].size
        }

    def mass_kg(self, part: str) -> float:
        """Return the part's mass in the physics."""
        if part in self._images:
            return self._images[part]
        return self._engine.substance.mass_kg(self._bodies[part])

    def pose(self, part: str) -> Pose:
        """Return the pose of the part's middle."""
        return self._engine.bodies.pose(self._bodies[part])

    def position(self, part: str) -> Vector:
        """Return where the part's middle is."""
        return self._engine.bodies.placement(self._bodies[part])[0]

    def underside(self, part: str) -> Vector:
        """Return the middle of the underside of a part that stands upright."""
        x, y, z = self.pose(part).position
        return (x, y, z - self._shapes[part].size[2] / 2)

    def tilt_deg(self, part: str) -> float:
        """Return the angle between the part's own z axis and the vertical."""
        x, y, _, _ = self.pose(part).orientation
        return degrees(acos(max(-1.0, min(1.0, 1.0 - 2.0 * (x * x + y * y)))))

    def has_stayed(self, part: str, seen: Pose) -> bool:
        """Tell whether the part is where it was seen; one that settles moves by micrometres."""
        pose = self.pose(part)
        turn = abs(sum(a * b for a, b in zip(pose.orientation, seen.orientation, strict=True)))
        return dist(pose.position, seen.position) < _STAYED_M and turn > _STAYED_TURN

    def is_at_rest(self, part: str) -> bool:
        """Tell whether the part has come to rest; one that is elsewhere is not told of."""
        if part in self._images:
            return False
        linear, angular = self._engine.bodies.velocity(self._bodies[part])
        return hypot(*linear) < _REST_MPS and hypot(*angular) < _REST_RADPS

    def put(self, part: str, underside: Vector) -> None:
        """Stand the part upright at a position, without velocity."""
        body = self._bodies[part]
        position = _middle(underside, self._shapes[part])
        self._engine.bodies.place(body, position, IDENTITY)
        self._engine.bodies.set_velocity(body, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        self.wake(part)

    def weigh(self, part: str, mass_kg: float) -> None:
        """Give the part another mass than its spec says."""
        x, y, z = self._shapes[part].size
        a, b, c = (mass_kg / 12 * (a * a + b * b) for a, b in ((y, z), (x, z), (x, y)))
        self._engine.substance.set_mass(self._bodies[part], mass_kg, (a, b, c))

    def wake(self, part: str) -> None:
        """Let the part move again if it slept."""
        self._engine.substance.wake(self._bodies[part])

    def stay_awake(self, part: str) -> None:
        """Keep the part from falling asleep, as it must while an arm carries it."""
        self._engine.substance.forbid_sleep(self._bodies[part])

    def let_sleep(self, part: str) -> None:
        """Let the part fall asleep when it is at rest: parts at rest then cost nothing."""
        self._engine.substance.allow_sleep(self._bodies[part])

    def in_the_way(self, part: str, place: LocationSpec) -> str | None:
        """Return another part that lies where this one would stand at a location, or None."""
        size = self._shapes[part].size
        low = [place.position[0] - size[0] / 2, place.position[1] - size[1] / 2]
        box_low = (*low, place.position[2])
        box_high = tuple(corner + side for corner, side in zip(box_low, size, strict=True))
        for other, body in self._bodies.items():
            if other == part:
                continue
            other_low, other_high = self._engine.bodies.box(body)
            if all(
                a + _OVERLAP_M < d and c + _OVERLAP_M < b
                for a, b, c, d in zip(box_low, box_high, other_low, other_high, strict=True)
            ):
                return other
        return None

    def distance_m(self, part: str, place: LocationSpec) -> float:
        """Return how far the middle of the part's underside is from a location."""
        half = self._shapes[part].size[2] / 2
        x, y, z = place.position
        return dist(self.pose(part).position, (x, y, z + half))


def turned(yaw: float, x: float, y: float) -> tuple[float, float]:
    """Return a horizontal vector turned by ``yaw`` about z."""
    return (cos(yaw) * x - sin(yaw) * y, sin(yaw) * x + cos(yaw) * y)


def _middle(underside: Vector, shape: PartShape) -> Vector:
    return (underside[0], underside[1], underside[2] + shape.size[2] / 2)
