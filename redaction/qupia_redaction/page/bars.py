"""Find bars that stand close side by side: codes without start or stop, which no decoder locates, but patience reads.

What tells bars from print: for as long as letters are high every column is dark or light throughout, and bars and gaps
are not all as wide. Pure. Limits: fewer bars than `_BARS`, bars askew by more than a tenth of their width a point.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from qupia_redaction.page.greys import median

_HIGH, _WIDEST = 8.0, 6.0
"""Points: rows that are compared; the widest bar or gap."""
_PARTS = 2
"""Of those rows, that are looked at in all pairs that follow each other."""
_BARS = 14
_CONTRAST = 60
_BLURRED, _MOST_BLURRED = 3, 0.3
"""Pixels in a row, and share of all, that are neither: edges of bars."""
_VARIED = 1.6
_DENSE = (0.2, 0.85)
_SAME = 0.7

Pixels = npt.NDArray[np.uint8]
Sides = tuple[int, int, int, int]


def bars(grey: Pixels, scale: float) -> list[Sides]:
    """Return where bars stand side by side, level or upright, pixels.

    Args:
        grey: pixels.
        scale: points a pixel.
    """
    level = list(_upright(grey, scale))
    return level + [(y0, x0, y1, x1) for x0, y0, x1, y1 in _upright(np.ascontiguousarray(grey.T), scale)]


def _upright(grey: Pixels, scale: float) -> Iterator[Sides]:
    """Yield rows of upright bars."""
    half = max(round(_HIGH / scale / 2), 2)
    bands = grey.shape[0] // half
    if bands < _PARTS or not grey.shape[1]:
        return
    ink = grey < median(grey) - _CONTRAST
    parts = ink[: bands * half].reshape(bands, half, -1)
    solid, marked = np.logical_and.reduce(parts, axis=1), np.logical_or.reduce(parts, axis=1)
    solid, marked = solid[:-1] & solid[1:], marked[:-1] | marked[1:]
    found: list[Sides] = []
    for at in np.flatnonzero(np.count_nonzero(solid[:, 1:] & ~solid[:, :-1], axis=1) >= _BARS - 1).tolist():
        for left, right in _rows(solid[at], ~marked[at], _WIDEST / scale):
            found = _joined(found, (left, at * half, right, (at + _PARTS) * half))
    yield from (_whole(ink, sides) for sides in found)


def _rows(solid: npt.NDArray[np.bool_], clear: npt.NDArray[np.bool_], widest: float) -> Iterator[tuple[int, int]]:
    """Yield where columns are dark or clear by turns."""
    columns = np.where(solid, 2, np.where(clear, 0, 1))
    edges = [0, *(np.flatnonzero(np.diff(columns)) + 1).tolist(), len(columns)]
    run: list[tuple[int, int, int]] = []
    for start, end in pairwise(edges):
        kind = int(columns[start])
        if end - start > (_BLURRED if kind == 1 else widest):
            yield from _row(run)
            run = []
        else:
            run.append((start, end, kind))
    yield from _row(run)


def _row(run: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where bars begin and end, if these are bars."""
    dark = [(start, end) for start, end, kind in run if kind == 2]
    if len(dark) < _BARS:
        return
    left, right = dark[0][0], dark[-1][1]
    blurred = sum(end - start for start, end, kind in run if kind == 1 and left < start < right)
    share = sum(end - start for start, end in dark) / (right - left)
    gaps = [other[0] - one[1] for one, other in pairwise(dark)]
    varied = max(_spread([end - start for start, end in dark]), _spread(gaps))
    if blurred <= _MOST_BLURRED * (right - left) and _DENSE[0] < share < _DENSE[1] and varied > _VARIED:
        yield left, right


def _spread(widths: list[int]) -> float:
    low, high = np.percentile(widths, (15, 85))
    return float(high + 0.5) / float(low + 0.5)


def _joined(found: list[Sides], other: Sides) -> list[Sides]:
    """Return rows with one more, which is the same as what stands right above it over most of its length."""
    for at, (x0, y0, x1, y1) in enumerate(found):
        shared = min(x1, other[2]) - max(x0, other[0])
        if other[1] <= y1 and shared > _SAME * min(x1 - x0, other[2] - other[0]):
            found[at] = min(x0, other[0]), y0, max(x1, other[2]), other[3]
            return found
    return [*found, other]


def _whole(ink: npt.NDArray[np.bool_], sides: Sides) -> Sides:
    """Return bars with their ends above and below."""
    x0, top, x1, bottom = sides
    bar = ink[(top + bottom) // 2, x0:x1]
    while top > 0 and np.count_nonzero(ink[top - 1, x0:x1] & bar) > _SAME * np.count_nonzero(bar):
        top -= 1
    while bottom < len(ink) and np.count_nonzero(ink[bottom, x0:x1] & bar) > _SAME * np.count_nonzero(bar):
        bottom += 1
    return x0, top, x1, bottom
