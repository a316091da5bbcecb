"""Read many small pictures in one go: strips on one sheet, words back by strip. One start of the engine for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from qupia_redaction.model import Box
from qupia_redaction.ports import Ocr, OcrWord

_WIDE = 2_400
_RIM = 30
_GAP = 24
_PAPER = 255
_LIGHT, _FAINT = 235, 24
"""A ground that is darker is no paper; ink that is less apart from it is none."""


def read_strips(
    ocr: Ocr, strips: Sequence[Image.Image], dpi: int, languages: Sequence[str] = ()
) -> list[list[OcrWord]]:
    """Return the words of each strip, in pixels of the strip.

    Args:
        ocr: reads the sheet.
        strips: grey pictures of about one line each; what is beyond 2,400 pixels is cut.
        dpi: their resolution.
        languages: some of the engine's names; all when there are none.
    """
    if not strips:
        return []
    wide = min(max(strip.width for strip in strips), _WIDE)
    sheet = Image.new("L", (wide + 2 * _RIM, sum(strip.height + _GAP for strip in strips) + 2 * _RIM), _PAPER)
    tops, top = [], _RIM
    for strip in strips:
        tops.append(top)
        sheet.paste(strip, (_RIM, top))
        top += strip.height + _GAP
    words = ocr.glance(sheet, dpi, languages) if languages else ocr.read(sheet, dpi, block=True)
    found: list[list[OcrWord]] = [[] for _ in strips]
    for word in words:
        middle = (word.box.y0 + word.box.y1) / 2
        at = max((index for index, start in enumerate(tops) if start - _GAP / 2 <= middle), default=0)
        box = Box(word.box.x0 - _RIM, word.box.y0 - tops[at], word.box.x1 - _RIM, word.box.y1 - tops[at])
        found[at].append(replace(word, box=box))
    return found


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Set pictures in a row, without gaps."""
    row = Image.new("L", (sum(p.width for p in pictures) or 1, max((p.height for p in pictures), default=1)), _PAPER)
    left = 0
    for picture in pictures:
        row.paste(picture, (left, 0))
        left += picture.width
    return row


def on_paper(strip: Image.Image) -> Image.Image:
    """Return a strip with its letters dark on white paper: on a sheet of others, a coloured ground reads as black.

    Args:
        strip: grey letters of one line; one that stands on white already stays as it is.
    """
    counts = strip.histogram()
    ground = max(range(256), key=counts.__getitem__)
    shown = [tone for tone, count in enumerate(counts) if count]
    low, high = shown[0], shown[-1]
    ink = low if ground - low >= high - ground else high
    if ground >= _LIGHT or abs(ground - ink) < _FAINT:
        return strip
    scale = _PAPER / (ground - ink)
    return strip.point([max(0, min(_PAPER, round((tone - ink) * scale))) for tone in range(256)])
