"""Find strokes of a typed page that no glyph and no picture explains: on grounds of their own, or in pale ink.

Attack: a letterhead or a banner whose letters are outlines, light on a dark band, or grey as a watermark. Band and
letters differ from paper alike, so what is looked at is what differs from the ground around it, lighter and darker
apart. Limits: grounds narrower than `read.ink` takes for drawing, strokes wider than `_STROKE` points on grounds,
what differs by less than `_CONTRAST`; letters of the grey of their ground are those of `read.hues`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.page.greys import darkest, highest, lowest
from qupia_redaction.page.lines import Glyph
from qupia_redaction.read.ink import LEAST_POINTS, Mask, explained, long_runs, pictured

_CONTRAST, _PALE = 12, 60
_CELL_POINTS = 2.8
_REACH = 6
"""Cells that letters keep ground apart."""
_BESIDE = 2
_AROUND = 8
_STROKE = 8.0

Pixels = npt.NDArray[np.uint8]


def on_grounds(
    image: Image.Image, scale: float, glyphs: Sequence[Glyph], pictures: Iterable[Box]
) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return the part of a page's render that holds unexplained strokes on grounds of their own, or None.

    Args:
        image: the page in grey.
        scale: pixels a point.
        glyphs: what was read.
        pictures: what is read apart.

    Returns:
        A picture with dark ink on white, and where its upper left corner lies, pixels.
    """
    grey = np.asarray(image)
    paper = np.uint8(np.median(grey[::4, ::4]))
    apart = np.maximum(grey, paper) - np.minimum(grey, paper)
    side = max(round(_CELL_POINTS * scale), 2)
    if not (darkest(apart, side) > _CONTRAST).any():
        return None
    known = _known(grey.shape, explained(glyphs, pictures, scale))
    runs = _runs((apart > _CONTRAST) & ~known, scale)
    ground = _large(_closed(darkest(runs.view(np.uint8), side)), side, grey.shape).view(bool)
    if not ground.any():
        return None
    tone = _large(_tones(grey, runs, side), side, grey.shape)
    ink: Mask = _strokes(grey, tone, known, scale) & ground & ~known
    return pictured(ink, scale)


def pale(
    image: Image.Image, scale: float, glyphs: Sequence[Glyph], pictures: Iterable[Box]
) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return the part of a page's render that holds unexplained pale ink, dark on white; see `on_grounds`."""
    grey = np.asarray(image)
    paper = np.uint8(np.median(grey[::4, ::4]))
    apart = np.maximum(grey, paper) - np.minimum(grey, paper)
    ink: Mask = (apart > _CONTRAST) & (highest(apart, 3) < _PALE)  # not the rims of darker ink
    if np.count_nonzero(ink) < LEAST_POINTS * scale * scale:
        return None
    known = _known(grey.shape, explained(glyphs, pictures, scale))
    return pictured(ink & ~known & ~_runs(ink | known, scale), scale)


def _known(shape: tuple[int, ...], boxes: Iterable[Sequence[int]]) -> Mask:
    known: Mask = np.zeros(shape, dtype=bool)
    for x0, y0, x1, y1 in boxes:
        known[max(y0 - 1, 0) : y1 + 2, max(x0 - 1, 0) : x1 + 2] = True
    return known


def _runs(ink: Mask, scale: float) -> Mask:
    return long_runs(ink, scale) | long_runs(ink.T, scale).T


def _closed(cells: Pixels) -> Pixels:
    """Return cells, zero or one, with what lies amid them and just beside: letters at an end leave no whole cell."""
    wide, out = 2 * _REACH + 1, _REACH - _BESIDE
    return lowest(highest(np.pad(cells, _REACH), wide), 2 * out + 1)[_REACH:-_REACH, _REACH:-_REACH]


def _large(cells: Pixels, side: int, shape: tuple[int, ...]) -> Pixels:
    """Return a picture of cells in pixels; nothing where no cell is."""
    found = np.zeros(shape, dtype=np.uint8)
    whole = cells.repeat(side, axis=0).repeat(side, axis=1)
    found[: whole.shape[0], : whole.shape[1]] = whole
    return found


def _tones(grey: Pixels, runs: Mask, side: int) -> Pixels:
    """Return the mean tone of the ground around each cell."""
    sums = [_around(np.where(runs, part, 0), side) for part in (grey, np.uint8(1))]
    return (sums[0] / np.maximum(sums[1], 1)).astype(np.uint8)


def _around(values: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.float64]:
    """Return the sum of a square of cells around each."""
    high, wide = (length // side for length in values.shape)
    cells = values[: high * side, : wide * side].reshape(high, side, wide, side).sum(axis=(1, 3), dtype=np.float64)
    upto = np.pad(np.pad(cells, _AROUND).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    last = 2 * _AROUND + 1
    found: npt.NDArray[np.float64] = (
        upto[last:, last:] - upto[:-last, last:] - upto[last:, :-last] + upto[:-last, :-last]
    )
    return found


def _strokes(grey: Pixels, tone: Pixels, known: Mask, scale: float) -> Mask:
    """Return what is lighter or darker than all that lies around it, and is not ground amid letters.

    What is known is made as light as can be for the one, as dark for the other: it leaves no narrow rests.
    """
    wide = max(round(_STROKE * scale), 1) | 1
    found: Mask = np.zeros(grey.shape, dtype=bool)
    for tones, ground in ((grey, tone), (~grey, ~tone)):  # lighter than around, then darker
        filled = np.where(known, np.uint8(255), tones)
        lifted = filled - highest(lowest(filled, wide), wide)
        strokes = (lifted > _CONTRAST) & (tones > ground) & (tones - np.minimum(ground, tones) > lifted // 2)
        found |= strokes & ~_runs(strokes, scale)
    return found
