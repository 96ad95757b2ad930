"""From where a cell is looked at."""

from __future__ import annotations

from math import cos, radians, sin, tan

import numpy as np

from cobot_alloc.application.looks import Angle, PITCH_DEG, YAW_DEG
from cobot_alloc.domain.errors import BadInput
from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.world import CameraSpec, World

_WORK_HEIGHT_M = 0.9  # above the bases; what happens lies below
_CLOSE_M, _CLOSE_DEG = 1.5, 24.0  # of a closer look
_MARGIN = 0.85  # share of the picture that the cell fills


def camera_of(world: World, name: str, *, aspect: float) -> CameraSpec:
    """
    Return a camera of the world; the first one, or an overview, if no name is given.

    :param aspect: width of the picture over its height.
    :raises BadInput: if the world has no camera of that name.
    """
    if not name:
        return world.cameras[0] if world.cameras else overview(world, aspect=aspect)
    found = next((camera for camera in world.cameras if camera.name == name), None)
    if found is None:
        names = ', '.join(camera.name for camera in world.cameras) or 'none'
        raise BadInput(f'camera: got {name!r}, expected one of the world: {names}')
    return found


def camera_at(world: World, angle: Angle, *, aspect: float) -> CameraSpec:
    """
    Return the camera that somebody asked for.

    :raises BadInput: if the world has no camera of that name.
    """
    if angle.camera or (angle.is_default and world.cameras):
        return camera_of(world, angle.camera, aspect=aspect)
    return overview(
        world,
        aspect=aspect,
        yaw_deg=angle.yaw_deg,
        pitch_deg=angle.pitch_deg,
        distance_m=angle.distance_m,
    )


def orbit(
    target: Vector,
    distance_m: float,
    *,
    yaw_deg: float,
    pitch_deg: float,
    field_deg: float = 32.0,
    name: str = 'orbit',
) -> CameraSpec:
    """
    Return a camera that looks at a point from somewhere around it.

    :param yaw_deg: where it stands: 0 looks along +y, 90 along -x.
    :param pitch_deg: how far it looks down, negative.
    """
    yaw, pitch = radians(yaw_deg), radians(pitch_deg)
    x, y, z = target
    away = distance_m * cos(pitch)
    position = (x + away * sin(yaw), y - away * cos(yaw), z - distance_m * sin(pitch))
    return CameraSpec(name=name, position=position, target=target, field_deg=field_deg)


def closer(camera: CameraSpec, focus: Vector) -> CameraSpec:
    """Return a camera that looks at a point from nearby, from where another one stands."""
    away = np.subtract(camera.position, focus)
    # From somewhat above, so that what stands around it hides less of it.
    away[2] = max(away[2], 0.6 * float(np.hypot(away[0], away[1])))
    x, y, z = (np.array(focus) + away / np.linalg.norm(away) * _CLOSE_M).tolist()
    return CameraSpec(name='closer', position=(x, y, z), target=focus, field_deg=_CLOSE_DEG)


def overview(
    world: World,
    *,
    aspect: float,
    yaw_deg: float = YAW_DEG,
    pitch_deg: float = PITCH_DEG,
    distance_m: float | None = None,
) -> CameraSpec:
    """Return a camera that has the whole cell in its picture, if no distance is given."""
    low, high = extent(world)
    middle: Vector = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, 0.3 * high[2])
    near = distance_m or 1.0
    camera = orbit(middle, near, yaw_deg=yaw_deg, pitch_deg=pitch_deg, name='overview')
    while distance_m is None and not _has_all(camera, low, high, aspect):
        near *= 1.05
        camera = orbit(middle, near, yaw_deg=yaw_deg, pitch_deg=pitch_deg, name='overview')
    return camera


def extent(world: World) -> tuple[Vector, Vector]:
    """Return two corners of a box around everything at which work is done."""
    places = [*(arm.base for arm in world.arms), *world.named_positions.values()]
    points = np.array([*places, *(fixture.position for fixture in world.fixtures)])
    (x, y, _), (to_x, to_y, _) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    top = max(arm.base[2] for arm in world.arms) + _WORK_HEIGHT_M
    return (x - 0.3, y - 0.3, 0.0), (to_x + 0.3, to_y + 0.3, top)


def _has_all(camera: CameraSpec, low: Vector, high: Vector, aspect: float) -> bool:
    """Tell whether the corners of a box are in the picture."""
    ahead = np.subtract(camera.target, camera.position)
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    up = np.cross(right, ahead)
    corners = np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1])
                        for z in (low[2], high[2])])  # fmt: skip
    seen = (corners - camera.position) @ np.column_stack((right, up, ahead))
    half = tan(radians(camera.field_deg) / 2) * _MARGIN * seen[:, 2]
    return bool(
        (seen[:, 2] > 0.1).all()
        and (np.abs(seen[:, 0]) < half * aspect).all()
        and (np.abs(seen[:, 1]) < half).all()
    )
