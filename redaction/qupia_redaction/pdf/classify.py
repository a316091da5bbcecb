"""Decide whether a page's glyphs can be trusted or whether its picture, read by OCR, decides.

Attacks: text as pixels, outlines or Type 3 procedures; fonts without or with lying maps; content that redaction does
not descend into (tiling patterns, soft masks). Such pages become pixels as a whole.
"""

from __future__ import annotations

import re

import pymupdf

from qupia_redaction.model import Box
from qupia_redaction.pdf.read import PageContent

PICTURE_SHARE = 0.35
UNMAPPED_SHARE = 0.03
_GRID = 48
_FEW_GLYPHS = 12
_MUCH_ART = 150
_SMASK = re.compile(r"/SMask\s+\d+ 0 R|/SMask\s*<<")
_DEEP = re.compile(r"/PatternType\s+1\b")


def needs_ocr(document: pymupdf.Document, page: pymupdf.Page, content: PageContent) -> bool:
    """Tell whether OCR decides on this page."""
    if _covered(content.pictures, content.width, content.height) >= PICTURE_SHARE:
        return True
    if content.glyphs and content.unmapped > UNMAPPED_SHARE:
        return True
    if len(content.glyphs) < _FEW_GLYPHS and content.art > _MUCH_ART:
        return True
    if any(font[2] == "Type3" for font in page.get_fonts(full=True)):
        return True
    return _unreachable(document, page)


def _covered(boxes: tuple[Box, ...], width: float, height: float) -> float:
    cells = {
        (column, row)
        for box in boxes
        for column in range(int(box.x0 / width * _GRID), min(int(box.x1 / width * _GRID) + 1, _GRID))
        for row in range(int(box.y0 / height * _GRID), min(int(box.y1 / height * _GRID) + 1, _GRID))
    }
    return len(cells) / _GRID**2


def _unreachable(document: pymupdf.Document, page: pymupdf.Page) -> bool:
    """Tell whether the page uses content into which the engine's redaction does not descend."""
    kind, value = document.xref_get_key(page.xref, "Resources")
    if kind == "null":
        return False
    texts = [document.xref_object(int(value.split()[0]), compressed=True) if kind == "xref" else value]
    seen: set[int] = set()
    for _ in range(6):
        references = {int(number) for text in texts for number in re.findall(r"(\d+) 0 R", text)} - seen
        seen |= references
        texts = [document.xref_object(number, compressed=True) for number in references if _is_plain(document, number)]
        if any(_DEEP.search(text) or ("/ExtGState" in text and _SMASK.search(text)) for text in texts):
            return True
        if any("/Type/ExtGState" in text and _SMASK.search(text) for text in texts):
            return True
        if not texts or len(seen) > 2_000:
            break
    return False


def _is_plain(document: pymupdf.Document, xref: int) -> bool:
    return not document.xref_is_font(xref) and not document.xref_is_image(xref)
