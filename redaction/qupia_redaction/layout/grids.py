"""Find the ruled tables of a page and the cells that their rules part.

Pure. A table is what rules and grounds that touch each other cover; its columns lie between the places where such rules
run down most of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qupia_redaction.model import Box, PrivateText
from qupia_redaction.page.lines import Segment

NEAR = 1.5
"""How far apart edges are drawn that part the same columns, points."""
_TOUCH = 0.75
_SHARE, _LEAST_HIGH, _THIN = 0.5, 4.0, 1.5
"""How much of a table a rule between columns takes, how high its pieces are, and how thin rules are, points."""
_MOST, _PAGE, _ROWS = 1500, 0.8, 3
_INTO, _MIDDLE = 0.5, 0.3

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A level or upright line, or a rectangle, as it is drawn.

    Attributes:
        sides: of the line itself, which has no width.
        pen: width of the line around it, points.
        line: its colour, if it has one.
        ground: the colour that fills it.
        dashes: what the line is broken into, as an operand; none where it is whole.
        cap: how its ends are drawn.
    """

    sides: Box
    pen: float = 0.0
    line: Colour | None = None
    ground: Colour | None = None
    dashes: str = ""
    cap: int = 0

    @property
    def edges(self) -> tuple[float, ...]:
        """Where it parts columns, if it does."""
        if self.sides.y1 - self.sides.y0 < _LEAST_HIGH:
            return ()
        return (self.sides.x0,) if self.sides.x1 - self.sides.x0 < _THIN else (self.sides.x0, self.sides.x1)


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a row in one column, or in several where no rule parts them.

    Attributes:
        segment: what is written there.
        first, last: the columns.
    """

    segment: Segment
    first: int
    last: int

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.segment.drawn[0].x0

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.segment.drawn[-1].x1

    @property
    def size(self) -> float:
        """Size of its first letter, points."""
        return self.segment.drawn[0].style.size

    def in_row(self, other: Cell) -> bool:
        """Tell whether it stands on the line of another one."""
        return abs(self.segment.drawn[0].baseline - other.segment.drawn[0].baseline) < _MIDDLE * self.size


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        place: what its rules cover.
        pieces: that it is drawn with.
        bounds: of its columns, from left to right.
        cells: with something in them.
        upright: from where to where a rule runs down at each bound.
        room: what its columns leave beside their widest cell, points; None where that is not known yet.
        near: how far from a bound of columns a rule ends that follows it, points.
    """

    place: Box
    pieces: tuple[Piece, ...]
    bounds: tuple[float, ...]
    cells: tuple[Cell, ...] = field(default=(), repr=False)
    upright: Mapping[float, Sequence[tuple[float, float]]] = field(default_factory=dict, repr=False)
    room: float | None = None
    near: float = NEAR

    @property
    def columns(self) -> range:
        """Numbers of its columns."""
        return range(len(self.bounds) - 1)

    def alone(self, column: int) -> list[Cell]:
        """Return the cells of a column that take no other one."""
        return [cell for cell in self.cells if cell.first == cell.last == column]

    def holds(self, segment: Segment) -> bool:
        """Tell whether a segment stands in it, or some of it."""
        drawn = segment.drawn
        x0, x1, y = drawn[0].box.x0, drawn[-1].box.x1, drawn[0].baseline - _MIDDLE * drawn[0].style.size
        return self.place.y0 < y < self.place.y1 and x0 < self.place.x1 and x1 > self.place.x0

    def parts(self, segment: Segment) -> list[Segment]:
        """Return a segment cut where rules run through it."""
        cuts = [0]
        drawn = [(at, glyph) for at, glyph in enumerate(segment.glyphs) if glyph is not None]
        for (_, one), (at, other) in pairwise(drawn):
            height = one.baseline - _MIDDLE * one.style.size
            if any(one.x1 - _INTO <= x <= other.x0 + _INTO and self._ruled(x, height) for x in self.bounds):
                cuts.append(at)
        return [part_of(segment, start, end) for start, end in pairwise([*cuts, len(segment.glyphs)])]

    def _ruled(self, x: float, height: float) -> bool:
        outer = x in (self.bounds[0], self.bounds[-1])
        return outer or any(top < height < bottom for top, bottom in self.upright.get(x, ()))

    def cell(self, part: Segment) -> Cell | None:
        """Return what stands between two rules, however short it is; None where there is none on either side."""
        drawn, height = part.drawn, part.drawn[0].baseline - _MIDDLE * part.drawn[0].style.size
        ruled = [at for at, x in enumerate(self.bounds) if self._ruled(x, height)]
        before = [at for at in ruled if self.bounds[at] <= drawn[0].x0 + _INTO]
        behind = [at for at in ruled if self.bounds[at] >= drawn[-1].x1 - _INTO]
        return Cell(part, before[-1], behind[0] - 1) if before and behind else None

    def column(self, x: float) -> int:
        """Return the column in which a place lies; -1 before the first one."""
        return sum(bound <= x for bound in self.bounds) - 1


def grids(pieces: Sequence[Piece], size: tuple[float, float]) -> Iterator[Grid]:
    """Yield the tables of a page without their cells.

    Args:
        pieces: all that is drawn.
        size: of the page, points.
    """
    small = [p for p in pieces if not _is_ground(p.sides, size)]
    for group in _touching(small) if len(small) <= _MOST else ():
        place = _around([p.sides for p in group])
        edges = sorted((edge, p.sides.y1 - p.sides.y0) for p in group for edge in p.edges)
        columns: list[list[tuple[float, float]]] = []
        for edge in edges:
            if columns and edge[0] - columns[-1][0][0] < NEAR:
                columns[-1].append(edge)
            else:
                columns.append([edge])
        bounds = [one[0][0] for one in columns if sum(high for _, high in one) > _SHARE * (place.y1 - place.y0)]
        if bounds and bounds[0] - place.x0 > NEAR:  # rules along rows reach beyond them: its sides are open
            bounds.insert(0, place.x0)
        if bounds and place.x1 - bounds[-1] > NEAR:
            bounds.append(place.x1)
        if len(bounds) > 2 or (bounds and _rows(group) >= _ROWS):
            inside = (p for p in small if _holds(place, p.sides))  # what is drawn in its cells, too
            yield Grid(place, tuple(inside), tuple(bounds), upright={x: _upright(group, x) for x in bounds})


def filled(grid: Grid, segments: Sequence[Segment]) -> tuple[Grid, list[Segment]] | None:
    """Return a table with its cells, and the segments that are left; None where its text is not in cells."""
    cells: list[Cell] = []
    left: list[Segment] = []
    for segment in segments:
        if not segment.drawn or not grid.holds(segment):
            left.append(segment)
            continue
        if not segment.upright:
            return None
        for part in grid.parts(segment):
            if not grid.holds(part):
                left.append(part)
                continue
            cell = grid.cell(part)
            if cell is None:
                return None
            cells.append(cell)
    crowded = any(
        one.in_row(other) and one.last >= other.first for one, other in pairwise(cells) if one.left < other.left
    )
    return None if crowded else (replace(grid, cells=tuple(cells)), left)


def part_of(segment: Segment, start: int, end: int) -> Segment:
    """Return the letters of a segment from one to another, without blanks at the end."""
    while end > start and segment.glyphs[end - 1] is None:
        end -= 1
    text = PrivateText(segment.text.reveal()[start:end])
    return replace(segment, start=segment.start + start, text=text, glyphs=segment.glyphs[start:end])


def _rows(pieces: Sequence[Piece]) -> int:
    """Return how many rows level edges part, counting edges that lie near each other once."""
    edges = sorted(y for p in pieces for y in (p.sides.y0, p.sides.y1) if p.sides.x1 - p.sides.x0 > _LEAST_HIGH)
    return sum(below - above > NEAR for above, below in pairwise(edges))


def _is_ground(box: Box, size: tuple[float, float]) -> bool:
    return box.x1 - box.x0 > _PAGE * size[0] and box.y1 - box.y0 > _PAGE * size[1]


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _upright(pieces: Sequence[Piece], x: float) -> list[tuple[float, float]]:
    """Return from where to where a rule runs down at a place, a point more on both ends."""
    runs: list[tuple[float, float]] = []
    for side in sorted((p.sides for p in pieces if any(abs(e - x) < NEAR for e in p.edges)), key=lambda side: side.y0):
        if runs and side.y0 - 1 <= runs[-1][1]:
            runs[-1] = runs[-1][0], max(runs[-1][1], side.y1 + 1)
        else:
            runs.append((side.y0 - 1, side.y1 + 1))
    return runs


def _holds(place: Box, box: Box) -> bool:
    return place.x0 <= box.x0 and box.x1 <= place.x1 and place.y0 <= box.y0 and box.y1 <= place.y1


def _touching(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return pieces by what they touch, each group in the order in which it is drawn."""
    groups: list[list[int]] = []
    for at, piece in enumerate(pieces):
        near = [group for group in groups if any(_meet(pieces[other].sides, piece.sides) for other in reversed(group))]
        groups = [*(group for group in groups if group not in near), [*(i for group in near for i in group), at]]
    return [[pieces[at] for at in sorted(group)] for group in groups]


def _meet(one: Box, other: Box) -> bool:
    across = one.x0 - _TOUCH < other.x1 and other.x0 - _TOUCH < one.x1
    return across and one.y0 - _TOUCH < other.y1 and other.y0 - _TOUCH < one.y1
