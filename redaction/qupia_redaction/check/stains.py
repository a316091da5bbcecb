"""Look at marks in lines of text as pixels: a mark is dark and of one colour but for its label.

Attack: a mark a shade lighter than solid over a name that stayed, or a name drawn over it in nearly its colour; that
name is no text (outlines, a picture), so that only pixels tell. Each mark is rendered by itself, level and large.
Limits: what differs by less than `_SHADES` greys nobody sees; the rim of a mark, into which letters of tight lines
reach, and the closest surroundings of its label are left out.
"""

from __future__ import annotations

import math

import numpy as np
import pypdfium2
from PIL import Image

from qupia_redaction.check.marks import DARK, beside
from qupia_redaction.model import Corners

_TALL = 40.0
_SCALES = 2.0, 16.0
_MOST_PIXELS = 6_000
_DARK_SHARE = 0.5
_SHADES = 16
_AROUND_LABEL = 7
_RIM = 2
_CORE = 0.16
_LEAST = 24


def stained(page: pypdfium2.PdfPage, corners: Corners) -> bool:
    """Tell whether a mark is not dark, or shows a second shade beside its label; what lies off the page shows nothing.

    Args:
        page: open in PDFium.
        corners: of the mark, points, y downwards.
    """
    area = _level(page, corners)
    if not area.size:
        return False
    if float(np.mean(area < DARK)) < _DARK_SHARE:
        return True
    light = beside(area >= DARK, _AROUND_LABEL)
    rim = max(round(_CORE * len(area)), _RIM)
    plain = area[rim:-rim][~light[rim:-rim]]
    return plain.size >= _LEAST and float(np.percentile(plain, 98) - np.percentile(plain, 2)) > _SHADES


def _level(page: pypdfium2.PdfPage, corners: Corners) -> np.ndarray:
    """Return the pixels of a mark without its edges, its writing level."""
    first, second, _, last = corners
    wide, high = math.dist(first, second), math.dist(first, last)
    scale = min(max(_TALL / max(high, 0.1), _SCALES[0]), _SCALES[1], _MOST_PIXELS / max(wide, high, 1.0))
    across, down = page.get_size()
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = max(min(xs), 0.0), max(min(ys), 0.0)
    right, bottom = min(max(xs), across), min(max(ys), down)
    if right - left < 1 or bottom - top < 1:
        return np.zeros((0, 0), dtype=np.uint8)
    crop = (left, down - bottom, across - right, top)
    bitmap = page.render(scale=scale, grayscale=True, crop=crop)
    origin = math.ceil(left * scale), math.ceil(top * scale)
    places = [(x * scale - origin[0], y * scale - origin[1]) for x, y in corners]
    image = Image.fromarray(bitmap.to_numpy().reshape(bitmap.height, -1))
    size = round(wide * scale), round(high * scale)
    if first[1] != second[1] or second[0] < first[0]:  # not level: turned so that it is
        around = tuple(value for at in (0, 3, 2, 1) for value in places[at])
        image = image.transform(size, Image.Transform.QUAD, around, Image.Resampling.BILINEAR)
    return np.asarray(image)[_RIM:-_RIM, _RIM:-_RIM]
