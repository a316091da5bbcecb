"""Decide whether a page's glyphs can be trusted or whether its picture, read by OCR, decides.

Attacks: text as pixels, outlines or Type 3 procedures; fonts without or with lying maps; words and pictures in content
that redaction does not descend into (tiling patterns, soft masks, letters that are programs). Such pages become pixels
as a whole; shapes in such content are ink like other ink.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pymupdf

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Box
from qupia_redaction.pdf.read import PageContent

PICTURE_SHARE = 0.35
UNMAPPED_SHARE = 0.03
UNMAPPED_RUN = 3
_GRID = 48
_FEW_GLYPHS = 12
_MUCH_ART = 150
_MANY = 20_000
_MASK_GROUP = re.compile(r"/G\s+(\d+) 0 R")
_WORDS = re.compile(rb"(?:T[jJ]|Do|['\"])(?:\s|$)")
_SHADING = re.compile(r"/PatternType\s+2\s*(?:/|>>)")
_WORDS_OR_PICTURES = re.compile(rb"(?:T[jJ]|Do|ID|['\"])(?:\s|$)")


def needs_ocr(document: pymupdf.Document, page: pymupdf.Page, content: PageContent) -> bool:
    """Tell whether OCR decides on this page."""
    if _covered(content.pictures, content.width, content.height) >= PICTURE_SHARE:
        return True
    if content.unmapped > UNMAPPED_SHARE or content.gap >= UNMAPPED_RUN:
        return True
    if len(content.glyphs) < _FEW_GLYPHS and content.art > _MUCH_ART:
        return True
    return is_strange(document, page)


def is_strange(document: pymupdf.Document, page: pymupdf.Page) -> bool:
    """Tell whether the page uses what is never copied: words or pictures in letters, patterns of tiles, soft masks."""
    drawn = (font[0] for font in page.get_fonts(full=True) if font[2] == "Type3")
    return any(_tells(document, xref) for xref in drawn) or _unreachable(document, page)


def _tells(document: pymupdf.Document, font: int) -> bool:
    """Tell whether letters of a Type 3 font are made of words or forms; pictures of letters are letters."""
    kind, value = document.xref_get_key(font, "CharProcs")
    if kind == "xref":
        value = document.xref_object(int(value.split()[0]), compressed=True)
    drawings = [int(number) for number in re.findall(r"(\d+) 0 R", value)]
    return (
        not drawings
        or len(drawings) > _MANY
        or any(
            not document.xref_is_stream(xref) or _WORDS.search(document.xref_stream(xref) or b"Do ")
            for xref in drawings
        )
    )


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
    return any(
        (bool(xref) and _is_tiling(text) and _holds_more(document, xref))
        or any(_holds_more(document, int(group)) for group in _MASK_GROUP.findall(text))
        for xref, text in _resources(document, page)
    )


def _holds_more(document: pymupdf.Document, xref: int) -> bool:
    """Tell whether content is more than shapes."""
    content = document.xref_stream(xref) if document.xref_is_stream(xref) else None
    return content is None or bool(_WORDS_OR_PICTURES.search(content))


def refuse_told_patterns(document: pymupdf.Document, page: pymupdf.Page) -> None:
    """Refuse a page with a tiling pattern that holds words or pictures.

    OCR misses some of its repetitions, and one that it misses would stay in the pixels.

    Raises:
        RedactionRefused: UNKNOWN_CONTENT.
    """
    for xref, text in _resources(document, page):
        content = document.xref_stream(xref) if xref and _is_tiling(text) and document.xref_is_stream(xref) else b""
        if content and _WORDS_OR_PICTURES.search(content):
            raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT, page.number + 1)


def _is_tiling(text: str) -> bool:
    return "/PatternType" in text and not _SHADING.search(text)


def _resources(document: pymupdf.Document, page: pymupdf.Page) -> Iterator[tuple[int, str]]:
    """Yield a page's resources and the objects that they reach, however deep, with their text; no fonts and pictures.

    Raises:
        RedactionRefused: UNKNOWN_CONTENT when there are more than anybody looks through.
    """
    kind, value = document.xref_get_key(page.xref, "Resources")
    if kind == "null":
        return
    texts = [document.xref_object(int(value.split()[0]), compressed=True) if kind == "xref" else value]
    yield 0, texts[0]
    seen: set[int] = set()
    while texts:
        references = {int(number) for text in texts for number in re.findall(r"(\d+) 0 R", text)} - seen
        seen |= references
        found = [(n, document.xref_object(n, compressed=True)) for n in references if _is_plain(document, n)]
        yield from found
        texts = [text for _, text in found]
        if len(seen) > _MANY:
            raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT, page.number + 1)


def _is_plain(document: pymupdf.Document, xref: int) -> bool:
    return not document.xref_is_font(xref) and not document.xref_is_image(xref)
