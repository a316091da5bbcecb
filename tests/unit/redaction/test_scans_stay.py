"""A scan on which nothing is hidden keeps its pixels, under words that were read and no others."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pymupdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from qupia_redaction.model import Box, PrivateText, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.ports import OcrWord
from tests.unit.redaction.pdfs.build import LIMITS, NoOcr, TermFinder

READ = "Harbour register of barges"
HIDDEN = "Kenova"
DPI = 100
ORDER = RedactionOrder(hide=frozenset(), terms=(PrivateText("Penfield"),), terms_only=True, plain=True)


def _scan(change: Callable[[pymupdf.Page], None] | None = None) -> bytes:
    """Return a page that is a picture of fewer pixels than pages are read at."""
    image = Image.new("RGB", (827, 1169), (236, 230, 214))
    draw = ImageDraw.Draw(image)
    for row in range(100, 1000, 40):
        draw.line((90, row, 600, row + 1), fill=(60, 60, 90), width=9)
    stored = io.BytesIO()
    image.save(stored, "PNG")
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_image(page.rect, stream=stored.getvalue(), keep_proportion=False)
        if change:
            change(page)
        return bytes(document.tobytes())


def _layer(page: pymupdf.Page) -> None:
    page.insert_text((80, 300), f"{HIDDEN} lodge papers", render_mode=3)


class _Reader(NoOcr):
    """Reads words side by side."""

    def __init__(self, text: str) -> None:
        self._words = text.split()

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        s = dpi / 72
        boxes = [Box((70 + 75 * at) * s, 92 * s, (140 + 75 * at) * s, 106 * s) for at in range(len(self._words))]
        return tuple(OcrWord(PrivateText(word), box, 0.9, 0) for word, box in zip(self._words, boxes, strict=True))


def _redacted(master: bytes, read: str = READ) -> bytes:
    return bytes(redact(master, ORDER, LIMITS, TermFinder(), _Reader(read)).data)


def _shown(data: bytes) -> np.ndarray:
    with pypdfium2.PdfDocument(data) as document:
        return np.array(document[0].render(scale=DPI / 72).to_numpy())


def _said(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return str(document[0].get_textpage().get_text_range()).split()


@pytest.mark.parametrize("change", [None, _layer])
def test_a_scan_without_marks_keeps_its_pixels_under_words_that_were_read(
    change: Callable[[pymupdf.Page], None] | None,
) -> None:
    master = _scan(change)
    rendition = _redacted(master)

    assert np.array_equal(_shown(rendition), _shown(master))
    assert _said(rendition) == READ.split()
    with pikepdf.open(io.BytesIO(rendition)) as pdf:
        whole = b"".join(item.read_bytes() for item in pdf.objects if isinstance(item, pikepdf.Stream))
    assert HIDDEN.encode() not in whole


def _cut(page: pymupdf.Page) -> None:
    """Show the upper half only."""
    page.clean_contents()
    xref = page.get_contents()[0]
    page.parent.update_stream(xref, b"0 421 595 421 re W n\n" + page.parent.xref_stream(xref))


def test_a_scan_that_stores_more_than_it_shows_is_drawn() -> None:
    with pikepdf.open(io.BytesIO(_redacted(_scan(_cut)))) as pdf:
        assert list(pdf.pages[0].Resources.XObject.keys()) == ["/QupiaPicture"]


def test_a_scan_with_a_mark_is_drawn() -> None:
    rendition = _redacted(_scan(), f"Mr Penfield {READ}")

    with pikepdf.open(io.BytesIO(rendition)) as pdf:
        assert list(pdf.pages[0].Resources.XObject.keys()) == ["/QupiaPicture"]
    assert "Penfield" not in _said(rendition)
