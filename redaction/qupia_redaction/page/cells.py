"""Tell where ink stands on a picture, cell by cell of four points: whatever differs from what is beside it.

Pale print counts, white print on dark ground and codes of dots as well; grains of the paper, shades and rules do not.
Pure. Limit: what is paler than twice the grains of its page is one of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box

POINTS = 4.0
_SOFT, _NOISE = 0.72, 2.0
"""Points a pixel where grains are softened; greys over the usual cell."""
_RULE, _ALONG = 8, 0.3
"""Cells in which a rule runs at least; how much of a cell's greys may change along it."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a picture.

    Attributes:
        inked: those in which ink stands, rows by columns.
        side: of a cell, pixels of the picture.
    """

    inked: Mask
    side: int

    def without(self, boxes: Iterable[Box], stretch: float = 1.0) -> Cells:
        """Return the cells that no box meets; the boxes are given in pixels that are so much smaller."""
        inked = self.inked.copy()
        for box in boxes:
            x0, y0, x1, y1 = (int(edge * stretch / self.side) for edge in (box.x0, box.y0, box.x1, box.y1))
            inked[max(y0, 0) : y1 + 1, max(x0, 0) : x1 + 1] = False
        return Cells(inked, self.side)

    def crowded(self, least: int) -> Mask:
        """Return the cells with ink in so many of the nine around and with them."""
        around = np.pad(self.inked, 1).astype(np.int8)
        rows = around[:-2] + around[1:-1] + around[2:]
        return np.asarray(self.inked & (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] >= least))

    def groups(self) -> Iterator[tuple[int, Box]]:
        """Yield groups of cells that touch: how many they are, and the box around them, pixels."""
        left = set(map(tuple, np.argwhere(self.inked).tolist()))
        while left:
            queue, rows, columns = deque([left.pop()]), [], []
            while queue:
                row, column = queue.popleft()
                rows.append(row)
                columns.append(column)
                near = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & left
                left -= near
                queue.extend(near)
            x0, y0, x1, y1 = min(columns), min(rows), max(columns) + 1, max(rows) + 1
            yield len(rows), Box(x0 * self.side, y0 * self.side, x1 * self.side, y1 * self.side)


def ink_cells(grey: Image.Image, scale: float, least: int) -> Cells:
    """Return the cells in which the greys of a picture lie apart.

    Args:
        grey: its pixels.
        scale: points a pixel.
        least: greys that ink is apart from its paper.
    """
    factor = max(int(_SOFT / scale + 0.25), 1)
    soft = np.asarray(grey.reduce(factor) if factor > 1 else grey)
    side = max(round(POINTS / (scale * factor)), 2)
    high, wide = -(-soft.shape[0] // side), -(-soft.shape[1] // side)
    room = ((0, high * side - soft.shape[0]), (0, wide * side - soft.shape[1]))
    cells = np.pad(soft, room, mode="edge").reshape(high, side, wide, side)
    rows = [cells[:, at] for at in range(side)]
    most, least_grey = (
        reduce(reach, [lines[..., at] for at in range(side)])
        for reach, lines in ((np.maximum, reduce(np.maximum, rows)), (np.minimum, reduce(np.minimum, rows)))
    )
    spread = most.astype(np.int16) - least_grey
    inked = spread > max(least, _NOISE * float(np.percentile(spread, 25)))
    rules = np.zeros_like(inked)
    for axis in (1, 0):
        at = np.nonzero(_opened(inked, _RULE, axis) & ~_opened(inked, 3, 1 - axis))
        rules[at] |= _change(cells[at[0], :, at[1]], 2 - axis) < _ALONG * spread[at]
    return Cells(np.asarray(inked & ~rules), side * factor)


def _change(cells: npt.NDArray[np.uint8], axis: int) -> npt.NDArray[np.float32]:
    """Return by how much the mean of a cell along an axis changes from one side of it to the other."""
    sums, side = cells.sum(axis=axis, dtype=np.uint16), cells.shape[axis]
    most, least = (side_sum.astype(np.float32) for side_sum in (sums.max(axis=1), sums.min(axis=1)))
    return np.asarray(most / side - least / side)


def _opened(cells: Mask, length: int, axis: int) -> Mask:
    """Return the cells that stand in a run of so many."""
    opened = np.zeros_like(cells)
    lines, found, starts = np.moveaxis(cells, axis, 0), np.moveaxis(opened, axis, 0), cells.shape[axis] - length + 1
    if starts > 0:
        runs = reduce(np.logical_and, [lines[step : step + starts] for step in range(length)])
        for step in range(length):
            found[step : step + starts] |= runs
    return opened
