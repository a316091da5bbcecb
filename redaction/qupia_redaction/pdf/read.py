"""Read what is seen on a page: glyphs with ActualText ignored, an infinite clip, and the render as the judge.

Attacks: replacement text that lies, text outside the page, behind a clip, covered, white, transparent or invisible. A
glyph whose place on the render is of one colour is not seen: it is reported apart, so that it can be removed instead
of kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf

from qupia_redaction.model import Box
from qupia_redaction.page.lines import LEVEL, Glyph, Style
from qupia_redaction.pdf.ligatures import Spot, parted, said_by, spot_of

RENDER_DPI = 110
_FLAGS = pymupdf.TEXT_IGNORE_ACTUALTEXT | pymupdf.TEXT_PRESERVE_WHITESPACE
_FILLED, _STROKED, _CLIPS = 16, 32, 64
_CONTRAST = 12
_TRANSPARENT = 8
_LIGHT, _DARK = 200, 100
_NO_WIDTH = 0.2
_LEANS = 0.02
_STRETCHED = 0.02
RISE_EM = 0.85
_MAX_GLYPHS = 200_000
_CODES = 0x110000


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page holds.

    Attributes:
        number: from 1.
        width, height: points.
        glyphs: seen, in drawing order.
        unseen: drawn but not seen: to be removed.
        pictures: boxes of images that show on the page.
        art: number of vector paths.
        unmapped: share of glyphs without trustworthy meaning, 0 to 1.
        gap: the longest run of such glyphs.
        drawn: glyphs seen or not, in drawing order.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...] = field(repr=False)
    unseen: tuple[Glyph, ...] = field(repr=False)
    pictures: tuple[Box, ...]
    art: int
    unmapped: float
    gap: int = 0
    drawn: tuple[Glyph, ...] = field(default=(), repr=False)


def read_page(page: pymupdf.Page, max_pixels: int) -> PageContent:
    """Read one normalised page."""
    drawn = list(_glyphs(page))
    if len(drawn) > _MAX_GLYPHS:
        raise ValueError("too many glyphs")
    judged = _judged(page, drawn, max_pixels) if drawn else []
    seen, unseen = ([glyph for glyph, shows in judged if shows is wanted] for wanted in (True, False))
    lost = [unmapped(glyph.char) for glyph in seen]
    boxes = page.get_bboxlog()
    pictures = tuple(_clipped(box, page.rect) for kind, box in boxes if kind in {"fill-image", "fill-imgmask"})
    paths = [box for kind, box in boxes if kind in {"fill-path", "stroke-path"}]
    return PageContent(
        number=page.number + 1,
        width=page.rect.width,
        height=page.rect.height,
        glyphs=tuple(seen),
        unseen=tuple(unseen),
        pictures=tuple(box for box in pictures if box is not None),
        art=len(paths),
        unmapped=sum(lost) / len(seen) if seen else 0.0,
        gap=max((sum(1 for _ in run) for is_lost, run in groupby(lost) if is_lost), default=0),
        drawn=tuple(glyph for glyph, _ in judged),
    )


def _judged(page: pymupdf.Page, drawn: list[tuple[Glyph, bool]], max_pixels: int) -> list[tuple[Glyph, bool]]:
    """Tell for each glyph whether the render shows it."""
    dpi = dpi_within(page.rect.width, page.rect.height, RENDER_DPI, max_pixels)
    grey = grey_pixels(page, dpi)
    judged: list[tuple[Glyph, bool]] = []
    bands: list[npt.NDArray[np.uint8]] = []
    for glyph, painted in drawn:
        shows = painted and _shows(glyph, grey, dpi / 72)
        if painted and not shows:  # colours may be of one grey
            bands = bands or _colour_bands(page, dpi)
            shows = any(_shows(glyph, band, dpi / 72) for band in bands)
        judged.append((_inked(glyph) if shows and _of_paper(glyph, grey, dpi / 72) else glyph, shows))
    return judged


def _colour_bands(page: pymupdf.Page, dpi: int) -> list[npt.NDArray[np.uint8]]:
    """Render a page to its three colours, each rows by columns."""
    pixmap = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csRGB, alpha=False, annots=False)
    rows = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.stride)
    return [rows[:, band : 3 * pixmap.width : 3] for band in range(3)]


def _of_paper(glyph: Glyph, grey: npt.NDArray[np.uint8], scale: float) -> bool:
    """Tell whether a light letter shows dark on light paper, as blending makes it: set again it would not show."""
    if min(glyph.style.colour >> 16, glyph.style.colour >> 8 & 255, glyph.style.colour & 255) < _LIGHT:
        return False
    area = _area(glyph, grey, scale)
    around = np.concatenate([area[0], area[-1], area[:, 0], area[:, -1]])
    return bool(float(np.median(around)) > _LIGHT and int(area.min()) < _DARK)


def _inked(glyph: Glyph) -> Glyph:
    return replace(glyph, style=replace(glyph.style, colour=0))


def dpi_within(width: float, height: float, dpi: float, max_pixels: int) -> int:
    """Return `dpi`, lowered so that a page of this size stays within the pixel limit."""
    most = (max_pixels / max(width * height, 1e-6)) ** 0.5 * 72
    return max(1, int(min(dpi, most)))


def grey_pixels(page: pymupdf.Page, dpi: int) -> npt.NDArray[np.uint8]:
    """Render a page to grey pixels, rows by columns."""
    pixmap = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False, annots=False)
    return np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]


def _glyphs(page: pymupdf.Page) -> Iterator[tuple[Glyph, bool]]:
    shapes, parts = _shapes(page)
    for line in _lines(page):
        blank = False
        turn = (0.0, 1.0) if line["wmode"] else (round(line["dir"][0], 2) + 0.0, round(line["dir"][1], 2) + 0.0)
        for span in line["spans"]:
            style, painted = _style(span), _may_show(span)
            for char in parted(span["chars"], parts, shapes):
                tall = span["ascender"] - span["descender"]
                glyph = (_below if line["wmode"] else _glyph)(char, style, turn, tall)
                origin = char["bbox"][:2] if line["wmode"] else char["origin"]  # below, the engine tells where it ends
                shape = shapes.get(spot_of(origin, char["c"]), -1)
                yield replace(glyph, shape=shape, apart=blank), painted
                blank = not char["c"].strip()


def _lines(page: pymupdf.Page) -> Iterator[dict[str, Any]]:
    raw: dict[str, Any] = page.get_text("rawdict", flags=_FLAGS, clip=pymupdf.INFINITE_RECT())
    return (line for block in raw["blocks"] for line in block.get("lines", ()))


def letter_places(page: pymupdf.Page) -> Iterator[tuple[float, float, str]]:
    """Yield where each letter of a page begins, seen or not, on the page itself; those of ligatures apart."""
    shapes, parts = _shapes(page)
    for span in (span for line in _lines(page) for span in line["spans"]):
        for char in parted(span["chars"], parts, shapes):
            yield (*char["origin"], char["c"])


def _may_show(span: dict[str, Any]) -> bool:
    """Tell whether letters are painted, or cut out of what is painted: the render says whether they are seen."""
    flags = span["char_flags"]
    return bool(flags & _CLIPS) or (bool(flags & (_FILLED | _STROKED)) and span["alpha"] > _TRANSPARENT)


def drawn_glyphs(page: pymupdf.Page) -> list[Glyph]:
    """Return all glyphs of a page, seen or not."""
    return [glyph for glyph, _ in _glyphs(page)]


def _shapes(page: pymupdf.Page) -> tuple[dict[Spot, int], set[Spot]]:
    """Return the numbers of drawings in their fonts by place and meaning, as the engine's trace tells them.

    And what is said at the same place without any drawing: further letters of a ligature.
    """
    found: dict[Spot, int] = {}
    parts: set[Spot] = set()
    for span in page.get_texttrace():
        for code, shape, origin, _ in span["chars"]:
            said = said_by(chr(code) if 0 < code < _CODES else "\ufffd")
            if shape >= 0:  # a further letter may be the first one again: two f
                found[spot_of(origin, said[0])] = shape
            parts.update(spot_of(origin, part) for part in (said if shape < 0 else said[1:]))
    return found, parts


def _style(span: dict[str, Any]) -> Style:
    flags = span["flags"]
    name = span["font"].lower()
    return Style(
        serif=bool(flags & 4) or any(word in name for word in ("serif", "times", "roman")),
        bold=bool(flags & 16) or "bold" in name,
        italic=bool(flags & 2) or "italic" in name or "oblique" in name,
        mono=bool(flags & 8) or "mono" in name or "courier" in name,
        colour=span["color"],
        size=max(span["size"], 0.1),
        face=span["font"].rsplit("+", 1)[-1],
        font=span["font"],
    )


def _glyph(char: dict[str, Any], style: Style, turn: tuple[float, float], height: float) -> Glyph:
    """Place a character on its line; boxes of turned lines are aligned with the page, so the advance is solved for."""
    x0, y0, x1, y1 = char["bbox"]
    x, y = char["origin"]
    if turn == LEVEL:
        lean = (x - x0) / max(y1 - y, 0.01) if x - x0 > _LEANS * style.size else 0.0
        style = _as_high(style, (y1 - y0) / height if height > 0 else style.size)
        return Glyph(char["c"], x if lean else x0, max(x1 - lean * (y - y0), x + 0.1) if lean else x1, y, style)
    across, down = abs(turn[0]), abs(turn[1])
    tall = height * style.size
    advance = (x1 - x0 - tall * down) / across if across > down else (y1 - y0 - tall * across) / max(down, 0.01)
    start = x * turn[0] + y * turn[1]
    area = Box(x0, y0, max(x1, x0 + 0.1), max(y1, y0 + 0.1))
    return Glyph(char["c"], start, start + max(advance, 0.1), y * turn[0] - x * turn[1], style, turn, area)


def _as_high(style: Style, size: float) -> Style:
    """Return a style in the size that its letters are high: the engine's grows with what stretches them along the line.

    A line that was stretched to fill its width would else tell in its size how long it was.
    """
    return (
        replace(style, size=round(size, 3)) if _STRETCHED * style.size < abs(size - style.size) < style.size else style
    )


def _below(char: dict[str, Any], style: Style, turn: tuple[float, float], _height: float) -> Glyph:
    """Place a character of vertical writing: letters of any width stand in the middle of one line.

    The engine's box begins at the letter's baseline and so covers the next letter; ours covers both, for what is
    removed goes by the engine's.
    """
    x0, y0, x1, y1 = char["bbox"]
    area = Box(x0, y0 - RISE_EM * style.size, max(x1, x0 + 0.1), max(y1, y0 + 0.1))
    return Glyph(char["c"], y0, max(y1, y0 + 0.1), -(x0 + x1) / 2, style, turn, area, stacked=True)


def _shows(glyph: Glyph, grey: npt.NDArray[np.uint8], scale: float) -> bool:
    """Tell whether the render has any contrast where the glyph is; blanks show by definition."""
    box = glyph.box
    height, width = grey.shape
    if (box.x0 + box.x1) / 2 * scale >= width or (box.x0 + box.x1) / 2 < 0:
        return False
    if (box.y0 + box.y1) / 2 < 0 or (box.y0 + box.y1) / 2 * scale > height:
        return False
    if not glyph.char.strip() or (glyph.x1 - glyph.x0 < _NO_WIDTH and unicodedata.category(glyph.char[0]) == "Cf"):
        return True
    area = _area(glyph, grey, scale)
    return bool(area.size) and int(area.max()) - int(area.min()) >= _CONTRAST


def _area(glyph: Glyph, grey: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    box = glyph.box
    height, width = grey.shape
    left, right = int(max(box.x0 * scale - 1, 0)), int(min(box.x1 * scale + 2, width))
    top, bottom = int(max(box.y0 * scale - 1, 0)), int(min(box.y1 * scale + 2, height))
    return grey[top : max(bottom, top), left : max(right, left)]


def unmapped(char: str) -> bool:
    """Tell whether a character says nothing: lost, for private use, or a control."""
    code = ord(char[0]) if char else 0xFFFD
    return code == 0xFFFD or 0xE000 <= code <= 0xF8FF or code < 32 or 0x7F <= code < 0xA0 or code >= 0xF0000


def _clipped(raw: tuple[float, float, float, float], page: pymupdf.Rect) -> Box | None:
    x0, y0 = max(raw[0], 0.0), max(raw[1], 0.0)
    x1, y1 = min(raw[2], page.width), min(raw[3], page.height)
    return Box(x0, y0, x1, y1) if x1 - x0 > 0.5 and y1 - y0 > 0.5 else None
