"""Pictures of a world as it was in a snapshot, for people to look at."""

from __future__ import annotations

from collections.abc import Mapping
from math import atan, degrees, hypot

import numpy as np
from numpy.typing import NDArray

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.domain.lifecycles.safety_mode import SafetyMode
from cobot_alloc.sim.render.cameras import extent
from cobot_alloc.sim.render.marks import draw_marks, Marks
from cobot_alloc.sim.render.raster import Lens, lens_of, LIGHT, render
from cobot_alloc.sim.render.shading import Color, Disc, Ground, Lamp, paint
from cobot_alloc.sim.render.stage import Stage
from cobot_alloc.sim.world import CameraSpec, World
from cobot_alloc.sim.world.snapshot import CellSnapshot

_LIGHT_PX = 1600  # size of what the light sees; less for small pictures
_BIAS_M = 0.03  # how far behind another a surface must lie to be in its shadow
_NEAR_M = 0.1
_ZONE_COLORS: Mapping[SafetyMode, Color] = {
    SafetyMode.STOPPED: (0.86, 0.20, 0.16),
    SafetyMode.REDUCED: (0.96, 0.70, 0.10),
}
_FREE, _OCCUPIED, _MARKED = 0.10, 0.34, 0.5  # how strongly a zone is coloured

Picture = NDArray[np.uint8]  #: (height, width, 3), red, green, blue


class Viewer:
    """
    Takes pictures of a world.

    PyBullet's own software renderer delivers the bodies, light and floor are painted here.
    That looks better than its EGL renderer, is as fast, and needs no driver.

    :ivar is_body: where there was anything but floor and sky in the latest picture.
    """

    def __init__(self, world: World) -> None:
        """
        Load everything that can be seen; ``close`` must be called in the end.

        :raises BadInput: if the world names what there is not.
        """
        self._world = world
        low, high = extent(world)
        self._middle: Vector = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, 0.7)
        self._reach_m = 1.5 + hypot(high[0] - low[0], high[1] - low[1]) / 2
        self._ground: tuple[object, Ground] | None = None
        self._stage = Stage(world)
        self.is_body: NDArray[np.bool_] = np.zeros((1, 1), dtype=bool)

    def picture(
        self,
        snapshot: CellSnapshot,
        camera: CameraSpec,
        size: tuple[int, int],
        *,
        fineness: int = 2,
        marks: Marks | None = None,
    ) -> Picture:
        """
        Return a picture, (height, width, 3), red, green, blue, 0 to 255.

        :param size: width and height in pixels.
        :param fineness: each pixel is the mean of so many by so many; costs that much more.
        """
        self._stage.pose(snapshot)
        shape = (size[1], size[0])
        fine = (shape[0] * fineness, shape[1] * fineness)
        engine, span = self._stage.engine, self._span(camera)
        lens = lens_of(engine, camera, shape, span)
        raster = render(engine, lens_of(engine, camera, fine, span))
        zones = marks.zones if marks is not None else ()
        ground = self._floor(lens, raster.lens, self._discs(snapshot, zones))
        self.is_body = raster.is_body[::fineness, ::fineness]
        color = paint(raster, ground, lens, self._lamp(min(_LIGHT_PX, 2 * max(size))))
        picture = np.asarray(np.clip(color * 255 + 0.5, 0, 255), dtype=np.uint8)
        return picture if marks is None else draw_marks(picture, lens, marks)

    def close(self) -> None:
        """Release the physics engine."""
        self._stage.close()

    def _span(self, camera: CameraSpec) -> tuple[float, float]:
        away = hypot(*np.subtract(camera.position, self._middle))
        return (_NEAR_M, away + 4 * self._reach_m + 5.0)

    def _floor(self, lens: Lens, fine: Lens, discs: tuple[Disc, ...]) -> Ground:
        """Return the floor, painted anew if it is another one than the last time."""
        key = (lens.shape, fine.shape, lens.view, lens.projection, discs)
        if self._ground is None or self._ground[0] != key:
            fade_m = max(3.5, 1.3 * self._reach_m)
            painted = Ground(lens, fine, discs, middle=self._middle, fade_m=fade_m)
            self._ground = (key, painted)
        return self._ground[1]

    def _lamp(self, size: int) -> Lamp:
        away_m, reach_m = max(25.0, 4 * self._reach_m), self._reach_m
        toward = np.array(LIGHT) / hypot(*LIGHT)
        x, y, z = (self._middle + away_m * toward).tolist()
        camera = CameraSpec(
            name='lamp',
            position=(x, y, z),
            target=self._middle,
            field_deg=2 * degrees(atan(reach_m / away_m)),
        )
        near, far = away_m - reach_m - 3.0, away_m + reach_m + 3.0
        lens = lens_of(self._stage.engine, camera, (size, size), (near, far))
        # By what a depth grows with the distance, in the middle of the cell.
        steepness = near * far / ((far - near) * away_m**2)
        seen = render(self._stage.engine, lens)
        return Lamp(lens=lens, depth=seen.depth, bias=_BIAS_M * steepness)

    def _discs(self, snapshot: CellSnapshot, marked: tuple[str, ...]) -> tuple[Disc, ...]:
        def strength(zone_id: str) -> float:
            if zone_id in marked:
                return _MARKED
            return _OCCUPIED if zone_id in snapshot.occupied else _FREE

        zones = sorted(self._world.zones, key=lambda zone: -zone.volume.radius_m)
        return tuple(
            Disc(
                volume=zone.volume,
                color=_ZONE_COLORS[zone.mode],
                strength=strength(zone.zone_id),
            )
            for zone in zones
        )
