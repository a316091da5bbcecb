"""Compare pages that hide nothing with what they were, by the eyes of another engine than the one that edited them.

What is lost there is lost silently: no mark stands in its place, and the check looks for what must be gone. A page that
shows something else where it showed something leaves as its picture. Limit: what is smaller than half a small letter,
the strip at the foot in which the stamp stands, and letters that were taken out because they are not seen whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pypdfium2

from qupia_redaction.model import Box

_DPI = 100
_MOST_PIXELS = 4_000_000
_BLOCK = 6
_UNLIKE, _FAINT = 48.0, 24.0
_FOOT = 16.0


Blocks = npt.NDArray[np.float32]


def changed_pages(before: bytes, after: bytes, pages: Mapping[int, Sequence[Box]]) -> frozenset[int]:
    """Return those of the pages that lost or changed something; what the engine cannot draw before is passed over.

    Args:
        before, after: documents with the same pages.
        pages: places of letters that were taken out on purpose, by page.
    """
    if not pages:
        return frozenset()
    try:
        with pypdfium2.PdfDocument(before) as old, pypdfium2.PdfDocument(after) as new:
            return frozenset(number for number, gone in pages.items() if _differs(old, new, number - 1, gone))
    except pypdfium2.PdfiumError:
        return frozenset()  # the check reads what comes out by the same engine, and refuses what it cannot read


def _differs(old: pypdfium2.PdfDocument, new: pypdfium2.PdfDocument, index: int, gone: Sequence[Box]) -> bool:
    try:
        page = old[index]
        (one, inked), scale = _seen(page), _scale(page)
    except (pypdfium2.PdfiumError, IndexError):
        return False
    try:
        other, _ = _seen(new[index])
    except (pypdfium2.PdfiumError, IndexError):
        return True
    if one.shape != other.shape:
        return True
    unlike = (np.abs(one - other) > _UNLIKE) & (inked > _FAINT)
    for box in gone:
        left, top, right, bottom = (int(side * scale / _BLOCK) for side in (box.x0, box.y0, box.x1, box.y1))
        unlike[max(top - 1, 0) : max(bottom + 2, 0), max(left - 1, 0) : max(right + 2, 0)] = False
    return bool(unlike.any())


def _scale(page: pypdfium2.PdfPage) -> float:
    width, height = page.get_size()
    return float(min(_DPI / 72, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5))


def _seen(page: pypdfium2.PdfPage) -> tuple[Blocks, Blocks]:
    """Return the grey of each block of a page above its foot, and how much it changes within."""
    scale = _scale(page)
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    grey = picture.reshape(*picture.shape[:2], -1)[:, :, 0]
    rows, columns = (grey.shape[0] - int(_FOOT * scale)) // _BLOCK, grey.shape[1] // _BLOCK
    if rows < 1 or columns < 1:
        return np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32)
    blocks = grey[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK).astype(np.float32)
    return blocks.mean(axis=(1, 3)), blocks.max(axis=(1, 3)) - blocks.min(axis=(1, 3))
