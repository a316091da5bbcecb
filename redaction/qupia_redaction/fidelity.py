"""Compare pages that hide nothing with what they were, by the eyes of another engine than the one that edited them.

What is lost there is lost silently: no mark stands in its place, and the check looks for what must be gone. A page that
shows something else leaves as its picture. Limit: what is smaller than a stroke of a small letter, and the strip at the
foot in which the stamp stands.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pypdfium2

_DPI = 50
_MOST_PIXELS = 2_000_000
_BLOCK = 3
_UNLIKE = 48.0
_FOOT = 16.0


def changed_pages(before: bytes, after: bytes, numbers: Collection[int]) -> frozenset[int]:
    """Return those of the numbered pages that look otherwise; pages that the engine cannot draw before are passed over.

    Args:
        before, after: documents with the same pages.
        numbers: of pages, from 1.
    """
    if not numbers:
        return frozenset()
    with pypdfium2.PdfDocument(before) as old, pypdfium2.PdfDocument(after) as new:
        return frozenset(number for number in numbers if _differs(old, new, number - 1))


def _differs(old: pypdfium2.PdfDocument, new: pypdfium2.PdfDocument, index: int) -> bool:
    try:
        one = _seen(old, index)
    except pypdfium2.PdfiumError:
        return False
    try:
        other = _seen(new, index)
    except pypdfium2.PdfiumError:
        return True
    return one.shape != other.shape or bool(np.abs(one - other).max(initial=0) > _UNLIKE)


def _seen(document: pypdfium2.PdfDocument, index: int) -> npt.NDArray[np.float32]:
    """Return the grey of each block of a page above its foot."""
    page = document[index]
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    grey = picture.reshape(*picture.shape[:2], -1)[:, :, 0]
    rows, columns = (grey.shape[0] - int(_FOOT * scale)) // _BLOCK, grey.shape[1] // _BLOCK
    if rows < 1 or columns < 1:
        return np.zeros((0, 0), np.float32)
    blocks = grey[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    means: npt.NDArray[np.float32] = blocks.mean(axis=(1, 3), dtype=np.float32)
    return means
