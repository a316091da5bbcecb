"""A sheet of paper as a list of drawn things, so that one layout becomes a text PDF or a scan.

Units are points, origin at the top left corner, y downwards; text stands on its baseline.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from importlib import resources
from itertools import zip_longest
from pathlib import Path

from PIL import Image, ImageFont

from qupia_server.samples.marks import Gold

A4 = (595.0, 842.0)
A4_WIDE = (842.0, 595.0)
Colour = tuple[int, int, int]
BLACK: Colour = (20, 20, 24)
INK: Colour = (32, 44, 120)
RED: Colour = (176, 28, 32)
GREY: Colour = (120, 120, 120)
_METRIC_SIZE = 200


class Face(Enum):
    """The typefaces of the samples; each covers Kazakh Cyrillic. The value is the file's stem."""

    SERIF = "DejaVuSerif"
    BOLD = "DejaVuSerif-Bold"
    HAND = "DejaVuSerif-Italic"
    TYPED = "DejaVuSansMono"


def font_path(face: Face) -> Path:
    """Return the file of a typeface; fonts travel inside the package."""
    return Path(str(resources.files("qupia_server.samples") / "fonts" / f"{face.value}.ttf"))


@functools.cache
def pil_font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Return a typeface at a pixel size, loaded once."""
    return ImageFont.truetype(str(font_path(face)), size, layout_engine=ImageFont.Layout.BASIC)


def width(text: str, face: Face, size: float) -> float:
    """Return the advance width of `text` in points."""
    return pil_font(face, _METRIC_SIZE).getlength(text.replace("\u00a0", " ")) * size / _METRIC_SIZE


@dataclass(frozen=True, slots=True)
class Text:
    """One run of text on one baseline; `angle` in degrees counter-clockwise around its start."""

    x: float
    y: float
    text: str
    face: Face = Face.SERIF
    size: float = 11
    colour: Colour = BLACK
    angle: float = 0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    weight: float = 0.6
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle without filling."""

    x: float
    y: float
    radius: float
    weight: float = 1.2
    colour: Colour = INK


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster picture, e.g. a QR code."""

    x: float
    y: float
    side: float
    image: Image.Image


Drawn = Text | Stroke | Ring | Picture


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text looks."""

    face: Face = Face.SERIF
    size: float = 11
    colour: Colour = BLACK
    leading: float = 1.4


@dataclass(slots=True)
class Sheet:
    """One page that is filled from top to bottom; marks of its texts go into `gold`.

    Attributes:
        y: baseline of the next line.
    """

    gold: Gold
    size: tuple[float, float] = A4
    margin: float = 62
    style: Style = Style()
    y: float = 70
    drawn: list[Drawn] = field(default_factory=list)
    _last: float = 0

    def line(self, text: str, style: Style | None = None, x: float | None = None) -> None:
        """Write one line at the left margin, or at `x`, and move down."""
        chosen = self._begin(style)
        self._put(self.margin if x is None else x, self.gold.take(text), chosen)
        self.y += chosen.size * chosen.leading

    def centre(self, text: str, style: Style | None = None) -> None:
        """Write one centred line and move down."""
        chosen = self._begin(style)
        plain = self.gold.take(text)
        self._put((self.size[0] - width(plain, chosen.face, chosen.size)) / 2, plain, chosen)
        self.y += chosen.size * chosen.leading

    def pair(self, left: str, right: str, style: Style | None = None) -> None:
        """Write a line at the left margin and one ending at the right margin, on one baseline."""
        chosen = self._begin(style)
        plain = self.gold.take(right)
        self._put(self.margin, self.gold.take(left), chosen)
        self._put(self.size[0] - self.margin - width(plain, chosen.face, chosen.size), plain, chosen)
        self.y += chosen.size * chosen.leading

    def para(self, text: str, style: Style | None = None, indent: float = 24) -> None:
        """Write a wrapped paragraph with a first-line indent."""
        chosen = style or self.style
        room = self.size[0] - 2 * self.margin
        for number, row in enumerate(wrap(self.gold.take(text), chosen, room, indent)):
            self._put(self.margin + (indent if number == 0 else 0), row, chosen)
            self.y += chosen.size * chosen.leading

    def field(self, label: str, value: str, column: float = 190) -> None:
        """Write a form field: label at the left, value wrapped in its column over a thin line."""
        chosen = self.style
        room = self.size[0] - 2 * self.margin - column
        labels = wrap(self.gold.take(label), chosen, column - 8, 0)
        values = wrap(self.gold.take(value), chosen, room, 0)
        for left, right in zip_longest(labels, values, fillvalue=""):
            self._put(self.margin, left, chosen)
            self._put(self.margin + column, right, chosen)
            if right:
                self.rule(self.margin + column, self.y + 3, self.size[0] - self.margin)
            self.y += chosen.size * chosen.leading
        self.y += 3

    def table(self, widths: Sequence[float], rows: Sequence[Sequence[str]], style: Style | None = None) -> None:
        """Write a ruled table; cells wrap inside their columns, rows are as high as their highest cell."""
        chosen = style or self.style
        step = chosen.size * 1.3
        edges = [self.margin]
        for column in widths:
            edges.append(edges[-1] + column)
        self.y -= chosen.size
        top = self.y
        for cells in rows:
            self.rule(edges[0], self.y, edges[-1])
            wrapped = [
                wrap(self.gold.take(cell), chosen, column - 6, 0) for cell, column in zip(cells, widths, strict=True)
            ]
            for edge, lines in zip(edges, wrapped, strict=False):
                self._cell(edge + 3, lines, chosen, step)
            self.y += step * max(len(lines) for lines in wrapped) + 5
        self.rule(edges[0], self.y, edges[-1])
        for edge in edges:
            self.drawn.append(Stroke(((edge, top), (edge, self.y))))
        self.y += chosen.size * 2

    def rule(self, x0: float, y: float, x1: float, weight: float = 0.5) -> None:
        """Draw a horizontal line without moving down."""
        self.drawn.append(Stroke(((x0, y), (x1, y)), weight))

    def at(self, x: float, y: float, text: str, style: Style, angle: float = 0) -> None:
        """Write text anywhere without moving down."""
        plain = _plain(self.gold.take(text))
        self.drawn.append(Text(x, y, plain, style.face, style.size, style.colour, angle))

    def skip(self, points: float) -> None:
        """Leave white space."""
        self.y += points

    def _cell(self, x: float, lines: Sequence[str], style: Style, step: float) -> None:
        for number, row in enumerate(lines):
            baseline = self.y + style.size + 2 + number * step
            self.drawn.append(Text(x, baseline, _plain(row), style.face, style.size, style.colour))

    def _begin(self, style: Style | None) -> Style:
        """Make room for a line that is larger than the one before it."""
        chosen = style or self.style
        if self._last:
            self.y += max(0.0, chosen.size - self._last)
        self._last = chosen.size
        return chosen

    def _put(self, x: float, text: str, style: Style) -> None:
        if text:
            self.drawn.append(Text(x, self.y, _plain(text), style.face, style.size, style.colour))


def wrap(text: str, style: Style, room: float, indent: float) -> list[str]:
    """Break text into rows no wider than `room`, the first shortened by `indent`; never hyphenates."""
    rows: list[str] = []
    row = ""
    for word in text.split(" "):
        longer = f"{row} {word}" if row else word
        free = room - (indent if not rows else 0)
        if row and width(longer, style.face, style.size) > free:
            rows.append(row)
            row = word
        else:
            row = longer
    return [*rows, row]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")
