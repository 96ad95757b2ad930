"""
Questions to the planner, rounded so that work that repeats itself asks the same one again.

What is rounded away is far below the margin that every way keeps, and below what a part comes
to lie off its place anyway. The answer is planned for the rounded question, so that it depends
on that alone, whether it is worked out or remembered.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from math import dist, hypot

from cobot_alloc.domain.geometry import Pose, Vector
from cobot_alloc.domain.identifiers import AgentId
from cobot_alloc.sim.motion.requests import PlanRequest, Segment
from cobot_alloc.sim.world import ArmSpec, World

_STEP_M = 0.0005  # of what is gripped, and of where it goes
_STEP = 0.0005  # of a quaternion: about 0.06 degrees
_STEP_BESIDE_M = 0.001  # of what stands beside the way
_STEP_BESIDE = 0.002
_STEP_UP_M = 0.00025  # how high things stand varies less, and decides what they touch
_STEP_RAD = 0.001  # of the joints of other arms, and of stations, where it is metres as well
_STEP_START = 1e-7  # of the arm's own joints: it begins there, without a jerk
_BESIDE_M = 0.3  # for the extent of a part in the grip, of what is near, and for the margin


def quantized(request: PlanRequest) -> PlanRequest:
    """Return the question as it is answered."""
    now = request.now
    return replace(
        request,
        paths=tuple(tuple(_segment(segment) for segment in path) for path in request.paths),
        start=_all(request.start, _STEP_START),
        now=replace(
            now,
            at_s=0.0,
            arms={arm: _all(joints, _STEP_RAD) for arm, joints in now.arms.items()},
            parts={it: _pose(at, _STEP_BESIDE_M, _STEP_BESIDE) for it, at in now.parts.items()},
            stations={it: _all(joints, _STEP_RAD) for it, joints in now.stations.items()},
        ),
    )


class RequestKeys:
    """Tells two questions apart by what is near the arm: the rest has no part in the answer."""

    def __init__(self, world: World, reaches_m: Mapping[AgentId, float]) -> None:
        """
        Look up who stands where.

        :param reaches_m: how far from its base anything of each arm can ever be.
        """
        self._reaches_m = reaches_m
        self._specs = {spec.agent_id: spec for spec in world.arms}
        self._stations = {it.station_id: _places(it) for it in world.stations}

    def key(self, request: PlanRequest) -> Hashable:
        """Return what an answer depends on, beside the world."""
        spec, now = self._specs[request.agent_id], request.now
        arms = [arm for arm in now.arms if self._is_near_arm(spec, self._specs[arm])]
        parts = [part for part, pose in now.parts.items() if self._is_near(spec, pose.position)]
        stations = [
            it for it in now.stations if any(self._is_near(spec, at) for at in self._stations[it])
        ]
        return (
            request.agent_id,
            request.paths,
            request.start,
            tuple((arm, None if arm in request.at_home else now.arms[arm]) for arm in arms),
            tuple(
                (it, now.sizes.get(it), None if it in request.absent else now.parts[it])
                for it in parts
            ),
            tuple((it, now.stations[it]) for it in stations),
        )

    def _is_near_arm(self, spec: ArmSpec, other: ArmSpec) -> bool:
        gap_m = dist(spec.base, other.base) - self._reaches_m[other.agent_id]
        return spec is not other and gap_m < self._reaches_m[spec.agent_id] + _BESIDE_M

    def _is_near(self, spec: ArmSpec, at: Vector) -> bool:
        return dist(spec.base, at) < self._reaches_m[spec.agent_id] + _BESIDE_M


def _places(station: object) -> list[Vector]:
    """Return where a station is; a long one is at several places."""
    names = ('work_at', 'position', 'start', 'end', 'load_at', 'unload_at')
    return [at for name in names if (at := getattr(station, name, None)) is not None]


def _segment(segment: Segment) -> Segment:
    grasp = segment.grasp
    return replace(
        segment,
        to=None if segment.to is None else _pose(segment.to),
        via=tuple(_pose(pose) for pose in segment.via),
        grasp=None if grasp is None else replace(grasp, part_in_tool=_pose(grasp.part_in_tool)),
    )


def _pose(pose: Pose, step_m: float = _STEP_M, step: float = _STEP) -> Pose:
    x, y = _all(pose.position[:2], step_m)
    (z,) = _all(pose.position[2:], _STEP_UP_M)
    turn = _all(pose.orientation, step)
    a, b, c, d = (part / hypot(*turn) for part in turn)
    return Pose(position=(x, y, z), orientation=(a, b, c, d))


def _all(values: Iterable[float], step: float) -> tuple[float, ...]:
    # Adding 0.0 makes one zero of the two that there are.
    return tuple(round(value / step) * step + 0.0 for value in values)
