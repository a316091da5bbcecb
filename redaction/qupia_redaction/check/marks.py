"""Look at marks themselves: are they one colour, does text lie under them, does their size tell what they hide?

Attack: a mark that shows what is below it a shade lighter, a mark drawn over text that stayed, a mark as wide as the
name that it hides. Marks are those that the redactor says it drew, and every dark rectangle around one of our labels.
Limit: sizes of marks that run to a grid are not told from chance.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from qupia_redaction.check.folding import fold
from qupia_redaction.model import Box

DARK = 110
"""Grey of a mark at most; its label is lighter."""
_SOLID_SHARE = 0.55
_SHADES = 40
_RIM = 3
_AROUND_LABEL = 11
_LEAST = 24
_LETTERS = 3
_INK = 64
_SAME = 0.6
_MAX_PATHS = 20_000


_Sides = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A dark rectangle around one of our labels.

    Attributes:
        label: folded.
        alone: nothing but labels lies in it.
        width, height: points.
    """

    label: str
    alone: bool
    width: float
    height: float


def bright(pixels: np.ndarray, box: Box, scale: float) -> bool:
    """Tell whether a rectangle of a rendered page is not dark."""
    area = _crop(pixels, box, scale, 1)
    return bool(area.size) and float(np.mean(area < DARK)) < _SOLID_SHARE


def shaded(pixels: np.ndarray, box: Box, scale: float) -> bool:
    """Tell whether a dark rectangle shows a second shade, its label and the rim of it left out."""
    area = np.ascontiguousarray(_crop(pixels, box, scale, _RIM))
    if min(area.shape, default=0) < _AROUND_LABEL:
        return False
    plain = area[~beside(area >= DARK, _AROUND_LABEL)]
    return plain.size >= _LEAST and float(np.percentile(plain, 99) - np.percentile(plain, 1)) > _SHADES


def beside(light: np.ndarray, around: int) -> np.ndarray:
    """Return where something light stands within half of `around`, which is odd; the edges go on outside."""
    half = around // 2
    for _ in range(2):  # down the columns, then along the rows, which are columns of the turned picture
        upto = np.cumsum(np.pad(light, ((half + 1, half), (0, 0)), mode="edge"), axis=0, dtype=np.int32)
        light = (upto[around:] > upto[:-around]).T
    return light


def _crop(pixels: np.ndarray, box: Box, scale: float, rim: int) -> np.ndarray:
    x0, x1 = max(int(box.x0 * scale) + rim, 0), int(box.x1 * scale) - rim
    y0, y1 = max(int(box.y0 * scale) + rim, 0), int(box.y1 * scale) - rim
    return pixels[y0:y1, x0:x1] if x1 > x0 and y1 > y0 else pixels[:0, :0]


def text_under(reader: pypdfium2.PdfTextPage, high: float, box: Box, labels: Sequence[str]) -> bool:
    """Tell whether words lie well inside a rectangle that are no label of ours.

    Args:
        reader: the page's text.
        high: height of the page, points.
        box: the rectangle; its rim of half its height may be touched by neighbours.
        labels: folded.
    """
    rim = min(0.5 * (box.y1 - box.y0), 12.0)
    side, level = min(rim, 0.33 * (box.x1 - box.x0)), 0.5 * rim
    text = reader.get_text_bounded(box.x0 + side, high - box.y1 + level, box.x1 - side, high - box.y0 - level)
    words = [word for word in map(fold, text.split()) if len(word) >= _LETTERS]
    return any(not any(word in label for label in labels) for word in words)


def labelled(page: pypdfium2.PdfPage, reader: pypdfium2.PdfTextPage, labels: Iterable[str]) -> Iterator[Labelled]:
    """Yield the dark rectangles of a page in which one of our labels stands.

    Raises:
        ValueError: the page has more paths than anybody looks at.
    """
    ours = {fold(label) for label in labels} - {""}
    found: list[tuple[_Sides, str, str]] = []
    for number, item in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])):
        if number > _MAX_PATHS:
            raise ValueError("paths")
        if not _dark(item):
            continue
        x0, y0, x1, y1 = sides = item.get_bounds()
        side, level = 0.06 * (y1 - y0), 0.4 * (y1 - y0)  # tight lines reach in from above and below
        if y1 - y0 > x1 - x0:  # set on its side
            side, level = 0.4 * (x1 - x0), 0.06 * (x1 - x0)
        text = fold(reader.get_text_bounded(x0 + side, y0 + level, x1 - side, y1 - level))
        label = next((own for own in sorted(ours, key=len, reverse=True) if own in text), "") if text else ""
        if label:
            found.append((sides, label, text))
    for sides, label, text in found:
        x0, y0, x1, y1 = sides
        if not any(_inside(other, sides) for other, *_ in found):  # else a bar of the page, on which a mark stands
            wide, high = max(x1 - x0, y1 - y0), min(x1 - x0, y1 - y0)
            yield Labelled(label, only_labels(text, label, ours), wide, high)


def _inside(inner: _Sides, outer: _Sides) -> bool:
    within = inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
    return within and inner != outer


def only_labels(text: str, label: str, ours: Iterable[str]) -> bool:
    """Tell whether nothing but a label lies in a mark; marks side by side in narrow cells reach into each other."""
    before, _, after = text.partition(label)
    return any(own.endswith(before) for own in ours) and any(own.startswith(after) for own in ours)


def _dark(item: pypdfium2.PdfObject) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    drawn = pdfium.FPDFPath_GetDrawMode(item, mode, stroke) and mode.value
    coloured = drawn and pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return bool(coloured) and max(red.value, green.value, blue.value) < _INK


def unequal(marks: Iterable[Labelled]) -> bool:
    """Tell whether marks of one label differ in width for their height: then something else made their size.

    A line that was set smaller to fit has smaller marks of the same shape.
    """
    shapes: dict[str, float] = {}
    for mark in marks:
        shape = shapes.setdefault(mark.label, mark.width / max(mark.height, 0.1))
        if abs(shape * mark.height - mark.width) > _SAME + 0.02 * mark.width:
            return True
    return False
