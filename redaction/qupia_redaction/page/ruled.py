"""Upright rules of tables in a picture: a mark belongs into the cell of the words that it hides.

Bounds: the picture is looked at with about a hundred dots an inch. A stem of a letter is no rule: a rule runs on above
and below the line that it parts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.page.askew import Tilt
from qupia_redaction.page.greys import darkest, median

_DPI = 100
_INK = 45
_LEAST_POINTS = 11.0
_EDGE_POINTS = 6.0
_SOLID = 0.88
_SAME = 1.6
_BEYOND, _COVERED = 0.2, 0.95


def upright_rules(image: Image.Image, dpi: int) -> tuple[Box, ...]:
    """Return the pieces of the rules that run down a page, as thin boxes in points.

    Args:
        image: grey pixels.
        dpi: their resolution.
    """
    part = max(dpi // _DPI, 1)
    squares = darkest(np.asarray(image), part)
    scale = 72 * part / dpi
    ink = squares < int(median(squares)) - _INK
    least = round(_LEAST_POINTS / scale)
    if ink.shape[0] <= least:
        return ()
    runs = _within(ink, least) >= _SOLID * least
    held = np.pad(runs, ((1, 1), (0, 0)))
    edge = round(_EDGE_POINTS / scale)
    held[:, :edge] = held[:, held.shape[1] - edge :] = False  # the sheet's own edge, or the shadow beside it
    starts, ends = (_by_column(edges) for edges in (held[1:] & ~held[:-1], held[:-1] & ~held[1:]))
    return tuple(
        Box(x * scale, y0 * scale, (x + 1) * scale, (y1 + least - 1) * scale)
        for (x, y0), (_, y1) in zip(starts, ends, strict=True)
    )


def _within(ink: npt.NDArray[np.bool_], rows: int) -> npt.NDArray[np.uint8]:
    """Count the ink of each pixel and those below it, in so many rows, at most 255: two halves are added up."""
    if rows == 1:
        return ink.view(np.uint8)
    half = _within(ink, rows // 2)
    even = half[: -(rows // 2)] + half[rows // 2 :]
    return even[:-1] + ink[rows - 1 :] if rows % 2 else even


def _by_column(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return columns and rows of flags, column by column: few are set, so that sorting them costs least."""
    rows, columns = np.divmod(np.flatnonzero(flags), flags.shape[1])
    order = np.argsort(columns, kind="stable")
    return list(zip(columns[order].tolist(), rows[order].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a page turned level.

    Attributes:
        pieces: their parts, from left to right.
    """

    pieces: Sequence[Box] = ()

    @classmethod
    def level(cls, pieces: Iterable[Box], tilt: Tilt) -> Rules:
        """Return rules of a page as they stand when it is turned level."""
        return cls(sorted((tilt.level(box) for box in pieces), key=lambda box: box.x0))

    def crossing(self, top: float, bottom: float) -> list[float]:
        """Return where rules run through a line and on above and below it, from left to right, points."""
        beyond = _BEYOND * (bottom - top)
        top, bottom = top - beyond, bottom + beyond
        near = [box for box in self.pieces if box.y0 < bottom and box.y1 > top]
        found: list[float] = []
        while near:
            group = near[: bisect_left(near, near[0].x0 + _SAME, key=lambda box: box.x0)]
            near = near[len(group) :]
            if _length(group, top, bottom) >= _COVERED * (bottom - top):
                found.append((group[0].x0 + group[-1].x1) / 2)
        return found


def _length(pieces: Sequence[Box], top: float, bottom: float) -> float:
    """Return how much of a stretch the pieces cover together."""
    covered, reached = 0.0, top
    for box in sorted(pieces, key=lambda piece: piece.y0):
        covered += max(min(box.y1, bottom) - max(box.y0, reached), 0.0)
        reached = max(reached, box.y1)
    return covered
