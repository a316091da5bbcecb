"""Bar and QR codes on the picture of a page: text for machines, read by any telephone.

Limit: a code that the decoder neither reads nor locates is not seen here; damaged ones that it locates are reported too.
"""

from __future__ import annotations

from collections.abc import Iterable

import zxingcpp
from PIL import Image

from qupia_redaction.model import Box

_HALF = 1_600


def find_codes(image: Image.Image, scale: float) -> tuple[Box, ...]:
    """Locate codes, decodable or not, at two scales.

    Args:
        image: the page.
        scale: points a pixel.

    Returns:
        Boxes in points.
    """
    found = list(_read(image, scale))
    if max(image.size) > _HALF:
        half = image.resize((image.width // 2, image.height // 2))
        found += [box for box in _read(half, scale * 2) if not any(_same(box, other) for other in found)]
    return tuple(found)


def _read(image: Image.Image, scale: float) -> Iterable[Box]:
    for result in zxingcpp.read_barcodes(image.convert("L"), return_errors=True):
        place = result.position
        corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
        xs, ys = [corner.x * scale for corner in corners], [corner.y * scale for corner in corners]
        if max(xs) - min(xs) > 1:
            flat = max(0.0, 12.0 - (max(ys) - min(ys)))  # linear codes are located by one scan line
            yield Box(min(xs), min(ys) - 3 * flat, max(xs), max(ys) + 3 * flat + 0.1)


def _same(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
