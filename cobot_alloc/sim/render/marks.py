"""What a picture points at: rings and names drawn over it, and a line of text below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.render.raster import Lens

Ink: TypeAlias = tuple[int, int, int]
Size: TypeAlias = tuple[int, int]
Box: TypeAlias = tuple[float, float, float, float]
Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_RING: Ink = (214, 20, 20)
_FAINT: Ink = (70, 78, 92)
_INK, _PAPER = (20, 22, 26), (255, 255, 255, 225)
_LEAST_RING = 0.018  # radius, as a share of the picture's height


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    A thing to be pointed at.

    :ivar at: its middle, frame world.
    :ivar radius_m: of the ring around it; 0: only its name.
    :ivar is_faint: whether it stands back behind the others.
    """

    name: str
    at: Vector
    radius_m: float
    is_faint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """
    Everything that a picture points at.

    :ivar zones: names of the zones that are coloured strongly.
    :ivar caption: a line of text below.
    :ivar focus: what is worth a closer look; None: nothing is.
    """

    things: tuple[Mark, ...] = ()
    zones: tuple[str, ...] = ()
    caption: str = ''
    focus: Vector | None = None


def draw_marks(picture: NDArray[np.uint8], lens: Lens, marks: Marks) -> NDArray[np.uint8]:
    """Return the picture with rings around the things in it, their names, and the caption."""
    height = picture.shape[0]
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image, 'RGBA')
    font = _font(max(9, height // 40))
    things = sorted(marks.things, key=lambda mark: not mark.is_faint)
    seen = [(mark, at) for mark in things if (at := _in_picture(lens, mark)) is not None]
    taken: list[Box] = []
    for mark, (column, row, radius) in seen:
        if mark.radius_m:
            _ring(draw, (column, row), radius, max(2, height // 240), _ink(mark))
        if not mark.is_faint:
            taken.append((column - radius, row - radius, column + radius, row + radius))
    for mark, (column, row, radius) in reversed(seen):
        if mark.name:
            label = _Label(mark.name, (column, row), radius)
            label.draw(draw, font, _ink(mark), taken, image.size)
    if marks.caption:
        _caption(draw, marks.caption, font, image.size)
    return np.asarray(image)


def _in_picture(lens: Lens, mark: Mark) -> tuple[float, float, float] | None:
    """Return column, row and radius of a mark in pixels; None if it is not in the picture."""
    height, width = lens.shape
    column, row, depth = lens.project(mark.at)
    if not (0 <= column < width and 0 <= row < height and 0 < depth < 1):
        return None
    radius = lens.pixels(mark.at, mark.radius_m)
    return column, row, max(_LEAST_RING * height, radius) if mark.radius_m else 0.0


def _ink(mark: Mark) -> Ink:
    return _FAINT if mark.is_faint else _RING


def _ring(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, width: int, color: Ink
) -> None:
    column, row = at
    for wider, ink in ((width + 2, (255, 255, 255)), (width, color)):
        r = radius + wider / 2
        draw.ellipse((column - r, row - r, column + r, row + r), outline=ink, width=wider)


class _Label:
    """A name beside a ring, where no other name is."""

    def __init__(self, text: str, at: tuple[float, float], radius: float) -> None:
        self._text, self._at, self._radius = text, at, radius

    def draw(
        self, draw: ImageDraw.ImageDraw, font: Font, color: Ink, taken: list[Box], size: Size
    ) -> None:
        """Write it; ``taken`` is where other names are, and grows."""
        left, top, right, bottom = draw.textbbox((0, 0), self._text, font=font)
        width, height = right - left + 8, bottom - top + 7
        boxes = list(self._boxes(width, height, size))
        box = next(
            (it for it in boxes if not any(_overlap(it, other) for other in taken)), boxes[0]
        )
        taken.append(box)
        draw.rounded_rectangle(box, 3, fill=_PAPER, outline=color)
        draw.text((box[0] + 4 - left, box[1] + 3 - top), self._text, fill=_INK, font=font)

    def _boxes(self, width: float, height: float, size: Size) -> Iterator[Box]:
        """Yield where it could be: at the four corners of the ring, then ever farther."""
        column, row = self._at
        for away in range(4):
            reach = self._radius + away * height
            for right, down in ((1, -1), (1, 1), (-1, -1), (-1, 1)):
                x = column + reach if right > 0 else column - reach - width
                y = row + reach if down > 0 else row - reach - height
                x, y = min(max(x, 2), size[0] - width - 2), min(max(y, 2), size[1] - height - 2)
                yield (x, y, x + width, y + height)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _caption(
    draw: ImageDraw.ImageDraw,
    text: str,
    font: Font,
    size: Size,
) -> None:
    width, height = size
    lines = _wrapped(draw, text, font, width - 20)
    step = draw.textbbox((0, 0), 'Ag', font=font)[3] + 3
    top = height - step * len(lines) - 8
    draw.rectangle((0, top, width, height), fill=_PAPER)
    for number, line in enumerate(lines):
        draw.text((10, top + 4 + step * number), line, fill=_INK, font=font)


def _wrapped(
    draw: ImageDraw.ImageDraw,
    text: str,
    font: Font,
    width: int,
) -> list[str]:
    lines = ['']
    for word in text.split():
        longer = f'{lines[-1]} {word}'.strip()
        if lines[-1] and draw.textlength(longer, font=font) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@cache
def _font(size: int) -> Font:
    return ImageFont.load_default(size)
