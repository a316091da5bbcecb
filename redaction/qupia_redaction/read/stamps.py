"""Read what stands under coloured ink on a scan: a stamp or a signature across a name hides it from OCR, not from eyes.

Attack: a name under a blue round stamp, which OCR makes nothing of. The places of coloured ink are read once more with
the colour taken out, where strokes of letters are left. Limits: ink of one hue with the letters stays in the way; a
page that is colourful all over is not looked at; the largest `_MOST` places of those that hold letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.page.clusters import stretches
from qupia_redaction.page.greys import highest, median, reaches
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.pdf.render import GLANCE_DPI
from qupia_redaction.ports import Ocr, OcrWord
from qupia_redaction.read.sheets import read_strips

_COLOURED = 45
_NOT_BLACK = 90
_LEAST, _MUCH = 0.0005, 0.2
_APART = 8.0
_AROUND = (110.0, 10.0)
_UNREAD, _MOST, _LOOKED_AT = 0.05, 6, 12
_STEM, _BESIDE, _STEMS, _INK = 1.8, 2.0, 6, 60
"""Points that a stroke of a letter runs down at least, that colour reaches around itself; columns with such strokes."""
_LINE = 7_000_000

Flags = npt.NDArray[np.bool_]


def under_colour(page: OpenPage, dpi: int, ocr: Ocr, read: Iterable[Box] = ()) -> list[OcrWord]:
    """Return the words at places of coloured ink as they read without it, in pixels of the page.

    Args:
        page: a scan.
        dpi: resolution of the pixels.
        ocr: reads.
        read: words that were surely read, pixels: coloured ink that is all in them is writing, and covers none.
    """
    ink = _coloured(np.asarray(page.glance().convert("RGB")))
    written = np.zeros_like(ink)
    if not _LEAST <= float(ink.mean()) <= _MUCH:
        return []
    for box in read:
        x0, y0, x1, y1 = (side * GLANCE_DPI / dpi for side in (box.x0, box.y0, box.x1, box.y1))
        written[max(int(y0) - 1, 0) : int(y1) + 2, max(int(x0) - 1, 0) : int(x1) + 2] = True
    found = sorted(_places(ink, written, 72 / GLANCE_DPI), key=lambda box: (box.y0 - box.y1) * (box.x1 - box.x0))
    strips: list[tuple[Box, Image.Image]] = []
    for place in found[:_LOOKED_AT]:
        box = _widened(place, page)
        picture = _bleached(page, box, dpi)
        if picture is not None:
            strips.append((box, picture))
        if len(strips) == _MOST:
            break
    words: list[OcrWord] = []
    seen = read_strips(ocr, [cut for _, cut in strips], dpi)
    for number, (box, _) in enumerate(strips):
        words += [_placed(word, (box.x0 * dpi / 72, box.y0 * dpi / 72), number) for word in seen[number]]
    return words


def _coloured(pixels: npt.NDArray[np.uint8]) -> Flags:
    high, low = reaches(pixels)
    return np.asarray((high - low > _COLOURED) & (high > _NOT_BLACK))


def _places(ink: Flags, written: Flags, unit: float) -> Iterator[Box]:
    """Yield boxes around coloured ink that is more than writing: stretches of rows, cut where columns are bare."""
    for top, bottom in stretches(np.asarray(ink.any(axis=1)), _APART / unit):
        for left, right in stretches(np.asarray(ink[top:bottom].any(axis=0)), 3 * _APART / unit):
            place = ink[top:bottom, left:right]
            if np.count_nonzero(place & ~written[top:bottom, left:right]) > _UNREAD * np.count_nonzero(place):
                yield Box(left * unit, top * unit, right * unit, bottom * unit)


def _widened(box: Box, page: OpenPage) -> Box:
    content = page.content
    return Box(
        max(box.x0 - _AROUND[0], 0), max(box.y0 - _AROUND[1], 0),
        min(box.x1 + _AROUND[0], content.width), min(box.y1 + _AROUND[1], content.height),
    )  # fmt: skip


def _bleached(page: OpenPage, box: Box, dpi: int) -> Image.Image | None:
    """Return a part of a page without its coloured ink; None when no strokes of letters stand amid that ink."""
    part = np.asarray(page.picture(dpi, clip=box).convert("RGB"))
    colour, grey = _coloured(part), np.asarray(Image.fromarray(part).convert("L"))
    ink = ~colour & (grey < int(median(grey)) - _INK)
    run = max(round(_STEM * dpi / 72), 2)
    stems = ink[run - 1 :].copy()
    for step in range(1, run):
        stems &= ink[run - 1 - step : -step]
    reach = 2 * max(round(_BESIDE * dpi / 72), 1) + 1
    amid = highest(colour[run - 1 :].astype(np.uint8), reach) > 0
    if int((stems & amid).any(axis=0).sum()) < _STEMS:
        return None
    return Image.fromarray(np.where(colour, np.uint8(255), grey))


def _placed(word: OcrWord, origin: tuple[float, float], number: int) -> OcrWord:
    (x, y), b = origin, word.box
    return replace(word, box=Box(b.x0 + x, b.y0 + y, b.x1 + x, b.y1 + y), line=_LINE + 1_000 * number + word.line)
