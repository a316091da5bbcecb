"""Look at greys by counting, not by sorting pixels: medians of pages, tops and bottoms of neighbourhoods. Pure."""

from __future__ import annotations

from functools import reduce

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]


def median(grey: Pixels) -> float:
    """Return the median of grey pixels, rows by columns, as `numpy.median` does; there must be one."""
    upto = np.cumsum(Image.fromarray(grey).histogram())
    low, high = np.searchsorted(upto, ((grey.size - 1) // 2, grey.size // 2), side="right")
    return float(low + high) / 2


def reaches(colours: Pixels) -> tuple[Pixels, Pixels]:
    """Return the lightest and the darkest of each pixel's colours; numpy's own way takes thirty times as long."""
    bands = [colours[..., at] for at in range(colours.shape[-1])]
    return reduce(np.maximum, bands), reduce(np.minimum, bands)


def darkest(grey: Pixels, part: int) -> Pixels:
    """Return the darkest pixel of each square of so many a side; what is left at the edges is left out."""
    high, wide = (side // part * part for side in grey.shape)
    rows = grey[:high:part, :wide]
    for step in range(1, part):
        rows = np.minimum(rows, grey[step:high:part, :wide])
    squares = rows[:, ::part]
    for step in range(1, part):
        squares = np.minimum(squares, rows[:, step::part])
    return squares


def highest(grey: Pixels, side: int) -> Pixels:
    """Return the lightest of the square of so many a side, an odd number, around each pixel; edges go on outside.

    What is known of two pixels side by side is known of two pairs: a few comparisons of whole pictures, whatever the
    side. The imaging library looks at each square by itself, which takes a hundred times as long.
    """
    found = np.pad(grey, side // 2, mode="edge")
    for axis in (0, 1):
        seen = 1
        while seen < side:
            step = min(seen, side - seen)
            last = found.shape[axis] - step
            ahead, behind = (found[at : at + last] if axis == 0 else found[:, at : at + last] for at in (step, 0))
            found, seen = np.maximum(ahead, behind), seen + step
    return found


def lowest(grey: Pixels, side: int) -> Pixels:
    """Return the darkest of the square around each pixel; see `highest`."""
    return ~highest(~grey, side)
