"""Find the bits of ink on a picture that nothing explains and that could hold a word. Pure.

Attack: a word that a reading of the page passed over without a trace. Limits: fewer than three signs that hang
together are no word; what runs into explained words is cut off with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.page.cells import Mask, ink_cells
from qupia_redaction.page.clusters import clusters
from qupia_redaction.page.greys import median

_FAINT, _FEW_CELLS, _LONG_CELLS, _RIM, _APART = 36, 5, 3, 5.0, 3.0
"""Greys over the paper; cells, in all and side by side; points of paper around a bit, and within it at most."""
_SIGN, _LARGEST_SIGN, _SIGNS = 2.2, 60.0, 3
_FINE, _WHITE = 180, 0.88


def bits_of(grey: Image.Image, dpi: int, read: Sequence[Box]) -> Iterator[tuple[Image.Image, tuple[int, int], int]]:
    """Yield the parts of a picture with ink that nothing explains and that could hold a word, and where they lie."""
    cells = ink_cells(grey, 72 / dpi, _FAINT).without(read)
    least, apart, rim = _LONG_CELLS * cells.side, _APART * dpi / 72, _RIM * dpi / 72
    groups = [box for count, box in cells.groups() if count >= _FEW_CELLS and max(_sides(box)) >= least]
    grown = [Box(b.x0 - apart, b.y0 - apart, b.x1 + apart, b.y1 + apart) for b in groups]
    for box in clusters(grown):
        x0, y0 = max(int(box.x0 - rim), 0), max(int(box.y0 - rim), 0)
        x1, y1 = min(int(box.x1 + rim), grey.width), min(int(box.y1 + rim), grey.height)
        part = _alone(grey, (x0, y0, x1, y1), read, dpi)
        signs = _signs(part, dpi)
        if signs >= _SIGNS:
            yield part, (x0, y0), signs


def _sides(box: Box) -> tuple[float, float]:
    return box.x1 - box.x0, box.y1 - box.y0


def _alone(grey: Image.Image, sides: tuple[int, int, int, int], read: Iterable[Box], dpi: int) -> Image.Image:
    """Cut a part out, dark on white, without what was read."""
    part = np.array(grey.crop(sides))
    paper, pad = int(median(part)), max(dpi // 100, 1)
    for box in read:
        x0, y0 = int(box.x0) - sides[0] - pad, int(box.y0) - sides[1] - pad
        x1, y1 = int(box.x1) - sides[0] + pad, int(box.y1) - sides[1] + pad
        if x1 > 0 and y1 > 0 and x0 < part.shape[1] and y0 < part.shape[0]:
            part[max(y0, 0) : y1, max(x0, 0) : x1] = paper
    dark = part if paper > 127 else 255 - part
    white = _WHITE * max(paper, 255 - paper)  # grains would be letters beside the paper of the sheet
    return Image.fromarray(np.minimum(dark * (255 / white), 255).astype(np.uint8))


def _signs(part: Image.Image, dpi: int) -> int:
    """Count the pieces of ink that are neither specks nor rules: letters, or several that hang together."""
    factor = 2 if dpi >= _FINE else 1
    soft = np.asarray(part.reduce(factor) if factor > 1 else part)
    unit = dpi / 72 / factor
    sizes = (max(wide, high) for wide, high in _pieces(soft < int(median(soft)) - _FAINT))
    return sum(_SIGN * unit <= size <= _LARGEST_SIGN * unit for size in sizes)


def _pieces(ink: Mask) -> Iterator[tuple[int, int]]:
    """Yield width and height of each piece of ink that hangs together."""
    pieces = _Pieces([], [])
    before: list[tuple[int, int, int]] = []
    for y, row in enumerate(np.pad(ink, ((0, 0), (1, 1)))):
        edges = np.flatnonzero(row[1:] != row[:-1]).tolist()
        now: list[tuple[int, int, int]] = []
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            above = {piece for first, last, piece in before if first <= end and start <= last}
            now.append((start, end, pieces.add((start, y, end, y + 1), above)))
        before = now
    return ((x1 - x0, y1 - y0) for at, (x0, y0, x1, y1) in enumerate(pieces.sides) if pieces.roots[at] == at)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces of ink in the making: what each one became a part of, and its sides."""

    roots: list[int]
    sides: list[tuple[int, int, int, int]]

    def add(self, run: tuple[int, int, int, int], above: Iterable[int]) -> int:
        """Add a run of ink to the pieces that it touches, which become one; return its number."""
        mine = len(self.roots)
        self.roots.append(mine)
        self.sides.append(run)
        for piece in {self._root(piece) for piece in above}:
            self.roots[piece] = mine
            one, other = self.sides[mine], self.sides[piece]
            self.sides[mine] = (*map(min, one[:2], other[:2]), *map(max, one[2:], other[2:]))  # type: ignore[assignment]
        return mine

    def _root(self, piece: int) -> int:
        while self.roots[piece] != piece:
            self.roots[piece] = piece = self.roots[self.roots[piece]]
        return piece
