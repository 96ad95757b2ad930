"""What a picture points at: rings and names drawn over it, and a line of text below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from cobot_alloc.domain.geometry import Vector
from cobot_alloc.sim.view.raster import Lens

_RING = (214, 20, 20)
_INK, _PAPER = (20, 22, 26), (255, 255, 255, 225)
_LEAST_RING = 0.018  # radius, as a share of the picture's height


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    A thing to be pointed at.

    :ivar at: its middle, frame world.
    :ivar radius_m: of the ring around it.
    """

    name: str
    at: Vector
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """
    Everything that a picture points at.

    :ivar zones: names of the zones that are coloured strongly.
    :ivar caption: a line of text below.
    """

    things: tuple[Mark, ...] = ()
    zones: tuple[str, ...] = ()
    caption: str = ''


def draw_marks(picture: NDArray[np.uint8], lens: Lens, marks: Marks) -> NDArray[np.uint8]:
    """Return the picture with rings around the things in it, their names, and the caption."""
    height, width = picture.shape[:2]
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image, 'RGBA')
    font = _font(max(9, height // 40))
    for mark in marks.things:
        column, row, depth = lens.project(mark.at)
        if 0 <= column < width and 0 <= row < height and 0 < depth < 1:
            radius = max(_LEAST_RING * height, lens.pixels(mark.at, mark.radius_m))
            _ring(draw, (column, row), radius, max(2, height // 240))
            _label(draw, (column + radius, row - radius), mark.name, font, width)
    if marks.caption:
        _caption(draw, marks.caption, font, image.size)
    return np.asarray(image)


def _ring(draw: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, width: int) -> None:
    column, row = at
    for wider, color in ((width + 2, (255, 255, 255)), (width, _RING)):
        r = radius + wider / 2
        draw.ellipse((column - r, row - r, column + r, row + r), outline=color, width=wider)


def _label(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    width: int,
) -> None:
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    column = min(at[0], width - (right - left) - 8)
    row = max(at[1] - (bottom - top) - 4, 4)
    box = (column - 4, row - 3, column + right - left + 4, row + bottom - top + 3)
    draw.rounded_rectangle(box, 3, fill=_PAPER, outline=_RING)
    draw.text((column - left, row - top), text, fill=_INK, font=font)


def _caption(
    draw: ImageDraw.ImageDraw,
    text: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    size: tuple[int, int],
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
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
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
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
