"""What somebody wants to look at: from where, and what part of a recording."""

from __future__ import annotations

from dataclasses import dataclass

from cobot_alloc.domain.errors import BadInput

YAW_DEG, PITCH_DEG = -18.0, -25.0  #: of the overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle:
    """
    From where a cell is looked at.

    :ivar camera: name of one of the world's cameras; empty: the others say from where.
    :ivar yaw_deg: where to stand around the cell: 0 looks along +y, 90 along -x.
    :ivar pitch_deg: how far to look down, negative.
    :ivar distance_m: from the middle of the cell; None: far enough to see all of it.
    """

    camera: str = ''
    yaw_deg: float = YAW_DEG
    pitch_deg: float = PITCH_DEG
    distance_m: float | None = None

    @property
    def is_default(self) -> bool:
        """Whether nothing was said: then the world's first camera is taken, if it has one."""
        return self == Angle()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmSpan:
    """
    What part of a recording becomes a film.

    :ivar from_s: simulated time of the first picture.
    :ivar to_s: simulated time of the last one; None: to the end.
    :ivar speed: simulated seconds per second of film.
    :ivar fps: pictures per second of film.
    """

    from_s: float = 0.0
    to_s: float | None = None
    speed: float = 1.0
    fps: float = 20.0

    def times(self, duration_s: float) -> list[float]:
        """
        Return the simulated times of the pictures.

        :raises BadInput: if the recording is not as long.
        """
        to_s = duration_s if self.to_s is None else self.to_s
        if not 0.0 <= self.from_s < to_s <= duration_s:
            raise BadInput(
                f'got a film from {self.from_s:g} s to {to_s:g} s, expected a part of the'
                f' {duration_s:g} s that were recorded'
            )
        step_s = self.speed / self.fps
        count = int((to_s - self.from_s) / step_s + 1e-6) + 1
        return [self.from_s + number * step_s for number in range(count)]
