"""Choose which lines of a page of text are read by OCR as a sample: one by lot, more of fonts that came embedded.

Attack: a font whose map says other words than its letters show, so that text and bytes are clean. The lot follows from
the bytes of the document, so that the same document is always looked at alike and nobody chooses the lines. Limit: it
is a sample; the redactor itself asks OCR about every font (`trust`).
"""

from __future__ import annotations

import ctypes
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from qupia_redaction.model import Box

_MOST_OBJECTS = 3_000
_LINES_A_FONT, _FONTS_A_PAGE = 3, 2
_NAME = 128
_REACH = 1.5


class Sample:
    """Chooses lines of one document.

    Args:
        seed: bytes that follow from the document.
    """

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._fonts: Counter[bytes] = Counter()

    def lot(self, number: int) -> int:
        """Return a number for a page."""
        return int.from_bytes(hashlib.sha256(self._seed + number.to_bytes(4, "big")).digest()[:4], "big")

    def lines(self, number: int, page: pypdfium2.PdfPage, words: Sequence[Box]) -> list[Box]:
        """Return the lines of a page that are to be read, points.

        Args:
            number: of the page.
            page: open in PDFium.
            words: boxes of its words in the order in which they are read.
        """
        lines = list(_lines(words))
        chosen = [lines[self.lot(number) % len(lines)]] if lines else []
        high = page.get_size()[1]
        for name, box in _embedded(page, high):
            if len(chosen) > _FONTS_A_PAGE:
                break
            if self._fonts[name] < _LINES_A_FONT:
                self._fonts[name] += 1
                line = next((line for line in lines if _on(line, box)), box)
                chosen += [line] if line not in chosen else []
        return chosen


def drawings(page: pypdfium2.PdfPage) -> list[Box]:
    """Return where letters stand that are programs of their own (Type 3): what they say nobody vouches for."""
    high = page.get_size()[1]
    return [_bounds(item, high) for item, name in _texts(page) if name == b""]


def _embedded(page: pypdfium2.PdfPage, high: float) -> Iterator[tuple[bytes, Box]]:
    """Yield each embedded font of a page with a place where it is used."""
    met: set[bytes] = set()
    for item, name in _texts(page):
        if name is not None and name not in met:
            met.add(name)
            yield name, _bounds(item, high)


def _texts(page: pypdfium2.PdfPage) -> Iterator[tuple[pdfium.FPDF_PAGEOBJECT, bytes | None]]:
    """Yield the texts of a page, each with its font: None for one that is not embedded, empty for Type 3."""
    names: dict[int | None, bytes | None] = {}
    for at in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page, at)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        font = pdfium.FPDFTextObj_GetFont(item)
        key = ctypes.cast(font, ctypes.c_void_p).value
        if key not in names:
            names[key] = _name(font) if pdfium.FPDFFont_GetIsEmbedded(font) else None
        yield item, names[key]


def _name(font: pdfium.FPDF_FONT) -> bytes:
    name = ctypes.create_string_buffer(_NAME)
    pdfium.FPDFFont_GetBaseFontName(font, name, _NAME)
    return name.value


def _bounds(item: pdfium.FPDF_PAGEOBJECT, high: float) -> Box:
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *sides)
    x0, y0, x1, y1 = (side.value for side in sides)
    return Box(x0, high - y1, x1, high - y0)


def _lines(words: Sequence[Box]) -> Iterator[Box]:
    """Yield the boxes of words that follow each other on a line."""
    line: Box | None = None
    for word in words:
        if (
            line is not None
            and _on(line, word)
            and -word.y1 + word.y0 < word.x0 - line.x1 < _REACH * (word.y1 - word.y0)
        ):
            line = Box(line.x0, min(line.y0, word.y0), max(line.x1, word.x1), max(line.y1, word.y1))
            continue
        if line is not None:
            yield line
        line = word
    if line is not None:
        yield line


def _on(line: Box, box: Box) -> bool:
    middle = (box.y0 + box.y1) / 2
    return line.y0 <= middle <= line.y1 and box.x0 < line.x1 + (line.y1 - line.y0) * _REACH and line.x0 < box.x1
