"""Look at pages that became pixels, as a person would: what can still be read where something was hidden?

Attack: a mark beside its secret, too short, or missing, because the OCR that found the secret misjudged where it
stands. So the finished page is rendered by PDFium, every place is compared with rectangles that are seen to be solid,
and the surroundings of places are read anew, at another scale and with marks taken away. Limits: one glance a page; on
a page full of details a line further off than its own height is outside the crop; a letter cut through its middle is
not read, though an eye may guess it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from qupia_redaction.check.folding import fold
from qupia_redaction.check.marks import DARK
from qupia_redaction.check.traces import Seen, traces
from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ports import Ocr

_EM_PIXELS = 15.2
_SCALES = (1.6, 2.9)
_REACHES = (((2.6, 6.0),), ((1.9, 4.0),), ((1.9, 1.0), (0.7, 4.0)), ((0.7, 4.0),))
_MOST_INK = 0.3
_LITTLE_INK = 80.0
NARROW = 0.7
_EDGE_SHARE = 0.9
_LABEL_SHARE = 0.4
_PLACE_SHARE = 0.93
_INK = 130
RIM = 12
_KAZAKH = frozenset("әғқңөұүһі")
_LATIN_ONLY = frozenset("dfgjlnqrstuvwz")
_MANY = 4
_ALL = ("kaz", "eng")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hidden text is covered, points.

    Attributes:
        text: what is hidden.
        boxes: must be dark; one a line.
        was: where the master had it, when its line was set again: it must not be read there.
    """

    text: PrivateText
    boxes: tuple[Box, ...]
    was: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known about a page that is to be looked at.

    Attributes:
        places: where hidden texts were.
        words: words that stay, with their boxes.
        anywhere: labels and stamp; they may be read anywhere.
        turn: quarters, against the clock, by which the page is to be turned so that most hidden texts lie level.
    """

    places: tuple[Place, ...] = field(repr=False)
    words: tuple[tuple[PrivateText, Box], ...] = field(default=(), repr=False)
    anywhere: PrivateText | None = None
    turn: int = 0

    def level(self, wide: float, high: float) -> Sight:
        """Return it as it is on the page turned level, which was so wide and high, points."""
        places = tuple(
            Place(p.text, tuple(turned(p.boxes, self.turn, wide, high)), tuple(turned(p.was, self.turn, wide, high)))
            for p in self.places
        )
        texts, boxes = [text for text, _ in self.words], turned([box for _, box in self.words], self.turn, wide, high)
        return Sight(places, tuple(zip(texts, boxes, strict=True)), self.anywhere)


def turned(boxes: Sequence[Box], turn: int, wide: float, high: float) -> list[Box]:
    """Return boxes of a page of this size as they lie when it is turned against the clock by so many quarters."""
    for _ in range(turn):
        boxes, wide, high = [Box(b.y0, wide - b.x1, b.y1, wide - b.x0) for b in boxes], high, wide
    return list(boxes)


def scale_for(sight: Sight) -> float:
    """Return pixels a point at which the letters of a page are as high as OCR likes them."""
    heights = sorted(min(b.y1 - b.y0, b.x1 - b.x0) for place in sight.places for b in place.boxes)
    em = max(heights[len(heights) // 4], 1.0) if heights else 12.0
    return min(max(_EM_PIXELS / em, _SCALES[0]), _SCALES[1])


def tells(pixels: np.ndarray, scale: float, sight: Sight, marks: Sequence[Box], ocr: Ocr) -> bool:
    """Tell whether a hidden text, or a part of it, shows on a rendered page.

    Args:
        pixels: the page in grey.
        scale: pixels a point.
        sight: what was hidden and what stays.
        marks: rectangles that are said to cover it, points.
        ocr: reads the surroundings.
    """
    if sight.turn:
        wide, high = pixels.shape[1] / scale, pixels.shape[0] / scale
        pixels = np.ascontiguousarray(np.rot90(pixels, sight.turn))
        marks, sight = turned(marks, sight.turn, wide, high), sight.level(wide, high)
    solid = np.zeros(pixels.shape, dtype=bool)
    for x0, y0, x1, y1 in (_inner(mark, scale, pixels.shape) for mark in marks):
        if _framed(pixels[y0:y1, x0:x1]):
            solid[max(y0 - 5, 0) : y1 + 5, max(x0 - 5, 0) : x1 + 5] = True
    if any(_shows(solid, box, scale) for place in sight.places for box in place.boxes):
        return True
    canvas, rows = _surroundings(np.where(solid, np.uint8(255), pixels), scale, sight)
    if not (canvas < _INK).any():
        return False
    image = Image.fromarray(canvas)
    narrow = image.resize((round(image.width * NARROW), image.height), Image.Resampling.BILINEAR)
    words = ocr.glance(narrow, round(scale * 72), languages(sight))
    seen = [Seen(fold(word.text.reveal()), page_box(word.box, rows, scale), word.line) for word in words]
    places = [(place.text.reveal(), (*place.boxes, *place.was)) for place in sight.places]
    kept = [(fold(text.reveal()), box) for text, box in sight.words]
    return traces(seen, places, kept, fold(sight.anywhere.reveal() if sight.anywhere else ""))


def words_on(pixels: np.ndarray, scale: float, places: Sequence[Box], ocr: Ocr) -> list[str]:
    """Return the words that can be read in parts of a rendered page.

    Args:
        pixels: the page in grey.
        scale: pixels a point.
        places: the parts, points.
        ocr: reads them.
    """
    near = np.zeros(pixels.shape, dtype=bool)
    for box in places:
        x0, y0, x1, y1 = (max(round(side * scale), 0) for side in (box.x0, box.y0, box.x1, box.y1))
        near[y0:y1, x0:x1] = True
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    part = np.where(near, pixels, np.uint8(255))[np.ix_(rows, columns)]
    if not (part < _INK).any():
        return []
    image = Image.fromarray(np.pad(part, RIM, constant_values=255))
    return [word.text.reveal() for word in ocr.glance(image, round(scale * 72), _ALL)]


def _inner(box: Box, scale: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (round(side * scale) for side in (box.x0, box.y0, box.x1, box.y1))
    return max(x0, 0) + 2, max(y0, 0) + 2, min(x1, shape[1]) - 2, min(y1, shape[0]) - 2


def _framed(area: np.ndarray) -> bool:
    """Tell whether all four sides of a rectangle are dark.

    The label stands inside: its first and last letters may touch the left and the right side, never a whole one, and
    tails of its letters the inner one of the two rows that are looked at.
    """
    if not area.size:
        return False
    level = [max(float(np.mean(row < DARK)) for row in rows) for rows in (area[:2], area[-2:])]
    upright = [float(np.mean(side < DARK)) for side in (area[:, :2], area[:, -2:])]
    return min(level) >= _EDGE_SHARE and min(upright) >= _LABEL_SHARE


def _shows(solid: np.ndarray, box: Box, scale: float) -> bool:
    high, wide = solid.shape
    x0, x1 = max(int(box.x0 * scale), 0), min(int(box.x1 * scale) + 1, wide)
    y0, y1 = max(int(box.y0 * scale), 0), min(int(box.y1 * scale) + 1, high)
    area = solid[y0:y1, x0:x1]
    return bool(area.size) and float(area.mean()) < _PLACE_SHARE


def _surroundings(page: np.ndarray, scale: float, sight: Sight) -> tuple[np.ndarray, np.ndarray]:
    """Return the surroundings of places in black on white, empty rows left out; and the rows' numbers.

    They are as wide as a third of the page's ink, or some forty words, allow, and never narrower than the last reach.
    Marks have none of their own: a secret is near its place, wherever its mark went.
    """
    paper = float(np.median(page[::4, ::4]))
    ink = page < min(_INK, 0.7 * paper)
    sums = Sums(ink)
    boxes = list(dict.fromkeys(box for place in sight.places for box in (*place.boxes, *place.was)))
    usual = sorted(_height(box) for box in boxes)[len(boxes) // 2] if boxes else 0.0
    for reaches in _REACHES:
        near = np.zeros(page.shape, dtype=bool)
        for box in boxes:
            em = max(_height(box), usual) * scale
            sides = [side * scale for side in (box.x0, box.y0, box.x1, box.y1)]
            for lines, ems in reaches:
                rows, columns = sums.around(sides, (lines * em, ems * em), 0.5 * em)
                near[rows, columns] = True
        if np.count_nonzero(ink & near) <= max(_MOST_INK * np.count_nonzero(ink), _LITTLE_INK * (usual * scale) ** 2):
            break
    kept = np.flatnonzero(near.any(axis=1))
    soft = np.where(near[kept], np.minimum(page[kept] * (255 / max(paper * 0.85, 1.0)), 255), 255)
    return np.pad(soft.astype(np.uint8), RIM, constant_values=255), kept


def _height(box: Box) -> float:
    return min(box.y1 - box.y0, box.x1 - box.x0)


class Sums:
    """Ink of a page, to be summed along stretches of rows and columns: where gaps are looked for, not all over it."""

    def __init__(self, ink: np.ndarray) -> None:
        self._ink = ink

    def around(self, sides: Sequence[float], reach: tuple[float, float], slack: float) -> tuple[slice, slice]:
        """Widen a rectangle by a reach and move its sides into gaps, so that few letters are cut in two."""
        x0, y0, x1, y1 = sides
        high, wide = self._ink.shape
        left, right = _cut(x0 - reach[1], wide), _cut(x1 + reach[1], wide)
        beside = self._ink[:, left:right]
        top, bottom = _gap(beside, y0 - reach[0], slack), _gap(beside, _cut(y1 + reach[0], high), slack)
        above = self._ink[top:bottom].T
        return slice(top, bottom), slice(_gap(above, left, slack), _gap(above, right, slack))


def _gap(lines: np.ndarray, at: float, slack: float) -> int:
    """Return the first of the lines near a place that have least ink."""
    first, last = _cut(at - slack, len(lines)), _cut(at + slack, len(lines))
    return first + int(np.argmin(np.count_nonzero(lines[first : last + 1], axis=1))) if last < len(lines) else last


def _cut(value: float, most: int) -> int:
    return min(max(round(value), 0), most)


def page_box(box: Box, rows: np.ndarray, scale: float) -> Box:
    """Return where a box of a narrowed canvas lies on the page, points; `rows` are the numbers of its rows there."""
    top, bottom = (int(rows[min(max(int(y) - RIM, 0), len(rows) - 1)]) for y in (box.y0, box.y1))
    x0, x1 = ((x / NARROW - RIM) / scale for x in (box.x0, box.x1))
    return Box(x0, top / scale, x1, max(bottom, top + 1) / scale)


def languages(sight: Sight) -> tuple[str, ...]:
    """Return the fewest models that know the letters of what was hidden."""
    return tuple(_needed("".join(place.text.reveal() for place in sight.places).casefold()))


def _needed(letters: str) -> Iterator[str]:
    """Choose the fewest models that know the letters of what was hidden: each one costs as much as the others."""
    latin = sum(char in _LATIN_ONLY for char in letters)
    if any(char in _KAZAKH for char in letters):
        yield "kaz"
    elif latin < _MANY or any("а" <= char <= "я" for char in letters):
        yield "rus"
    if latin >= _MANY:
        yield "eng"
