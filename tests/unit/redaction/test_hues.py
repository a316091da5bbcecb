"""Outlines that only their colour tells from the ground are found; what greys show is not looked at twice."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.ocr.tesseract import TesseractOcr
from qupia_redaction.pipeline import redact
from qupia_redaction.read.grounds import on_grounds
from qupia_redaction.read.hues import has_hues, in_hues
from qupia_redaction.workers.no_finder import build as no_finder
from tests.support.attacks.finding import outlines
from tests.support.attacks.kit import SANS, Sheet

_RED, _GREEN, _BLACK = (204, 26, 26), (0, 120, 0), (0, 0, 0)
_NAME = "Ковальчук"
_Colour = tuple[int, int, int]


def band(ground: _Colour, ink: _Colour) -> tuple[Image.Image, Image.Image, np.ndarray]:
    """Return a band with letters in colour, in a grey that shows these no more than any eye for greys, and its ink."""
    mask = Image.new("L", (600, 300), 0)
    ImageDraw.Draw(mask).text((120, 130), _NAME, 255, ImageFont.truetype(SANS, 40))
    page = Image.new("RGB", (600, 300), "white")
    page.paste(ground, (60, 90, 540, 220))
    grey = page.convert("L")
    page.paste(ink, mask=mask)
    if ink == _BLACK:
        grey.paste(0, mask=mask)
    return page, grey, np.asarray(mask) > 128


def test_letters_of_their_grounds_grey_are_found_in_their_colours() -> None:
    page, grey, letters = band(_RED, _GREEN)

    assert has_hues(page, grey, 200 / 72, ([], []))
    found = in_hues(on_grounds, lambda _: page)(grey, 200 / 72, [], [])

    assert found is not None
    ink = np.zeros(letters.shape, dtype=bool)
    (left, top), part = found[1], np.asarray(found[0]) == 0
    ink[top : top + part.shape[0], left : left + part.shape[1]] = part
    assert np.count_nonzero(ink & letters) > 0.8 * np.count_nonzero(letters)
    assert np.count_nonzero(ink & ~letters) < 0.3 * np.count_nonzero(letters)


def test_what_greys_show_is_not_looked_at_again() -> None:
    page, grey, _ = band(_RED, _BLACK)
    assert not has_hues(page, grey, 200 / 72, ([], []))
    assert not has_hues(grey.convert("RGB"), grey, 200 / 72, ([], []))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
def test_a_name_that_only_colour_shows_is_hidden() -> None:
    sheet = Sheet()
    sheet.add(f"1 1 0 rg {outlines(_NAME, 72, 300, 20)} f")
    order = RedactionOrder(frozenset(), terms=(PrivateText(_NAME),), terms_only=True, plain=True)

    given = redact(sheet.bytes(), order, Limits(), no_finder(), TesseractOcr())

    assert sum(given.report.marks.values()) == 1
