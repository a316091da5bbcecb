"""Bar and QR codes on the picture of a page: text for machines, read by any telephone.

Limit: a code that the decoder neither reads nor locates is not seen here; damaged ones that it locates are reported
too.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image

from qupia_redaction.lines import Glyph
from qupia_redaction.model import Box, PrivateText

_ENOUGH, _FINE = 72 / 200, 72 / 240
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_PACKED = "[A-Za-z0-9+/_-]"
_OPAQUE = re.compile(f"(?={_PACKED}*[0-9])(?={_PACKED}*[A-Z])(?={_PACKED}*[a-z]){_PACKED}{{20,}}={{0,2}}")
"""Base64 and its like: who knows what it packs."""


_MANY_SIGNS = 6
_USUAL = frozenset(string.punctuation + "«»“”„‘’…–—№§°•·−×\u00ad")


@dataclass(frozen=True, slots=True)
class Code:
    """A bar or QR code.

    Attributes:
        box: where, points.
        text: what it says; None when nobody can tell: it cannot be decoded, or is no plain text.
    """

    box: Box
    text: PrivateText | None = None


def find_codes(image: Image.Image, scale: float) -> tuple[Code, ...]:
    """Locate codes, decodable or not; ink is spread once, which joins the dots of which some are made.

    Args:
        image: the page.
        scale: points a pixel.
    """
    grey = image.convert("L")
    if scale < _FINE:  # twice the pixels cost twice the time and find no more: modules have three pixels already
        size = round(image.width * scale / _ENOUGH), round(image.height * scale / _ENOUGH)
        grey, scale = grey.resize(size, Image.Resampling.BOX, reducing_gap=2.0), _ENOUGH
    found = list(_read(grey, scale))
    joined = _read(_spread(grey).reduce(2), 2 * scale)
    small = [code for code in joined if code.text is not None]
    return (*found, *(code for code in small if not any(_same(code.box, other.box) for other in found)))


def _spread(grey: Image.Image) -> Image.Image:
    """Return the darkest of each pixel and its neighbours; the imaging library needs ten times as long for it."""
    padded = np.pad(np.asarray(grey), 1, mode="edge")
    rows = np.minimum(np.minimum(padded[:-2], padded[1:-1]), padded[2:])
    return Image.fromarray(np.minimum(np.minimum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:]))


def _same(one: Box, other: Box) -> bool:
    x, y = (one.x0 + one.x1) / 2, (one.y0 + one.y1) / 2
    return other.x0 <= x <= other.x1 and other.y0 <= y <= other.y1


def may_be_codes(glyphs: Iterable[Glyph]) -> bool:
    """Tell whether a page's letters may be bars or squares: signs that no text is made of, or a font of signs only."""
    strange, by_font = 0, dict[str, list[int]]()
    for glyph in glyphs:
        if glyph.char.strip():
            counts = by_font.setdefault(glyph.style.font, [0, 0])
            counts[glyph.char[0].isalnum()] += 1
            strange += not glyph.char[0].isalnum() and glyph.char[0] not in _USUAL
    return strange >= _MANY_SIGNS or any(signs >= _MANY_SIGNS and not letters for signs, letters in by_font.values())


def _read(grey: Image.Image, scale: float) -> Iterable[Code]:
    for result in zxingcpp.read_barcodes(grey, return_errors=True):
        place = result.position
        corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        if not result.valid and not _dense(grey, (min(xs), min(ys), max(xs), max(ys))):
            continue
        left, right, top, bottom = (side * scale for side in (min(xs), max(xs), min(ys), max(ys)))
        if right - left > 1:
            flat = max(0.0, 12.0 - (bottom - top))  # linear codes are located by one scan line
            yield Code(Box(left, top - 3 * flat, right, bottom + 3 * flat + 0.1), _said(result))


def _said(result: zxingcpp.Barcode) -> PrivateText | None:
    """Return the text of a code, what is percent-encoded in it spelled out as well; None for ciphers and bytes."""
    text = str(result.text)
    if not result.valid or not text.isprintable() or _OPAQUE.search(text):
        return None
    plain = _ESCAPED.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text)
    return PrivateText(text if plain == text else f"{text}\n{plain}")


def _dense(grey: Image.Image, place: tuple[int, int, int, int]) -> bool:
    """Tell a code that cannot be decoded from text and specks: about half of a code is dark, in any part of it."""
    x0, y0, x1, y1 = place
    if x1 - x0 < 20 or y1 - y0 < 20:
        return False
    area = np.asarray(grey.crop(place).resize((64, 64)), dtype=np.float32)
    dark = area < (float(area.max()) + float(area.min())) / 2
    parts = [float(dark[y : y + 32, x : x + 32].mean()) for x in (0, 32) for y in (0, 32)]
    return min(parts) > 0.2 and max(parts) < 0.85
