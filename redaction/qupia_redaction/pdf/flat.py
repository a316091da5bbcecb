"""Turn a page of drawn letters into pixels in which neither shades nor grounds tell how wide a hidden text was.

Attacks: kept words behind a name stand at a fraction of a pixel that its width gives, so their shades tell it; a ground
or stroke as wide as the name reaches out of the line that is wiped. So what is drawn beside a hidden line is taken out
before the page is rendered, and each word that moves is rendered anew where it will stand. Limits: scans,
and words on pictures, keep the pixels that they have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pymupdf
from PIL import Image

from qupia_redaction.layout.reflow import Move
from qupia_redaction.model import Box
from qupia_redaction.page.lines import Lines
from qupia_redaction.pdf import apply
from qupia_redaction.pdf.art import PICTURES
from qupia_redaction.pdf.render import picture
from qupia_redaction.pdf.setting import touched
from qupia_redaction.plan.planning import Span

_MANY = 2_000
"""More words that move are taken from the page's picture, as it is."""
_MOST_PARTS = 100_000

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Flat:
    """A page as pixels.

    Attributes:
        image: the page; without lines in which something is hidden, where their letters could be taken out.
        pieces: words that move, as they are to stand; None for those that are taken from the image.
    """

    image: Image.Image = field(repr=False)
    pieces: Sequence[Pixels | None] = field(default=(), repr=False)


def flat(page: pymupdf.Page, dpi: int, lines: Lines, spans: Sequence[Span], moves: Sequence[Move]) -> Flat:
    """Render a page whose hidden letters are drawn ones; it is changed.

    Args:
        page: as it was admitted.
        dpi: of the picture.
        lines: how the page was read.
        spans: what is hidden.
        moves: words that are put elsewhere.
    """
    before = picture(page, dpi)
    if len(moves) > _MANY or any(move.band.slope for move in moves):
        return Flat(before)
    gone = touched(lines, spans, page.rect.width, page.rect.height)
    scale = before.width / page.rect.width, before.height / page.rect.height
    if not gone:
        pictures = [pymupdf.Rect(box) for kind, box in page.get_bboxlog() if kind in PICTURES]
        return Flat(before, [_piece(page, m, scale, before.size) if _is_drawn(m, pictures) else None for m in moves])
    hidden = [g for s in lines.segments for at, g in enumerate(s.glyphs, s.start) if g is not None and _in(at, spans)]
    try:
        apply.erase_art(page, gone)
        apply.erase_letters(page, hidden)
        pieces = [_piece(page, move, scale, before.size) for move in moves]
        apply.erase_lines(page, gone)
    except apply.CannotErase:
        return Flat(before)
    return Flat(picture(page, dpi), pieces)


def shapes(page: pymupdf.Page) -> list[Box]:
    """Return the boxes of the parts of paths on a page, each without a gap; none of a page with very many."""
    drawn = page.get_cdrawings()
    if sum(len(path["items"]) for path in drawn) > _MOST_PARTS:
        return []
    return [box for path in drawn for box in _parts(path["items"])]


def _parts(items: Sequence[tuple[Any, ...]]) -> Iterator[Box]:
    """Yield the boxes of a path's parts: one that begins where the last did not end is another."""
    points: list[tuple[float, float]] = []
    for item in items:
        if item[0] in {"re", "qu"}:
            rect = pymupdf.Rect(item[1]) if item[0] == "re" else pymupdf.Quad(item[1]).rect
            yield Box(rect.x0, rect.y0, rect.x1, rect.y1)
            continue
        mine = [(point[0], point[1]) for point in item[1:]]
        if points and mine[0] != points[-1]:
            yield _around(points)
            points = []
        points += mine
    if points:
        yield _around(points)


def _around(points: Sequence[tuple[float, float]]) -> Box:
    across, down = zip(*points, strict=True)
    return Box(min(across), min(down), max(across), max(down))


def _is_drawn(move: Move, pictures: Sequence[pymupdf.Rect]) -> bool:
    """Tell whether what moves is no part of a picture, whose pixels are what they are."""
    box = move.band.box
    return not any(p.x0 < box.x1 and box.x0 < p.x1 and p.y0 < box.y1 and box.y0 < p.y1 for p in pictures)


def _in(at: int, spans: Sequence[Span]) -> bool:
    return any(span.start <= at < span.end for span in spans)


def _piece(page: pymupdf.Page, move: Move, scale: tuple[float, float], size: tuple[int, int]) -> Pixels:
    """Render what moves as if it stood where it goes, in the pixels that it will take there."""
    one, to = move.band.box, move.to.box
    x0, x1 = (min(max(round(x * scale[0]), 0), size[0]) for x in (to.x0, to.x1))
    y0, y1 = (min(max(round(y * scale[1]), 0), size[1]) for y in (to.y0, to.y1))
    if x1 <= x0 or y1 <= y0:
        return np.zeros((0, 0, 3), dtype=np.uint8)
    there = pymupdf.Matrix(scale[0], 0, 0, scale[1], (to.x0 - one.x0) * scale[0], (to.y0 - one.y0) * scale[1])
    pixmap = page.get_pixmap(
        matrix=there, colorspace=pymupdf.csRGB, alpha=False, annots=False, clip=pymupdf.Rect(x0, y0, x1, y1) * ~there
    )
    rows = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.stride)
    return rows[:, : 3 * pixmap.width].reshape(pixmap.height, pixmap.width, 3)
