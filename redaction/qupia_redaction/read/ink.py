"""Find ink on a typed page that no glyph and no picture explains: letters drawn as outlines, patterns, clips, masks.

Attack: text that only the eye reads, between text that the engine reads. What is left of the render after glyphs,
pictures and rules are taken away is handed to OCR. Limit: strokes longer than `RULE` points in both directions count
as drawing, not as letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.page.lines import Glyph

_PAPER = 255
_CONTRAST = 40
RULE = 30.0
"""Points from which on a stroke is drawing, not a letter's."""
LEAST_POINTS = 12.0
_MARGIN = 6
_GROWTH = (-0.1, -0.25, 0.15, 0.12)
"""By how many em ink reaches beyond a glyph's box: left, up, right, down."""

Mask = npt.NDArray[np.bool_]


def unexplained(
    image: Image.Image, scale: float, glyphs: Sequence[Glyph], pictures: Iterable[Box]
) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return the part of a page's render that holds unexplained ink, everything else taken out, or None.

    Args:
        image: the page in grey.
        scale: pixels a point.
        glyphs: what was read.
        pictures: what is read apart.

    Returns:
        A picture with dark ink on white, and where its upper left corner lies, pixels.
    """
    grey = np.asarray(image).astype(np.int16)
    paper = int(np.median(grey[::4, ::4]))
    ink: Mask = np.abs(grey - paper) > _CONTRAST
    for x0, y0, x1, y1 in explained(glyphs, pictures, scale):
        ink[max(y0 - 1, 0) : y1 + 2, max(x0 - 1, 0) : x1 + 2] = False
    ink &= ~(long_runs(ink, scale) | long_runs(ink.T, scale).T)
    return pictured(ink, scale)


def pictured(ink: Mask, scale: float) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return ink dark on white, and where its upper left corner lies; None where it is hardly a letter."""
    if ink.sum() < LEAST_POINTS * scale * scale:
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, left = max(int(rows[0]) - _MARGIN, 0), max(int(columns[0]) - _MARGIN, 0)
    part = ink[top : int(rows[-1]) + _MARGIN, left : int(columns[-1]) + _MARGIN]
    return Image.fromarray(np.where(part, 0, _PAPER).astype(np.uint8)), (left, top)


def explained(glyphs: Sequence[Glyph], pictures: Iterable[Box], scale: float) -> list[list[int]]:
    """Return what is explained, pixels: pictures, and what glyphs may ink.

    That is more than their boxes: capitals with marks above, tails below, slanted sides.
    """
    drawn = [(glyph.box, glyph.style.size) for glyph in glyphs if glyph.char.strip()]
    boxes = [(box.x0, box.y0, box.x1, box.y1, size) for box, size in drawn]
    boxes += [(box.x0, box.y0, box.x1, box.y1, 0.0) for box in pictures]
    sides = np.array(boxes, dtype=np.float64).reshape(-1, 5)
    grown = sides[:, :4] + sides[:, 4:] * _GROWTH
    found: list[list[int]] = np.maximum(np.rint(grown * scale), 0).astype(np.int64).tolist()
    return found


def long_runs(ink: Mask, scale: float) -> Mask:
    """Mark horizontal runs of ink that are longer than a letter is wide."""
    most = int(RULE * scale)
    ends = np.pad(ink, ((0, 0), (0, 1))).ravel()  # a blank behind each row: no run goes on in the next one
    edges = np.flatnonzero(np.diff(ends, prepend=False))
    found = np.zeros_like(ends)
    for start, end in edges.reshape(-1, 2)[np.diff(edges)[::2] > most].tolist():
        found[start:end] = True
    return found.reshape(ink.shape[0], ink.shape[1] + 1)[:, :-1]
