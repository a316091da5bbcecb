"""Give words that OCR read off drawn shapes the exact sides of these shapes.

Attack: a name drawn as outlines. The words behind it stand at a fraction of a pixel that its width gives; OCR tells
their sides in whole pixels, so that a line set again by these would tell the fraction. Pure. Limit: shapes that reach
over several words, as a line that is one path without gaps, leave words as they were read.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qupia_redaction.model import Box, PageText
from qupia_redaction.page.lines import Segment

_WORD = re.compile(r"\S+")
_STEP = 0.25
_SLACK, _HIGH = 0.35, 1.8
"""How far shapes reach out of a word, and how high they are at most, of its height."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes on a page, from left to right."""

    boxes: Sequence[Box]
    lefts: Sequence[float]

    @classmethod
    def of(cls, boxes: Sequence[Box]) -> Shapes:
        """Sort shapes."""
        ordered = sorted(boxes, key=lambda box: box.x0)
        return cls(ordered, [box.x0 for box in ordered])

    def within(self, word: Box) -> Box | None:
        """Return what is around the shapes that make up a word; None where none do, or one goes on beside it."""
        high = word.y1 - word.y0
        slack = _SLACK * high
        first, end = bisect_left(self.lefts, word.x0 - slack), bisect_right(self.lefts, word.x1)
        mine = [
            box
            for box in self.boxes[first:end]
            if word.x0 - slack < (box.x0 + box.x1) / 2 < word.x1 + slack
            and word.y0 - slack < (box.y0 + box.y1) / 2 < word.y1 + slack
            and box.y1 - box.y0 < _HIGH * high
        ]
        if not mine or max(box.x1 for box in mine) > word.x1 + slack:
            return None
        sides = ([getattr(box, side) for box in mine] for side in ("x0", "y0", "x1", "y1"))
        x0, y0, x1, y1 = sides
        return Box(min(x0), min(y0), max(x1), max(y1))


def snapped(page: PageText, segments: Sequence[Segment], shapes: Sequence[Box]) -> PageText:
    """Return a page's text with drawn words as wide as they are exactly, those read off shapes at the places of these.

    Widths go by steps: masters round the place of a word, which goes on from a width before it.

    Args:
        page: text and boxes.
        segments: what of it are letters, whose places are exact.
        shapes: what is drawn on the page, points.
    """
    drawn, boxes = Shapes.of(shapes), list(page.boxes)
    letters = {at for segment in segments for at in range(segment.start, segment.end)}
    for word in _WORD.finditer(page.text.reveal()) if shapes or letters else ():
        places = [at for at in range(word.start(), word.end()) if boxes[at] is not None]
        mine = [box for at in places if (box := boxes[at]) is not None]
        if not mine:
            continue
        whole = Box(min(b.x0 for b in mine), min(b.y0 for b in mine), max(b.x1 for b in mine), max(b.y1 for b in mine))
        exact = whole if letters.intersection(places) else drawn.within(whole)
        if exact is not None and whole.x1 > whole.x0:
            stretch = math.ceil((exact.x1 - exact.x0) / _STEP) * _STEP / (whole.x1 - whole.x0)
            for at, box in zip(places, mine, strict=True):
                x0, x1 = (exact.x0 + (x - whole.x0) * stretch for x in (box.x0, box.x1))
                y0, y1 = (box.y0, box.y1) if exact is whole else (exact.y0, exact.y1)
                boxes[at] = Box(x0, y0, x1, y1)
    return replace(page, boxes=tuple(boxes))
