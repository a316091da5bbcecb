"""Fit boxes of words to their ink: OCR guesses some from how far along its line it read them, short words above all.

A word whose pixels are moved would else leave a part of a letter behind, or bring one of its neighbour along. Limit: a
box that cuts through ink grows up to the next paper, where that comes before the next word and is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.ports import OcrWord

_CONTRAST = 60
_FAR, _CUT = 0.6, 0.08
"""By how much a box grows at most, and how much ink beyond its side is more than a soft edge, of its height."""
_RULE, _BEYOND = 0.95, 0.3

Columns = npt.NDArray[np.bool_]
Sides = npt.NDArray[np.float64]


def fitted(image: Image.Image, words: Sequence[OcrWord]) -> list[OcrWord]:
    """Return words with their boxes grown to the whole of the ink at their sides.

    Args:
        image: grey pixels.
        words: with boxes in these pixels; those that are not level stay as they are.
    """
    sides = np.array([(w.box.x0, w.box.y0, w.box.x1, w.box.y1) for w in words], dtype=np.float64).reshape(-1, 4)
    return [word if word.course else replace(word, box=_fitted(image, word.box, sides)) for word in words]


def _fitted(image: Image.Image, box: Box, others: Sides) -> Box:
    left, right = _room(box, others, image.width)
    high = box.y1 - box.y0
    ink = _inked(image, left, right, box)
    x0, x1 = round(box.x0) - left, round(box.x1) - left
    least = max(round(_CUT * high), 2)
    before, behind = _run(ink[:x0][::-1], ink[x0:x1]), _run(ink[x1:], ink[x0:x1][::-1])
    if max(before, behind) < least:
        return box
    # what stands too far to one side is paper at the other
    if behind >= least > before:
        return replace(box, x0=box.x0 + _blank(ink[x0:x1]), x1=box.x1 + behind)
    if before >= least > behind:
        return replace(box, x0=box.x0 - before, x1=box.x1 - _blank(ink[x0:x1][::-1]))
    return replace(box, x0=box.x0 - before, x1=box.x1 + behind)


def _room(box: Box, others: Sides, width: int) -> tuple[int, int]:
    """Return how far a box may grow: to the words beside it, and not too far."""
    reach = _FAR * (box.y1 - box.y0)
    beside = others[(others[:, 1] < box.y1) & (others[:, 3] > box.y0)]
    before = beside[(beside[:, 0] < box.x0) & (beside[:, 2] < box.x1), 2].max(initial=0.0)
    behind = beside[(beside[:, 0] > box.x0) & (beside[:, 2] > box.x1), 0].min(initial=width)
    left, right = max(box.x0 - reach, before), min(box.x1 + reach, behind)
    return round(min(left, box.x0)), round(max(right, box.x1))  # a word that lies on it leaves it no room


def _inked(image: Image.Image, left: int, right: int, box: Box) -> Columns:
    """Tell of each column beside a box whether it has ink; a rule that runs on above and below is paper."""
    more, top, bottom = round(_BEYOND * (box.y1 - box.y0)), round(box.y0), round(box.y1)
    above = min(more, top)
    grey = np.asarray(image.crop((left, top - above, right, min(bottom + more, image.height)))).astype(np.int16)
    if not grey.size:
        return np.zeros(max(right - left, 0), dtype=np.bool_)
    ink = np.abs(grey - int(np.median(grey[::3, ::3]))) > _CONTRAST
    columns: Columns = ink[above : above + bottom - top].any(axis=0) & (ink.mean(axis=0) < _RULE)
    return columns


def _run(outside: Columns, inside: Columns) -> int:
    """Return how far ink that a side cuts goes on outside; 0 where it does not end in time."""
    if not inside.size or not outside.size or not (inside[0] and outside[0]) or outside.all():
        return 0
    return int(np.argmin(outside))


def _blank(inside: Columns) -> int:
    """Return the number of columns without ink from one side on."""
    return int(np.argmax(inside)) if inside.any() else 0
