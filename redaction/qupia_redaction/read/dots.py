"""Take the dots out of a picture before it is read: what was grey on the way to a fax came out as dots.

The reader of letters takes dots for ink and makes little of such a page; an eye blends them. Pure. Limit: screens whose
dots hang together stay as they are.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

_LONE_SHARE, _APART = 0.012, 40
_BAND, _EACH = 64, 320
_BLUR_POINTS = 0.27


def blended_dots(grey: Image.Image, dpi: int) -> Image.Image:
    """Return a picture as an eye sees it: dots as the grey that they stand for; one without dots stays as it is."""
    if lone_dots(grey) < _LONE_SHARE:
        return grey
    return grey.filter(ImageFilter.GaussianBlur(_BLUR_POINTS * dpi / 72))


def lone_dots(grey: Image.Image) -> float:
    """Return the share of pixels that are far darker, or lighter, than all beside them; a fifth is looked at."""
    found = seen = 0
    for top in range(min(_EACH // 4, grey.height // 4), grey.height - 2, _EACH):
        band = np.asarray(grey.crop((0, top, grey.width, min(top + _BAND, grey.height)))).astype(np.int16)
        inner = band[1:-1, 1:-1]
        beside = (band[:-2, 1:-1], band[2:, 1:-1], band[1:-1, :-2], band[1:-1, 2:])
        darker, lighter = np.minimum.reduce(beside) - inner, inner - np.maximum.reduce(beside)
        found += int(np.count_nonzero(np.maximum(darker, lighter) > _APART))
        seen += inner.size
    return found / max(seen, 1)
