"""Take the dots out of a picture before it is read: what was grey on the way to a fax, letters that are made of dots.

The reader of letters takes dots for ink and makes little of such a page; an eye blends them, or joins those in a row.
Pure. Limits: screens whose dots hang together stay as they are; letters of dots wider than `_DOT` points.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from qupia_redaction.page.greys import highest, lowest
from qupia_redaction.read.ink import RULE, Mask, long_runs, pictured

_LONE_SHARE, _APART = 0.012, 40
_BAND, _EACH = 64, 320
_BLUR_POINTS = 0.27
_DOT, _STROKES, _NEXT = 4.5, 0.1, 6.0
"""Points: a dot, and paper between two; the share of ink that strokes may have amid them."""
_FEW = 40


def blended_dots(grey: Image.Image, dpi: int) -> Image.Image:
    """Return a picture as an eye sees it: dots as the grey that they stand for; one without dots stays as it is."""
    if lone_dots(grey) < _LONE_SHARE:
        return grey
    return grey.filter(ImageFilter.GaussianBlur(_BLUR_POINTS * dpi / 72))


def lone_dots(grey: Image.Image) -> float:
    """Return the share of pixels that are far darker, or lighter, than all beside them; a fifth is looked at."""
    found = seen = 0
    for top in range(min(_EACH // 4, grey.height // 4), grey.height - 2, _EACH):
        band = np.asarray(grey.crop((0, top, grey.width, min(top + _BAND, grey.height)))).astype(np.int16)
        inner = band[1:-1, 1:-1]
        beside = (band[:-2, 1:-1], band[2:, 1:-1], band[1:-1, :-2], band[1:-1, 2:])
        darker, lighter = np.minimum.reduce(beside) - inner, inner - np.maximum.reduce(beside)
        found += int(np.count_nonzero(np.maximum(darker, lighter) > _APART))
        seen += inner.size
    return found / max(seen, 1)


def joined_dots(picture: Image.Image, scale: float) -> Image.Image | None:
    """Return a picture of dots with those that stand next to each other joined; None where it shows strokes, or rules.

    Args:
        picture: ink on white, nothing between.
        scale: pixels a point.
    """
    ink: Mask = np.asarray(picture) == 0
    share = _DOT * scale / RULE
    strokes = np.count_nonzero(long_runs(ink, share) | long_runs(ink.T, share).T)
    if strokes > _STROKES * np.count_nonzero(ink):
        return None
    gaps = [*_gaps(ink, _NEXT * scale), *_gaps(ink.T, _NEXT * scale)]
    if len(gaps) < _FEW:
        return None
    side = int(np.median(gaps)) + 2 | 1
    room = np.pad(ink, side).view(np.uint8)
    closed = lowest(highest(room, side), side)[side:-side, side:-side].view(bool)
    lines = long_runs(closed, scale) | long_runs(closed.T, scale).T
    if pictured(closed & ~lines, scale) is None:
        return None
    return Image.fromarray(np.where(closed, np.uint8(0), np.uint8(255)))


def _gaps(ink: Mask, most: float) -> list[int]:
    """Return how wide paper between ink of one row is, where it is narrow."""
    starts, ends = (np.flatnonzero(np.pad(edge, ((0, 0), (0, 1))).ravel()) for edge in (
        ink & ~np.pad(ink, ((0, 0), (1, 0)))[:, :-1], ink & ~np.pad(ink, ((0, 0), (0, 1)))[:, 1:],
    ))  # fmt: skip
    gaps = starts[1:] - ends[:-1] - 1
    return [int(gap) for gap in gaps[gaps <= most]]
