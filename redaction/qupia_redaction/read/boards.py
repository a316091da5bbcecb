"""Read writing amid a photograph: a name board, a shop sign, letters on uneven ground that the reader takes for ground.

Attack: a name in light letters on a dark board of a photograph that is placed among typed lines: the reader parts a
picture into paper and ink by one tone and finds no lines. Strokes narrower than letters' stems at most are lifted off
whatever lies around them, light and dark ones apart, and read once more. Limits: pictures of one ground are left alone;
strokes wider than `_STROKE` points; what is read less surely than `_SURE`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageChops, ImageOps

from qupia_redaction.model import Box
from qupia_redaction.page.greys import highest, lowest
from qupia_redaction.ports import Ocr, OcrWord

_DPI, _STROKE = 200, 4.5
_GROUND, _NEAR = 0.45, 24
_SURE, _GAIN, _LINE = 0.7, 2, 9_000_000


def board_words(ocr: Ocr, grey: Image.Image, dpi: int) -> list[OcrWord]:
    """Return the words of a photograph as its strokes read apart from their ground, in pixels of the picture.

    Args:
        ocr: reads.
        grey: the picture.
        dpi: its resolution.
    """
    if _is_plain(grey):
        return []
    scale = min(_DPI / dpi, 1.0)
    small = grey.resize((max(round(grey.width * scale), 1), max(round(grey.height * scale), 1)))
    found: list[OcrWord] = []
    for number, picture in enumerate((ImageOps.invert(small), small)):
        words = ocr.read(_strokes(picture, dpi * scale), round(dpi * scale), True)
        found += [_placed(word, scale, number) for word in words if word.confidence > _SURE]
    return found


def _is_plain(grey: Image.Image) -> bool:
    """Tell whether one tone is the ground of a picture: typed words, drawings, scans."""
    counts = np.cumsum(np.pad(grey.histogram(), (_NEAR, _NEAR)))
    return bool((counts[2 * _NEAR :] - counts[: -2 * _NEAR]).max() >= _GROUND * grey.width * grey.height)


def _strokes(grey: Image.Image, dpi: float) -> Image.Image:
    """Return dark strokes alone, on white."""
    wide = max(round(_STROKE / 72 * dpi), 1) | 1
    ground = Image.fromarray(lowest(highest(np.asarray(grey), wide), wide))
    return ImageChops.subtract(ground, grey).point([255 - min(255, _GAIN * tone) for tone in range(256)])


def _placed(word: OcrWord, scale: float, number: int) -> OcrWord:
    box = word.box
    place = Box(box.x0 / scale, box.y0 / scale, box.x1 / scale, box.y1 / scale)
    return replace(word, box=place, line=_LINE + 100_000 * number + word.line)
