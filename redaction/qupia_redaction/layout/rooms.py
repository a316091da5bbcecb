"""Say how the columns of a table got their widths: fitted to their widest cells, with what was left shared out or not.

Pure. Columns that hide nothing decide it, so that a hidden text does not. Only where there are none, or one lies under
a head that hides something, is that asked itself: whether its column leaves the same room behind it as before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from qupia_redaction.layout.grids import Cell, Grid

SAME = 1.0
"""How much the rooms beside the widest cells of columns differ, and places that count as one, points."""
_ROOM = 1.0, 40.0
_EXACT, _ALIKE, _FULL = 0.4, 0.01, 0.5
"""How well a hidden text fits its own column, how much shares differ that are one, and what may lack, points."""


class Rest(Enum):
    """Who got what the table had more than its columns needed; it is as wide as it was then."""

    NOBODY = auto()
    ALL = auto()
    IN_PROPORTION = auto()
    LAST = auto()


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table was fitted.

    Attributes:
        room: what columns need beside their widest cell, points.
        rest: who got what was left.
    """

    room: float
    rest: Rest = Rest.NOBODY

    def widths(self, words: Sequence[float | None], old: Sequence[float]) -> list[float] | None:
        """Return new widths of columns; None where the table is too narrow.

        Args:
            words: width of the widest cell of each column; None where it has none.
            old: widths as they were.
        """
        needs = [was if wide is None else wide + self.room for wide, was in zip(words, old, strict=True)]
        filled = [at for at, wide in enumerate(words) if wide is not None]
        free = sum(old) - sum(needs)
        if self.rest is Rest.NOBODY:
            return needs
        if free < -_FULL:
            return None
        if self.rest is Rest.LAST:
            return [*needs[:-1], needs[-1] + free]
        base = sum(needs[at] for at in filled)
        for at in filled:
            needs[at] += free / len(filled) if self.rest is Rest.ALL else free * needs[at] / base
        return needs


def fit_of(grid: Grid, hiding: frozenset[int], wide: float) -> Fit | None:
    """Return how a table was fitted; None where its columns have widths that were set.

    Args:
        grid: the table.
        hiding: cells with hidden text, by their `id`.
        wide: width of the page, points.
    """
    columns = _Columns(grid, hiding)
    if grid.room is not None:
        return Fit(grid.room)
    pad = columns.pad()
    own = None if pad is None or not columns.fits_itself(2 * pad) else Fit(round(2 * pad, 1))
    if own is not None and columns.spans:
        return own
    return columns.alike(pad, abs(grid.bounds[0] + grid.bounds[-1] - wide) <= 2 * SAME) or (
        own if not columns.rooms() else None
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a table, of which some hide something."""

    grid: Grid
    hiding: frozenset[int]

    @property
    def spans(self) -> list[Cell]:
        """Cells that hide something and take several columns."""
        return [cell for cell in self.grid.cells if id(cell) in self.hiding and cell.first != cell.last]

    def _hides(self, column: int) -> bool:
        return any(id(cell) in self.hiding for cell in self.grid.alone(column))

    def _width(self, column: int) -> float:
        return self.grid.bounds[column + 1] - self.grid.bounds[column]

    def _kept(self) -> Iterator[tuple[float, float]]:
        """Yield width and widest cell of each column that hides nothing."""
        for column in self.grid.columns:
            cells = self.grid.alone(column)
            if cells and not self._hides(column):
                yield self._width(column), max(c.right - c.left for c in cells)

    def rooms(self) -> list[float]:
        """Return what columns that hide nothing leave beside their widest cell."""
        return [width - words for width, words in self._kept()]

    def pad(self) -> float | None:
        """Return how far from its side each cell that stays begins, if that is the same for all of them."""
        kept = [c for c in self.grid.cells if id(c) not in self.hiding and c.first == c.last]
        pads = [c.left - self.grid.bounds[c.first] for c in kept]
        return pads[0] if pads and max(pads) - min(pads) < SAME / 2 and pads[0] > _ROOM[0] / 2 else None

    def fits_itself(self, room: float) -> bool:
        """Tell whether hidden texts leave the same room behind as before them, each in its columns."""
        for cell in self.spans or [c for c in self.grid.cells if id(c) in self.hiding]:
            first, last = self.grid.bounds[cell.first], self.grid.bounds[cell.last + 1]
            cells = [cell] if self.spans else self.grid.alone(cell.first)
            if abs(last - first - room - max(c.right - c.left for c in cells)) > _EXACT:
                return False
        return True

    def alike(self, pad: float | None, between: bool) -> Fit | None:
        """Return a fit if all columns that hide nothing show the same one."""
        rooms = self.rooms()
        if not rooms:
            return None
        low, high = min(rooms), max(rooms)
        if high - low < SAME and _ROOM[0] < rooms[0] < _ROOM[1] and (len(rooms) > 1 or self._shown(rooms[0])):
            filled = pad is not None and between and 2 * pad < low - SAME
            return Fit(round(2 * (pad or 0.0), 1), Rest.ALL) if filled else Fit(round(rooms[0], 1))
        return None if pad is None else self._shared(2 * pad)

    def _shown(self, room: float) -> bool:
        """Tell whether a cell stands at one side of its column, which is wider: one in the middle shows no room."""
        for cell in self.grid.cells:
            if id(cell) in self.hiding or cell.first != cell.last:
                continue
            before, behind = cell.left - self.grid.bounds[cell.first], self.grid.bounds[cell.last + 1] - cell.right
            sides = ((before, behind),) if self._hides(cell.first) else ((before, behind), (behind, before))
            if any(abs(one - room / 2) < SAME / 2 and other > room / 2 + SAME for one, other in sides):
                return True
        return False

    def _shared(self, room: float) -> Fit | None:
        """Return a fit of a table that was as wide as it is, whose columns need a room."""
        shares = [width / (words + room) for width, words in self._kept()]
        spare = [width - words - room for width, words in self._kept()]
        least = round(room, 1)
        if len(shares) > 1 and max(shares) - min(shares) < _ALIKE and min(shares) > 1 - _ALIKE:
            return Fit(least, Rest.IN_PROPORTION)
        if len(spare) > 1 and max(spare) - min(spare) < SAME and min(spare) > -SAME:
            return Fit(least, Rest.ALL)
        last = self.grid.columns[-1]
        others = spare[:-1]
        rest = others and not self._hides(last) and spare[-1] > SAME and max(map(abs, others)) < SAME
        return Fit(least, Rest.LAST) if rest and self.grid.alone(last) else None
