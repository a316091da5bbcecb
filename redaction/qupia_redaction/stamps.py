"""Read what stands under coloured ink on a scan: a stamp or a signature across a name hides it from OCR, not from eyes.

Attack: a name under a blue round stamp, which OCR makes nothing of. The places of coloured ink are read once more with
the colour taken out. Limits: ink of one hue with the letters stays in the way; a page that is colourful all over is not
looked at; the largest `_MOST` places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.ports import Ocr, OcrWord

_GLANCE_DPI = 40
_COLOURED = 45
_NOT_BLACK = 90
_LEAST, _MUCH = 0.0005, 0.2
_APART = 8.0
_AROUND = (110.0, 10.0)
_MOST = 4
_LINE = 7_000_000


def under_colour(page: OpenPage, dpi: int, ocr: Ocr) -> list[OcrWord]:
    """Return the words at places of coloured ink as they read without it, in pixels of the page.

    Args:
        page: a scan.
        dpi: resolution of the pixels.
        ocr: reads.
    """
    ink = _coloured(np.asarray(page.picture(_GLANCE_DPI).convert("RGB")))
    if not _LEAST <= float(ink.mean()) <= _MUCH:
        return []
    places = sorted(_places(ink, 72 / _GLANCE_DPI), key=lambda box: (box.y0 - box.y1) * (box.x1 - box.x0))[:_MOST]
    return [word for number, box in enumerate(places) for word in _read(page, _widened(box, page), (dpi, number), ocr)]


def _coloured(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    high, low = pixels.max(axis=2).astype(np.int16), pixels.min(axis=2).astype(np.int16)
    return np.asarray((high - low > _COLOURED) & (high > _NOT_BLACK))


def _places(ink: npt.NDArray[np.bool_], unit: float) -> Iterator[Box]:
    """Yield boxes around coloured ink: stretches of rows, cut where columns are bare."""
    for top, bottom in _stretches(np.asarray(ink.any(axis=1)), _APART / unit):
        for left, right in _stretches(np.asarray(ink[top:bottom].any(axis=0)), 3 * _APART / unit):
            yield Box(left * unit, top * unit, right * unit, bottom * unit)


def _stretches(told: npt.NDArray[Any], apart: float) -> Iterator[tuple[int, int]]:
    places = np.flatnonzero(told)
    if not places.size:
        return
    cuts = np.flatnonzero(np.diff(places) > apart) + 1
    for part in np.split(places, cuts):
        yield int(part[0]), int(part[-1]) + 1


def _widened(box: Box, page: OpenPage) -> Box:
    content = page.content
    return Box(
        max(box.x0 - _AROUND[0], 0), max(box.y0 - _AROUND[1], 0),
        min(box.x1 + _AROUND[0], content.width), min(box.y1 + _AROUND[1], content.height),
    )  # fmt: skip


def _read(page: OpenPage, box: Box, how: tuple[int, int], ocr: Ocr) -> Iterator[OcrWord]:
    dpi, number = how
    part = np.asarray(page.picture(dpi, clip=box).convert("RGB"))
    grey = np.where(_coloured(part), np.uint8(255), np.asarray(Image.fromarray(part).convert("L")))
    x, y = box.x0 * dpi / 72, box.y0 * dpi / 72
    for word in ocr.read(Image.fromarray(grey), dpi, block=True):
        b = word.box
        yield replace(word, box=Box(b.x0 + x, b.y0 + y, b.x1 + x, b.y1 + y), line=_LINE + 1_000 * number + word.line)
