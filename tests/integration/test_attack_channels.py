"""Hostile masters through the whole spine with real OCR, judged by a reader of our own: nothing survives, or a refusal.

What a page shows besides must stay, as long as it does not stand beside the name.
"""

from __future__ import annotations

import shutil

import pytest

from qupia_redaction.errors import RedactionRefused
from qupia_redaction.model import Category, Limits, RedactionOrder
from qupia_redaction.pipeline import redact
from tests.support.engine import engine
from tests.support.fold_finder import FoldFinder
from tests.support.hostile_pdfs import BODY, MASTERS, NAME, master
from tests.support.hostile_reader import folded, pdfium_text, survivals

ORDER = RedactionOrder(hide=frozenset({Category.PERSON, Category.CODE}), cipher="F. 1")
LIMITS = Limits(max_bytes=64 << 20, max_pages=100, max_pixels=30_000_000, max_inflated=32 << 20)
MAY_REFUSE = {"letters that jump", "picture in small print"}
"""Channels where a refusal is as good: OCR of letters that overlap, of small print, and glyphs out of line."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract"),
    pytest.mark.filterwarnings("ignore:A 1 image carries a mask"),
]


@pytest.mark.parametrize("channel", MASTERS)
def test_no_channel_tells_the_name(channel: str) -> None:
    pages = 2 if "two pages" in channel else 1
    try:
        rendition = redact(master(MASTERS[channel], pages=pages), ORDER, LIMITS, FoldFinder(NAME), engine())
    except RedactionRefused:
        if channel not in MAY_REFUSE:
            raise
        return

    assert survivals(rendition.data, NAME, ocr=True) == []
    assert folded(BODY[2]) in folded(pdfium_text(rendition.data)) or channel in MAY_REFUSE


def test_the_reader_sees_the_name_in_a_plain_master() -> None:
    assert {"PDFium", "operators", "render"} <= set(survivals(master(), NAME, ocr=True))
