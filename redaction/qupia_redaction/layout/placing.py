"""Say where a line that is set again begins, from what stays on the page alone.

The master's own place may tell the width of what was hidden: a line that was centred or set against the right edge
begins where its length made it begin. A place is kept only where other lines, which stay, share it; a chance that a
centred line begins where others do is left (some thousandths of all names, and only on pages that mix both).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from qupia_redaction.page.lines import Segment

SAME = 0.3
_CENTRED, _MIDDLE = 1.0, 0.15
"""How far from the middle of a page lines count as centred, and how far it is certain, points."""
_MARGIN_SHARE = 0.12
_NEAR_LINES = 2.4
_GRID_EM = 4.0


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a segment stands: its sides and its baseline, points."""

    left: float
    right: float
    baseline: float

    @property
    def middle(self) -> float:
        """Half way between the sides."""
        return (self.left + self.right) / 2


def extent(segment: Segment) -> Extent:
    """Return the extent of a segment that has glyphs."""
    baselines = sorted(glyph.baseline for glyph in segment.drawn)
    return Extent(segment.drawn[0].x0, segment.drawn[-1].x1, baselines[len(baselines) // 2])


@dataclass(frozen=True, slots=True)
class Places:
    """The places that lines of a page share.

    Attributes:
        width: of the page, points.
        kept: upright segments in which nothing is hidden.
        same: how far apart two places are that count as one, points.
        reach: of lines askew, between which places a line at a distance across them lies on the page; they begin on a
            grid, for a page has no margin for them.
    """

    width: float
    kept: Sequence[Extent] = field(repr=False)
    same: float = SAME
    reach: Callable[[float], tuple[float, float]] | None = field(default=None, repr=False)

    def row(self, baseline: float, size: float) -> list[Extent]:
        """Return what stays on the same line."""
        return [e for e in self.kept if abs(e.baseline - baseline) < 0.6 * size]

    def start(self, mine: Extent, size: float, width: float) -> float:
        """Return where a line begins.

        Args:
            mine: where it stood in the master.
            size: of its letters, points.
            width: what it needs now, points.
        """
        beside = self.row(mine.baseline, size)
        if self.reach is not None and not beside:
            left = self._shared_left(mine, self.kept)
            return max(self._on_grid(mine, size), self.reach(mine.baseline)[0] + size) if left is None else left
        x = self._start(mine, size, width, beside)
        return max([x, *(e.right + 0.5 * size for e in beside if e.left - size < x < e.right - self.same)])

    def _on_grid(self, mine: Extent, size: float) -> float:
        step = _GRID_EM * max(round(size), 1)
        return math.floor((mine.left + self.same) / step) * step

    def _start(self, mine: Extent, size: float, width: float, beside: list[Extent]) -> float:
        """Return where a line begins if no words that stay are drawn there."""
        others = [e for e in self.kept if e not in beside]
        if beside:
            return self._cell(mine, size, width, (beside, others))
        left = self._shared_left(mine, others)
        if left is not None:
            return left
        ends = [e for e in others if abs(e.right - mine.right) < self.same and self._lone(e) and not self._centred(e)]
        if len(ends) > 1 or any(e.right > max(k.right for k in self.kept) - self.same for e in ends):
            return max(round(ends[0].right, 1) - width, 0.0)  # one line that ends elsewhere may do so by chance
        return self._usual(others, width)

    def _cell(self, mine: Extent, size: float, width: float, around: tuple[list[Extent], list[Extent]]) -> float:
        """Return where a cell of a row begins: as most of its column does, else behind what stands before it."""
        beside, others = around
        before = [e.right + 0.5 * size for e in beside if e.right <= mine.left]
        lefts = [e.left for e in others if abs(e.left - mine.left) < self.same]
        middles = [e.middle for e in others if abs(e.middle - mine.middle) < self.same]
        rights = [e.right for e in others if abs(e.right - mine.right) < self.same]
        if lefts and len(lefts) >= max(len(middles), len(rights)):
            return round(lefts[0], 1)
        if middles and len(middles) >= len(rights):
            return max([round(middles[0], 1) - width / 2, *before])
        if rights:
            return max([round(rights[0], 1) - width, *before])
        if before:
            return max(before) + 0.5 * size
        return self._shared_left(mine, others) or self._usual(others, width)

    def _shared_left(self, mine: Extent, others: Sequence[Extent]) -> float | None:
        """Return a left edge that other lines share, if it is not their right one that they share all."""
        for e in others:
            same = abs(e.left - mine.left) < self.same and abs(e.right - mine.right) >= self.same
            if same and not self._centred(e):
                return round(e.left, 1)
        return None

    def _usual(self, others: Sequence[Extent], width: float) -> float:
        """Return the margin, or what centres a line on a page of centred lines; one title alone tells nothing."""
        if len(others) > 1 and 2 * sum(map(self._centred, others)) > len(others):
            return max((self.width - width) / 2, 0.0)
        lefts = Counter(round(e.left, 1) for e in others if not self._centred(e))
        if not lefts:
            return round(_MARGIN_SHARE * self.width, 1)
        most = max(lefts.values())
        return min(left for left, count in lefts.items() if count == most)

    def _centred(self, one: Extent) -> bool:
        return abs(one.middle - self.width / 2) < _CENTRED and self._lone(one)

    def _lone(self, one: Extent) -> bool:
        """Tell whether nothing else begins where this begins."""
        return sum(abs(e.left - one.left) < self.same for e in self.kept) == 1

    def room(self, mine: Extent, size: float) -> float:
        """Return how far a line may reach."""
        after = [e.left for e in self.row(mine.baseline, size) if e.left > mine.left]
        if after:
            return min(after) - 0.5 * size
        if self.reach is not None:
            return self.reach(mine.baseline)[1] - size
        left = min((e.left for e in self.kept), default=0.0)
        return max([self.width - min(left, 0.08 * self.width), *(e.right for e in self.kept)])

    def within(self, start: float, width: float, baseline: float, size: float) -> float:
        """Return where a line begins that is to begin at a place but must not run off the page."""
        left, right = (0.0, self.width) if self.reach is None else self.reach(baseline)
        return max(min(start, right - size - width), left)

    def below(self, one: Extent, other: Extent, whole: Extent, size: float) -> bool:
        """Tell whether a line stands close to another and is centred on it: a caption below a name.

        Args:
            one: the line.
            other: the hidden text.
            whole: the line that it stood in.
            size: of the letters, points.
        """
        near = 0 < abs(one.baseline - other.baseline) < _NEAR_LINES * size
        if abs(one.middle - self.width / 2) < _MIDDLE:  # the page made it stand there, not the text
            return False
        alike = min(abs(one.left - whole.left), abs(one.right - whole.right)) < self.same
        return near and abs(one.middle - other.middle) < self.same and not self._stands(one, 1 if alike else 2)

    def _stands(self, one: Extent, least: int) -> bool:
        """Tell whether other lines make a line stand where it stands: so many share a side, or several its middle.

        A single line shares a side or the middle of a caption by chance, unless the hidden one's line shares it too.
        """
        steps = [(e.left - one.left, e.right - one.right, e.middle - one.middle) for e in self.kept if e != one]
        left, right, middle = (sum(abs(step[at]) < self.same for step in steps) for at in range(3))
        return left >= least or right >= least or middle > 1
