"""Find ink on a page that its text does not explain, and that may be writing: shapes, pictures, letters without a map.

Attack: a name as outlines, or in letters that say nothing, anywhere on a page of text. What PDFium calls letters
explains the ink in their boxes, unless their font is a set of drawings; rules and large even areas are no letters.
Limits: fainter ink than `_FAINT` of the paper; of a page full of drawings a part only is looked at, the same in every
run.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qupia_redaction.model import Box

_FAINT = 0.8
_CELL = 8
"""Pixels of a side: letters are between one and four of them high."""
_SOME, _MUCH = 0.04, 0.75
_LEAST_CELLS, _LEAST_INK = 4, 40
_MOST_CELLS = 800
_BAND = 4
_RUN = 4
_MARGIN = 1.5

Mask = npt.NDArray[np.bool_]


def loose_ink(pixels: np.ndarray, scale: float, known: list[Box], seed: int) -> Mask | None:
    """Return where on a page ink may be writing that its text does not explain; None where there is hardly any.

    Args:
        pixels: the page in grey; what is looked at otherwise is white.
        scale: pixels a point.
        known: letters that are believed, and what is no writing, points.
        seed: chooses the part that is looked at where there is too much.
    """
    ink: Mask = pixels < _FAINT * float(np.median(pixels[::4, ::4]))
    for box in known:
        x0, y0, x1, y1 = (side * scale for side in (box.x0, box.y0, box.x1, box.y1))
        margin = _MARGIN + 0.1 * (y1 - y0)
        ink[max(int(y0 - margin), 0) : int(y1 + margin) + 1, max(int(x0 - margin), 0) : int(x1 + margin) + 1] = False
    if np.count_nonzero(ink) < _LEAST_INK:
        return None
    cells = _lettered(ink)
    if np.count_nonzero(cells) < _LEAST_CELLS:
        return None
    cells = _bounded(_grown(cells), seed)
    near = np.kron(cells, np.ones((_CELL, _CELL), dtype=bool))
    whole = np.zeros(pixels.shape, dtype=bool)
    whole[: near.shape[0], : near.shape[1]] = near[: pixels.shape[0], : pixels.shape[1]]
    return whole


def _lettered(ink: Mask) -> Mask:
    """Return the cells that are neither empty nor full, in rows of several or with such beside them."""
    high, wide = -(-ink.shape[0] // _CELL), -(-ink.shape[1] // _CELL)
    padded = np.zeros((high * _CELL, wide * _CELL), dtype=bool)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    parts = padded.reshape(high, _CELL, wide, _CELL)
    shares = parts.mean(axis=(1, 3))
    rows, columns = parts.any(axis=3), parts.any(axis=1)  # which rows and columns of a cell hold ink: rules fill few
    lined = (rows.sum(axis=1) > 2) & (columns.sum(axis=2) > 2)  # rules are thinner
    found: Mask = (shares > _SOME) & (shares < _MUCH) & lined
    beside = np.zeros_like(found)
    beside[:, 1:] |= found[:, :-1]
    beside[:, :-1] |= found[:, 1:]
    return found & beside


def _grown(cells: Mask) -> Mask:
    """Return cells with those around them: three to each side, one above and below."""
    wide = cells.copy()
    for step in range(1, _RUN):
        wide[:, step:] |= cells[:, :-step]
        wide[:, :-step] |= cells[:, step:]
    high = wide.copy()
    high[1:] |= wide[:-1]
    high[:-1] |= wide[1:]
    return high


def _bounded(cells: Mask, seed: int) -> Mask:
    """Leave bands of rows out, evenly, where there is more than anybody pays for."""
    count = np.count_nonzero(cells)
    if count <= _MOST_CELLS:
        return cells
    bands = np.arange(len(cells)) // _BAND
    some = np.flatnonzero(np.bincount(bands, weights=cells.sum(axis=1)))
    every = -(-count // _MOST_CELLS)
    return cells & np.isin(bands, some[seed % every :: every])[:, None]
