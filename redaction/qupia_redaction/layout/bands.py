"""Take the pixels of a band along its slope, as if it lay level, and put them elsewhere. Pure.

Columns of one height are moved together: a scan that lies askew by a degree has some twenty of them a line. Limit: what
would lie above or below the picture is its edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image

from qupia_redaction.page.askew import Band

Scale = tuple[float, float] | float
"""Pixels a point: across and down, or the same both ways."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the pixels of a band are in a picture.

    Attributes:
        left: its first column.
        tops: its upper row in each column; may lie outside the picture.
        high: rows.
        last: the picture's last row.
    """

    left: int
    tops: npt.NDArray[np.intp]
    high: int
    last: int

    @classmethod
    def along(cls, band: Band, scale: Scale, shape: tuple[int, int]) -> Places:
        """Return the places of a band in a picture of so many rows and columns."""
        across, down = scale if isinstance(scale, tuple) else (scale, scale)
        x0, x1 = max(round(band.box.x0 * across), 0), min(round(band.box.x1 * across), shape[1])
        y0, y1 = round(band.box.y0 * down), round(band.box.y1 * down)
        falls = np.round(np.arange(x0, x1) * (band.slope * down / across)).astype(np.intp)
        return cls(x0, y0 + falls, max(y1 - y0, 0), shape[0] - 1)

    @property
    def any(self) -> bool:
        """Whether there are pixels at all."""
        return bool(self.high and self.tops.size)

    def within(self, high: int, wide: int) -> Places:
        """Return the first rows and columns, at most so many."""
        return replace(self, tops=self.tops[:wide], high=min(self.high, high))

    def taken(self, image: Image.Image) -> Pixels:
        """Return the pixels, level; only their part of the picture is unpacked."""
        if not self.any:
            bands = np.asarray(image.crop((0, 0, 1, 1))).shape[2:]
            return np.zeros((self.high, self.tops.size, *bands), dtype=np.uint8)
        sides, part = self._part(image)
        level = np.empty((self.high, self.tops.size, *part.shape[2:]), dtype=np.uint8)
        for first, end, rows in self._runs(sides[1]):
            level[:, first:end] = part[rows, first:end]
        return level

    def put(self, image: Image.Image, pixels: Pixels) -> None:
        """Write level pixels into the picture; they are of the size of these places."""
        if not self.any:
            return
        sides, part = self._part(image)
        for first, end, rows in self._runs(sides[1]):
            part[rows, first:end] = pixels[:, first:end]
        image.paste(Image.fromarray(part), sides[:2])

    def _part(self, image: Image.Image) -> tuple[tuple[int, int, int, int], Pixels]:
        """Return the sides of the least part of a picture that holds all of a band, and a copy of its pixels."""
        top, bottom = int(self.tops.min()), int(self.tops.max()) + self.high - 1
        sides = self.left, self._kept(top), self.left + self.tops.size, self._kept(bottom) + 1
        return sides, np.array(image.crop(sides))

    def _runs(self, above: int) -> Iterator[tuple[int, int, slice | npt.NDArray[np.intp]]]:
        """Yield the columns of each height, first and behind the last, and their rows below a row of the picture."""
        cuts = [0, *(np.flatnonzero(np.diff(self.tops)) + 1).tolist(), self.tops.size]
        for first, end in pairwise(cuts):
            top = int(self.tops[first])
            if 0 <= top <= self.last + 1 - self.high:
                yield first, end, slice(top - above, top - above + self.high)
            else:
                yield first, end, np.clip(np.arange(top, top + self.high), 0, self.last) - above

    def _kept(self, row: int) -> int:
        return min(max(row, 0), self.last)
