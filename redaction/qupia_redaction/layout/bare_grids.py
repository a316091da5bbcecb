"""Find tables that no upright rule parts: rows whose words begin at the same places, behind a gap.

Pure. The places are those that all rows share, and the columns' bounds lie half a gap before them: where a column ends
is seen by what stays in it, or by rules along the rows. Two of these gaps that are the same show a fitted table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qupia_redaction.layout.grids import NEAR, Cell, Grid, Piece, part_of
from qupia_redaction.model import Box
from qupia_redaction.page.lines import Segment

_GAP_EM, _LEVEL_EM, _NEXT_EM = 0.42, 0.3, 3.0
"""How wide a gap before a cell is, how far letters of a row lie apart, and rows from each other."""
_SAME, _EVEN = 0.3, 0.5
"""How far places lie apart that are the same, and gaps that are, points."""
_ROWS, _COLUMNS, _ALIKE_LEAST = 3, 2, 2
_ABOVE_EM, _BELOW_EM, _OUT_EM = 2.0, 1.2, 1.5
"""How far above and below its rows and beside them a table is ruled."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands on one line, from left to right."""

    segments: tuple[Segment, ...] = field(repr=False)

    @property
    def y(self) -> float:
        return self.segments[0].drawn[0].baseline

    @property
    def size(self) -> float:
        return self.segments[0].drawn[0].style.size

    def starts(self) -> Iterator[tuple[Segment, int, float]]:
        """Yield where words begin behind a gap, or the row does: the segment, which of its glyphs, and the place."""
        end = float("-inf")
        for segment in self.segments:
            for at, glyph in enumerate(segment.glyphs):
                if glyph is not None:
                    if glyph.x0 - end > _GAP_EM * self.size:
                        yield segment, at, glyph.x0
                    end = glyph.x1

    def cells(self, columns: Sequence[float]) -> list[Cell] | None:
        """Return its cells, one a column; None where it has others."""
        cuts: dict[int, list[int]] = {}
        for segment, at, x in self.starts():
            if _among(x, columns):
                cuts.setdefault(segment.start, []).append(at)
        found: list[Cell] = []
        for segment in self.segments:
            for start, end in pairwise([*cuts.get(segment.start, ()), len(segment.glyphs)]):
                found.append(Cell(part_of(segment, start, end), len(found), len(found)))
        whole = all(0 in cuts.get(segment.start, ()) for segment in self.segments)
        return found if whole and len(found) == len(columns) else None


def bare_grids(
    segments: Sequence[Segment], pieces: Sequence[Piece], hides: Callable[[Segment], bool]
) -> Iterator[Grid]:
    """Yield the fitted tables without upright rules in which something is hidden.

    Args:
        segments: of the page.
        pieces: that are drawn on it.
        hides: tells whether something is hidden in a segment.
    """
    rows = _rows([s for s in segments if s.upright and s.drawn])
    done = 0
    for at, row in enumerate(rows):
        if at < done or not any(map(hides, row.segments)):
            continue
        first, done, columns = _block(rows, at)
        grid = _grid(rows[first:done], columns, pieces, hides) if done - first >= _ROWS else None
        if grid is not None:
            yield grid


def _rows(segments: Sequence[Segment]) -> list[_Row]:
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: s.drawn[0].baseline):
        first = rows[-1][0].drawn[0] if rows else None
        if first and segment.drawn[0].baseline - first.baseline < _LEVEL_EM * first.style.size:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [_Row(tuple(sorted(row, key=lambda s: s.drawn[0].x0))) for row in rows]


def _block(rows: Sequence[_Row], at: int) -> tuple[int, int, list[float]]:
    """Return which rows around one share the places where their cells begin, and these."""
    columns = [x for _, _, x in rows[at].starts()]
    first, last = at, at + 1
    for step in (1, -1):
        here = at
        while 0 <= here + step < len(rows) and abs(rows[here + step].y - rows[here].y) < _NEXT_EM * rows[at].size:
            here += step
            shared = [x for _, _, x in rows[here].starts() if _among(x, columns)]
            if len(shared) < _COLUMNS:
                break
            columns = shared
            first, last = min(first, here), max(last, here + 1)
    return first, last, columns


def _grid(
    rows: Sequence[_Row], columns: Sequence[float], pieces: Sequence[Piece], hides: Callable[[Segment], bool]
) -> Grid | None:
    """Return a table if it is fitted."""
    cells: list[Cell] = []
    for row in rows:
        mine = row.cells(columns)
        if mine is None:
            return None
        cells += mine
    ends = [max(c.right for c in cells if c.first == at) for at in range(len(columns))]
    place, rules = _ruled(rows, (columns[0], ends[-1]), pieces)
    left, right = columns[0] - place.x0 > _EVEN, place.x1 - ends[-1] > _EVEN
    kept = [at for at in range(len(columns)) if not any(c.first == at and hides(c.segment) for c in cells)]
    rooms = [columns[at + 1] - ends[at] for at in kept if at + 1 < len(columns)]
    rooms += [2 * (columns[0] - place.x0)] * left + [2 * (place.x1 - ends[-1])] * (right and len(columns) - 1 in kept)
    if len(rooms) < _ALIKE_LEAST or max(rooms) - min(rooms) > 2 * _EVEN:
        return None
    half = rooms[0] / 2
    x0, x1 = place.x0 if left else columns[0] - half, place.x1 if right else ends[-1] + half
    bounds = (x0, *(x - half for x in columns[1:]), x1)
    if any(x0 + NEAR < edge < x1 - NEAR and not _among(edge, bounds, NEAR) for p in rules for edge in p.edges):
        return None
    return Grid(replace(place, x0=x0, x1=x1), rules, bounds, tuple(cells), room=round(rooms[0], 1), near=half + _EVEN)


def _ruled(rows: Sequence[_Row], sides: tuple[float, float], pieces: Sequence[Piece]) -> tuple[Box, tuple[Piece, ...]]:
    """Return what rows and the rules along them cover, and these rules."""
    size, top, bottom = rows[0].size, rows[0].y, rows[-1].y
    band = Box(sides[0] - _OUT_EM * size, top - _ABOVE_EM * size, sides[1] + _OUT_EM * size, bottom + _BELOW_EM * size)
    rules = tuple(
        p
        for p in pieces
        if band.x0 < p.sides.x0 and p.sides.x1 < band.x1 and band.y0 < p.sides.y1 and p.sides.y0 < band.y1
    )
    own = [p.sides for p in rules]
    high = [top - size, *(side.y0 for side in own)], [bottom + size / 3, *(side.y1 for side in own)]
    x0, x1 = min([sides[0], *(side.x0 for side in own)]), max([sides[1], *(side.x1 for side in own)])
    return Box(x0, min(high[0]), x1, max(high[1])), rules


def _among(x: float, places: Sequence[float], near: float = _SAME) -> bool:
    return any(abs(x - place) < near for place in places)
