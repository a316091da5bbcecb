"""Set ruled tables again whose columns were fitted to their widest cells: the rule beside a hidden one tells its width.

Pure. Whether a table is fitted is decided by the columns that hide nothing: all of them leave the same room beside
their widest cell. So a hidden text alone decides nothing, and tables of set widths stay as they are. A fitted one gets
the columns that it would have had with marks in the place of hidden texts. What cannot be drawn again safely stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import accumulate, pairwise

from qupia_redaction.layout.bare_grids import bare_grids
from qupia_redaction.layout.grids import Cell, Grid, Piece, filled, grids
from qupia_redaction.layout.rooms import SAME, Fit, Rest, fit_of
from qupia_redaction.layout.typeset import CannotSet, Layout, NewLine
from qupia_redaction.model import Box, Category
from qupia_redaction.page.lines import Segment

_EDGE, _LACKS = 10.0, 0.1


class _Side(Enum):
    """How a cell stands in its column; a filled one may stand in any way."""

    LEFT = auto()
    RIGHT = auto()
    MIDDLE = auto()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on a page.

    Attributes:
        pieces: lines and rectangles, in the order in which they are drawn.
        several: what paths of several pieces cover, each as a whole.
        odd: places of pictures, shades and other paths.
    """

    pieces: tuple[Piece, ...] = ()
    several: tuple[Box, ...] = ()
    odd: tuple[Box, ...] = ()

    def parts(self, place: Box) -> bool:
        """Tell whether what is drawn in a place can be taken out whole and drawn again."""
        near = [box for box in self.several if _meets(place, box)]
        return all(_within(place, box) for box in near) and not any(
            _meets(place, box) and not _within(box, place) for box in self.odd
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table as it will be.

    Attributes:
        place: what its rules covered.
        lines: its cells; the first one brings its rules.
    """

    place: Box
    lines: tuple[NewLine, ...]


def fitted(layout: Layout, drawn: Drawing, height: float) -> tuple[list[Fitted], Layout]:
    """Return the fitted tables in which something is hidden, and the layout of all that is left of the page.

    Args:
        layout: of the page.
        drawn: on the page.
        height: of the page, points.
    """
    found: list[Fitted] = []
    for grid in grids(drawn.pieces, (layout.page_width, height)):
        cut = filled(grid, layout.segments)
        if cut is not None:
            layout = _with_table(layout, drawn, cut, found)
    for grid in bare_grids(layout.segments, drawn.pieces, layout.hides):
        gone = {cell.segment.start for cell in grid.cells}
        layout = _with_table(layout, drawn, (grid, [s for s in layout.segments if s.start not in gone]), found)
    return found, layout


def _with_table(layout: Layout, drawn: Drawing, cut: tuple[Grid, list[Segment]], found: list[Fitted]) -> Layout:
    """Add a table if it is fitted, and return the layout of what is left of the page."""
    grid, left = cut
    table = _Table.of(layout, grid, left) if drawn.parts(grid.place) else None
    try:
        lines = table.again(drawn.pieces) if table is not None else ()
    except CannotSet:
        return layout
    if not lines:
        return layout
    found.append(Fitted(grid.place, tuple(replace(line, table=len(found) + 1) for line in lines)))
    return replace(layout, segments=left, _looks={})


@dataclass(frozen=True, slots=True)
class _Table:
    """A fitted table.

    Attributes:
        layout: of its page.
        grid: the table.
        outside: segments that are no part of it.
        hiding: cells in which something is hidden, by their `id`.
        fit: how its columns got their widths.
    """

    layout: Layout
    grid: Grid
    outside: Sequence[Segment] = field(repr=False)
    hiding: frozenset[int]
    fit: Fit

    @classmethod
    def of(cls, layout: Layout, grid: Grid, outside: Sequence[Segment]) -> _Table | None:
        """Return a table if something is hidden in it and it is fitted."""
        hiding = frozenset(id(cell) for cell in grid.cells if layout.hides(cell.segment))
        fit = fit_of(grid, hiding, layout.page_width) if hiding else None
        if fit is None or any(span.category is Category.PASSAGE for span in layout.spans):
            return None
        return cls(layout, grid, outside, hiding, fit)

    def again(self, pieces: Sequence[Piece]) -> Sequence[NewLine]:
        """Return the cells as they will be; none where the table would meet what stands beside it."""
        for brief in (False, True):
            bounds = self._bounds(brief)
            if not bounds:
                continue
            inside = bounds[0] > min(_EDGE, self.grid.bounds[0] - 1) and bounds[-1] < self.layout.page_width - _EDGE
            if inside and self._free(bounds, pieces):
                first, *others = (self._set(cell, bounds, brief) for cell in self.grid.cells)
                return [replace(first, rules=tuple(self._drawn(bounds))), *others]
        return ()

    def _bounds(self, brief: bool) -> list[float]:
        """Return the new bounds of columns; none where there is no room for them."""
        words: list[float | None] = []
        for column in self.grid.columns:
            cells = [self.layout.placed(cell.segment, 0.0, brief)[1] for cell in self.grid.alone(column)]
            words.append(max(cells, default=None))
        widths = self.fit.widths(words, [b - a for a, b in pairwise(self.grid.bounds)])
        widths = self._widened(widths, brief) if widths else []
        return [round(x, 1) for x in accumulate([self._start(sum(widths)), *widths])] if widths else []

    def _widened(self, widths: list[float], brief: bool) -> list[float]:
        """Return widths with what a cell over several columns lacks shared out among these; none where it may not."""
        widths = [*widths]
        for cell in self.grid.cells:
            mine = range(cell.first, cell.last + 1)
            lacks = self.layout.placed(cell.segment, 0.0, brief)[1] + self.room - sum(widths[at] for at in mine)
            if lacks > _LACKS and len(mine) > 1:
                if self.fit.rest is not Rest.NOBODY:
                    return []
                for at in mine:
                    widths[at] += lacks / len(mine)
        return [round(width, 1) for width in widths]

    @property
    def room(self) -> float:
        """What columns leave beside their widest cell, points."""
        return self.fit.room

    def _start(self, width: float) -> float:
        """Return where the table begins: where it did if lines outside it begin there, else as it stood on the page.

        It stood in the middle, or ended where lines do or where they may: as far from the edge as they begin.
        """
        left, right = self.grid.bounds[0], self.grid.bounds[-1]
        if self.fit.rest is not Rest.NOBODY:
            return left
        wide, half = self.layout.page_width, self.room / 2
        drawn = [s.drawn for s in self.outside if s.drawn and s.upright]
        starts, ends = [one[0].x0 for one in drawn], [one[-1].x1 for one in drawn]
        if any(abs(x - edge) < SAME for x in starts for edge in (left, left + half)):
            return left
        if abs(left + right - wide) <= 2 * SAME:
            return (wide - width) / 2
        ends += [wide - x for x in starts]
        return right - width if any(abs(x - edge) < SAME for x in ends for edge in (right, right - half)) else left

    def _free(self, bounds: Sequence[float], pieces: Sequence[Piece]) -> bool:
        """Tell whether nothing else stands where the table will be."""
        place = self.grid.place
        new = Box(bounds[0] - 1, place.y0, bounds[-1] + 1, place.y1)
        others = [p.sides for p in pieces if not _within(place, p.sides) and not _within(p.sides, new)]
        drawn = (s.drawn for s in self.outside if s.drawn)
        others += [Box(d[0].x0, d[0].baseline - 1, d[-1].x1, d[0].baseline) for d in drawn]
        return not any(_meets(new, other) for other in others)

    def _set(self, cell: Cell, bounds: Sequence[float], brief: bool) -> NewLine:
        _, width = self.layout.placed(cell.segment, 0.0, brief)
        left, right = bounds[cell.first], bounds[cell.last + 1]
        side = self._side(cell)
        if side is _Side.LEFT:
            x = left + self.room / 2
        elif side is _Side.RIGHT:
            x = right - self.room / 2 - width
        else:
            x = (left + right - width) / 2
        return self.layout.placed(cell.segment, x, brief)[0]

    def _side(self, cell: Cell) -> _Side:
        """Return how a cell is to stand; of a column with hidden texts only cells tell it that none of them widened."""
        if id(cell) not in self.hiding and self._tells(cell):
            return self._stood(cell)
        near = [c for c in self.grid.alone(cell.first) if id(c) not in self.hiding and self._tells(c)]
        if cell.in_row(self.grid.cells[0]):
            near = [c for c in self.grid.cells if c.in_row(cell) and not self._hides(c.first) and self._slack(c) > SAME]
        sides = Counter(map(self._stood, near))
        return sides.most_common(1)[0][0] if len(sides) == 1 else _Side.LEFT

    def _hides(self, column: int) -> bool:
        return any(id(c) in self.hiding for c in self.grid.alone(column))

    def _tells(self, cell: Cell) -> bool:
        """Tell whether how a cell stands does not depend on hidden texts of its column: a wider one stays there."""
        if cell.first != cell.last or not self._hides(cell.first):
            return True
        kept = [c for c in self.grid.alone(cell.first) if id(c) not in self.hiding]
        return max(c.right - c.left for c in kept) > cell.right - cell.left + 2 * SAME

    def _slack(self, cell: Cell) -> float:
        return self.grid.bounds[cell.last + 1] - self.grid.bounds[cell.first] - (cell.right - cell.left) - self.room

    def _stood(self, cell: Cell) -> _Side:
        before, behind = cell.left - self.grid.bounds[cell.first], self.grid.bounds[cell.last + 1] - cell.right
        if abs(before - self.room / 2) < SAME:
            return _Side.LEFT
        return _Side.MIDDLE if abs(before - behind) < 2 * SAME else _Side.RIGHT

    def _drawn(self, bounds: Sequence[float]) -> Iterator[Piece]:
        """Yield the rules and grounds in their new places; what marks words in columns with hidden ones is left out."""
        for piece in self.grid.pieces:
            x0, x1 = (self._moved(x, bounds) for x in (piece.sides.x0, piece.sides.x1))
            if x0 is not None and x1 is not None:
                yield replace(piece, sides=Box(x0, round(piece.sides.y0, 2), x1, round(piece.sides.y1, 2)))

    def _moved(self, x: float, bounds: Sequence[float]) -> float | None:
        old = self.grid.bounds
        nearest = min(range(len(bounds)), key=lambda at: abs(old[at] - x))
        if abs(old[nearest] - x) > self.grid.near:
            nearest = self.grid.column(x)
            if nearest not in self.grid.columns or self._hides(nearest):
                return None
        return bounds[nearest] + round(x - old[nearest], 1)


def _meets(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def _within(place: Box, box: Box) -> bool:
    return place.x0 <= box.x0 + 1 and box.x1 <= place.x1 + 1 and place.y0 <= box.y0 + 1 and box.y1 <= place.y1 + 1
