"""Bar and QR codes on the picture of a page: text for machines, read by any telephone.

Only parts of the page are looked at in which something stands that nobody has read as words. Damaged codes that
the decoder locates are reported, and bars that it does not (`page.bars`). Limit: other codes that it neither reads nor
locates are not seen here.
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter

from qupia_redaction.model import Box, PrivateText
from qupia_redaction.page.bars import bars
from qupia_redaction.page.cells import POINTS, ink_cells
from qupia_redaction.page.clusters import stretches
from qupia_redaction.page.lines import Glyph

_Sides = tuple[int, int, int, int]

_ENOUGH, _FINE = 72 / 200, 72 / 240
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_PACKED = "[A-Za-z0-9+/_-]"
_OPAQUE = re.compile(f"(?={_PACKED}*[0-9])(?={_PACKED}*[A-Z])(?={_PACKED}*[a-z]){_PACKED}{{20,}}={{0,2}}")
"""Base64 and its like: who knows what it packs."""


_SHORT = re.compile(f"{_PACKED}{{6,}}")
_PAIRS = re.compile("(?:[0-9A-Fa-f]{2}){4,}")
_SETS = ("utf-8", "utf-16-be", "utf-16-le")

_MANY_SIGNS = 6
_USUAL = frozenset(string.punctuation + "«»“”„‘’…–—№§°•·−×\u00ad")
_PALE, _AROUND = 24, 4
"""Greys of a code over its paper; cells with ink among nine where one may be."""
_APART, _QUIET, _MOST_OF_PAGE = 24.0, 12.0, 0.6
_LEAST_SIDE, _TWO_TONES = 20, 30


def unpacked(text: str) -> str:
    """Return the text of a code with what short runs in it stand for as base64 or hexadecimal, line by line."""
    blocks = [_sixes(run) for run in _SHORT.findall(text)] + [bytes.fromhex(run) for run in _PAIRS.findall(text)]
    found = [said for block in blocks for said in map(partial(_decoded, block), _SETS) if said]
    return "\n".join((text, *dict.fromkeys(found)))


def _sixes(run: str) -> bytes:
    whole = run[: len(run) - (len(run) % 4 == 1)].replace("-", "+").replace("_", "/")
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def _decoded(block: bytes, character_set: str) -> str:
    """Return bytes as text, nothing where they are none."""
    try:
        text = block.decode(character_set)
    except UnicodeDecodeError:
        return ""
    return text if text.isprintable() else ""


@dataclass(frozen=True, slots=True)
class Code:
    """A bar or QR code.

    Attributes:
        box: where, points.
        text: what it says; None when nobody can tell: it cannot be decoded, or is no plain text.
    """

    box: Box
    text: PrivateText | None = None


def find_codes(image: Image.Image, scale: float, words: Iterable[Box] = ()) -> tuple[Code, ...]:
    """Locate codes, decodable or not; ink is spread once, which joins the dots of which some are made.

    Args:
        image: the page.
        scale: points a pixel.
        words: surely read, pixels: a code is more than what one of them covers.
    """
    grey, finer = image if image.mode == "L" else image.convert("L"), 1.0
    if scale < _FINE:  # twice the pixels cost twice the time and find no more: modules have three pixels already
        size = round(image.width * scale / _ENOUGH), round(image.height * scale / _ENOUGH)
        grey, finer, scale = grey.resize(size, Image.Resampling.BOX, reducing_gap=2.0), scale / _ENOUGH, _ENOUGH
    return tuple(code for part in _parts(grey, scale, (words, finer)) for code in _codes_in(grey, part, scale))


def _codes_in(grey: Image.Image, part: _Sides, scale: float) -> Iterator[Code]:
    origin, cut = (part[0] * scale, part[1] * scale), grey.crop(part)
    found: list[Code] = []
    for code in _read(cut, scale, origin):
        if code.text is not None or not any(_same(code.box, other.box) for other in found):
            found.append(code)
    joined = _read(_spread(cut).reduce(2), 2 * scale, origin)
    small = [code for code in joined if code.text is not None]
    found += [code for code in small if not any(_same(code.box, other.box) for other in found)]
    yield from (*found, *_unlocated(cut, found, (scale, *origin)))


def _unlocated(cut: Image.Image, found: Sequence[Code], place: tuple[float, float, float]) -> Iterator[Code]:
    """Yield bars of which the decoder makes nothing: without start or stop, of a kind that it does not know."""
    scale, x, y = place
    for sides in bars(np.asarray(cut), scale):
        x0, y0, x1, y1 = (side * scale for side in sides)
        box = Box(x + x0, y + y0, x + x1, y + y1)
        if not any(_same(box, code.box) and _same(code.box, box) for code in found):
            yield Code(box)


def _parts(grey: Image.Image, scale: float, read: tuple[Iterable[Box], float]) -> list[_Sides]:
    """Return the parts of a page that hold something besides words, paper and specks; all of it if that is most."""
    cells = ink_cells(grey, scale, _PALE).without(*read)
    busy, side = cells.crowded(_AROUND), cells.side
    parts, wide = [], round(_QUIET / scale)
    for top, bottom in stretches(np.asarray(busy.any(axis=1)), _APART / POINTS):
        for left, right in stretches(np.asarray(busy[top:bottom].any(axis=0)), _APART / POINTS):
            parts.append((
                max(left * side - wide, 0), max(top * side - wide, 0),
                min(right * side + wide, grey.width), min(bottom * side + wide, grey.height),
            ))  # fmt: skip
    if sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in parts) > _MOST_OF_PAGE * grey.width * grey.height:
        return [(0, 0, grey.width, grey.height)]
    return parts


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


def _read(grey: Image.Image, scale: float, origin: tuple[float, float]) -> Iterable[Code]:
    for result in zxingcpp.read_barcodes(grey, return_errors=True):
        place = result.position
        corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        if not result.valid and not _dense(grey, (min(xs), min(ys), max(xs), max(ys))):
            continue
        left, right, top, bottom = (side * scale for side in (min(xs), max(xs), min(ys), max(ys)))
        if right - left > 1:
            flat = max(0.0, 12.0 - (bottom - top))  # linear codes are located by one scan line
            x, y = origin
            yield Code(Box(x + left, y + top - 3 * flat, x + right, y + bottom + 3 * flat + 0.1), _said(result))


def _said(result: zxingcpp.Barcode) -> PrivateText | None:
    """Return the text of a code, what is percent-encoded in it spelled out as well; None for ciphers and bytes."""
    text = str(result.text)
    if not result.valid or not text.isprintable() or _OPAQUE.search(text):
        return None
    plain = _ESCAPED.sub(lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text)
    return PrivateText(text if plain == text else f"{text}\n{plain}")


def _dense(grey: Image.Image, place: _Sides) -> bool:
    """Tell a code that cannot be decoded from text, specks and grains of paper: half of it is dark, in any part."""
    x0, y0, x1, y1 = place
    if x1 - x0 < _LEAST_SIDE or y1 - y0 < _LEAST_SIDE:
        return False
    soft = grey.crop((x0 - 1, y0 - 1, x1 + 1, y1 + 1)).filter(ImageFilter.BoxBlur(1))
    area = np.asarray(soft.resize((64, 64)), dtype=np.float32)
    dark = area < (float(area.max()) + float(area.min())) / 2
    if float(area[~dark].mean()) - float(area[dark].mean()) < _TWO_TONES:
        return False
    parts = [float(dark[y : y + 32, x : x + 32].mean()) for x in (0, 32) for y in (0, 32)]
    return min(parts) > 0.2 and max(parts) < 0.85
