"""Random scans with a name somewhere: it is gone, and what bare Tesseract read beside it is still read."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.workers.no_finder import build as no_finder
from qupia_server.samples import build
from tests.support.engine import engine
from tests.support.hostile_reader import pdfium_text, read_picture, survivals

TERM = "Жұмабеков Серік"
WORDS = ("Гражданин", "принят", "слесарем", "завода", "приказом", "құжат", "бұйрық", "ведомость", "участок", "склад")
ORDER = RedactionOrder(frozenset(), terms=(PrivateText(TERM),), terms_only=True, plain=True)
LIMITS = Limits(max_pages=10, max_pixels=20_000_000)
FACES = Path(build.__file__).parent / "fonts"
INCHES = 6.0, 3.2
_LOST = 1
"""Words of twenty or so that may be read otherwise when their line has a mark in it."""


@dataclass(frozen=True)
class Scan:
    """How a paper is scanned: pixels an inch, mode, coding, degrees askew, and the deviation of its grain."""

    dpi: int
    mode: str
    coding: str
    askew: float
    grain: float
    face: str
    in_pdf: bool


scans = st.builds(
    Scan,
    st.sampled_from([200, 300]),
    st.sampled_from(["L", "RGB", "1"]),
    st.sampled_from(["JPEG", "PNG", "TIFF"]),
    st.sampled_from([-0.5, 0.0, 0.3]),
    st.sampled_from([0.0, 6.0]),
    st.sampled_from(["DejaVuSerif.ttf", "DejaVuSansMono.ttf"]),
    st.booleans(),
)


def scanned(lines: list[list[str]], place: int, scan: Scan) -> bytes:
    """Return a picture, or a file of one page with it."""
    wide, high = (round(side * scan.dpi) for side in INCHES)
    paper = Image.new("L", (wide, high), 245)
    pen, size = ImageDraw.Draw(paper), round(scan.dpi * 12 / 72)
    face = ImageFont.truetype(str(FACES / scan.face), size)
    for number, words in enumerate(lines):
        line = [*words[:1], TERM, *words[1:]] if number == place else words
        pen.text((0.4 * scan.dpi, 0.4 * scan.dpi + 1.7 * size * number), " ".join(line), font=face, fill=25)
    noise = np.random.default_rng(5).normal(0, scan.grain, (high, wide))
    grey = np.clip(np.asarray(paper.rotate(scan.askew, Image.Resampling.BICUBIC, fillcolor=245)) + noise, 0, 255)
    image = Image.fromarray(grey.astype(np.uint8)).convert(scan.mode)
    if scan.coding == "JPEG" and scan.mode == "1":
        image = image.convert("L")
    buffer = io.BytesIO()
    image.save(buffer, scan.coding, dpi=(scan.dpi, scan.dpi))
    if not scan.in_pdf:
        return buffer.getvalue()
    with pymupdf.open() as document:
        page = document.new_page(width=72 * INCHES[0], height=72 * INCHES[1])
        page.insert_image(page.rect, stream=buffer.getvalue(), keep_proportion=False)
        return bytes(document.tobytes())


def read(text: str) -> Counter[str]:
    """Count the words that a paper may hold."""
    return Counter(word for word in text.split() if word in WORDS)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    lines=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), min_size=4, max_size=8),
    place=st.integers(0, 7),
    scan=scans,
)
def test_a_name_on_a_scan_goes_and_the_words_beside_it_are_searchable(
    lines: list[list[str]], place: int, scan: Scan
) -> None:
    master = scanned(lines, min(place, len(lines) - 1), scan)
    bare = scanned(lines, len(lines), Scan(scan.dpi, scan.mode, "PNG", scan.askew, scan.grain, scan.face, False))

    rendition = redact(master, ORDER, LIMITS, no_finder(), engine())

    assert survivals(rendition.data, TERM, ocr=True) == []
    assert sum(rendition.report.marks.values()) == 1
    with Image.open(io.BytesIO(bare)) as picture:
        lost = read(read_picture(picture)) - read(pdfium_text(rendition.data))
    assert sum(lost.values()) <= _LOST
