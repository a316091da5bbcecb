"""Set blocks at the right margin again: their longest line ends there and decides where the others begin.

Pure. Where a name stands in the longest one, its width tells where the block begins. So the block is set as it would
have been with marks: its lines begin where its longest one then begins, or stand on its middle. The margin is one that
the page shows without the block. It is done whichever line is the longest, for which one it is may tell a width, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from qupia_redaction.layout.placing import SAME, Extent
from qupia_redaction.layout.typeset import CannotSet, Layout, NewLine
from qupia_redaction.model import Category
from qupia_redaction.page.lines import Segment

_ROW, _NEAR, _ALIKE = 0.6, 2.4, 1.5
"""How near baselines of one row are and those of rows below each other, em, and how much sizes of letters differ."""
_LEFT, _MIDDLE = 0.35, 0.55
"""Where a block begins at the earliest or has its middle, shares of the page: further left all lines begin alike."""
_MOST = 8


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the page.

    Attributes:
        segment: what is written there.
        place: where its letters stand.
        size: of its first letter, points.
        kept: whether nothing is hidden in it.
    """

    segment: Segment = field(repr=False)
    place: Extent
    size: float
    kept: bool


Edge = Callable[[Extent], float]
_EDGES: tuple[tuple[Edge, float, float], ...] = (
    (lambda place: place.left, _LEFT, 1.0),
    (lambda place: place.middle, _MIDDLE, 0.5),
)
"""What lines of a block share, from which share of the page on, and how much of the longest line lies behind it."""


def blocks(layout: Layout) -> tuple[list[NewLine], Layout]:
    """Return the lines of blocks in which something is hidden as they will be, and the layout of what is left.

    Args:
        layout: of the level lines of a page.
    """
    new: list[NewLine] = []
    if not layout.spans or any(span.category is Category.PASSAGE for span in layout.spans):
        return new, layout
    lines = [_line(layout, segment) for segment in layout.joined() if segment.upright and segment.drawn]
    taken: list[Segment] = []
    for edge, earliest, behind in _EDGES:
        for block in _runs([line for line in lines if line.segment not in taken], edge):
            if edge(block[0].place) < earliest * layout.page_width or all(line.kept for line in block):
                continue
            margin = _margin(block, lines, layout.page_width)
            again = _again(layout, block, margin, behind) if margin is not None else []
            taken += [line.erased for line in again]
            new += again
    gone = [range(segment.start, segment.end) for segment in taken]
    left = [s for s in layout.segments if not any(s.start in one for one in gone)]
    return new, replace(layout, segments=left, _looks={}) if new else layout


def _line(layout: Layout, segment: Segment) -> _Line:
    shown = [glyph for glyph in segment.drawn if glyph.char.strip()] or segment.drawn
    place = Extent(shown[0].x0, shown[-1].x1, shown[0].baseline)
    return _Line(segment, place, shown[0].style.size, not layout.hides(segment))


def _runs(lines: Sequence[_Line], edge: Edge) -> Iterator[list[_Line]]:
    """Yield lines below each other that share an edge and have nothing beside them: two at least."""
    rows = sorted(lines, key=lambda line: line.place.baseline)
    lone = {
        id(row)
        for before, row, after in zip([None, *rows], rows, [*rows[1:], None], strict=False)
        if not any(other and _below(row, other) < _ROW * row.size for other in (before, after))
    }
    run: list[_Line] = []
    for row in rows:
        if run and id(row) in lone and _follows(run[-1], row) and abs(edge(row.place) - edge(run[0].place)) < SAME:
            run.append(row)
            continue
        if 1 < len(run) <= _MOST:
            yield run
        run = [row] if id(row) in lone else []
    if 1 < len(run) <= _MOST:
        yield run


def _below(one: _Line, other: _Line) -> float:
    return abs(other.place.baseline - one.place.baseline)


def _follows(one: _Line, other: _Line) -> bool:
    small, large = sorted((one.size, other.size))
    return _below(one, other) < _NEAR * small and large < _ALIKE * small


def _margin(block: Sequence[_Line], lines: Sequence[_Line], wide: float) -> float | None:
    """Return the margin at which the longest line of a block ends, as lines that stay elsewhere show it."""
    others = [line.place for line in lines if line.kept and line not in block]
    if not others:
        return None
    lefts, rights = (Counter(round(x, 1) for x in xs) for xs in zip(*((e.left, e.right) for e in others), strict=True))
    shown = [wide - min(lefts), wide - lefts.most_common(1)[0][0], max(rights)]
    shown += [x for x, count in rights.items() if count > 1]
    end = max(line.place.right for line in block)
    margins = [x for x in shown if abs(x - end) < SAME]
    ends = sum(line.kept and abs(line.place.right - end) < SAME for line in block)  # lines of prose end alike
    return margins[0] if margins and ends <= 1 else None


def _again(layout: Layout, block: Sequence[_Line], margin: float, behind: float) -> list[NewLine]:
    """Return a block's lines as they will be; none where they have no room."""
    for brief in (False, True):
        try:
            widths = [layout.placed(line.segment, 0.0, brief)[1] for line in block]
        except CannotSet:
            return []
        x = margin - behind * max(widths)
        starts = [x - (1.0 - behind) * width for width in widths]
        if min(starts) > layout.page_width - margin - SAME:
            return [layout.placed(line.segment, at, brief)[0] for line, at in zip(block, starts, strict=True)]
    return []
