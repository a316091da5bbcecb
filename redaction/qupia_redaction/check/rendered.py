"""Render a page of the finished document in grey. A page of pixels is decoded and drawn once for all who look at it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pypdfium2

MOST_PIXELS = 6_000
"""Of a side of a page."""


@dataclass(slots=True)
class Rendered:
    """A page as PDFium draws it.

    Attributes:
        page: open in PDFium.
        again: pixels a point at which it is looked at more than once; None if nowhere: nothing is kept.
    """

    page: pypdfium2.PdfPage
    again: float | None = None
    _kept: np.ndarray | None = field(default=None, repr=False)

    def scale(self, wished: float) -> float:
        """Return the pixels a point for a look: those at which the page is looked at again, or those wished for."""
        return self.again or within(self.page, wished)

    def grey(self, scale: float) -> np.ndarray:
        """Return the page in grey; it must not be changed, others look at it, too."""
        if scale != self.again:
            return _drawn(self.page, scale)
        if self._kept is None:
            self._kept = _drawn(self.page, scale)
        return self._kept


def within(page: pypdfium2.PdfPage, scale: float) -> float:
    """Return pixels a point, lowered to what a side of a page may have."""
    high_or_wide: float = max(page.get_size())
    return min(scale, MOST_PIXELS / high_or_wide)


def _drawn(page: pypdfium2.PdfPage, scale: float) -> np.ndarray:
    bitmap = page.render(scale=scale, grayscale=True)
    pixels: np.ndarray = bitmap.to_numpy().reshape(bitmap.height, -1)
    pixels.flags.writeable = False
    return pixels
