"""Letters that are made of dots with paper between are joined before they are read; strokes and rules stay."""

from __future__ import annotations

import shutil
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.ocr.tesseract import TesseractOcr
from qupia_redaction.page.lines import glyph_lines
from qupia_redaction.read import reading
from qupia_redaction.read.dots import joined_dots
from qupia_redaction.read.ink import unexplained
from qupia_redaction.read.looking import Look
from tests.support.attacks.kit import SANS

_SCALE = 200 / 72


def drawn(text: str, size: int) -> Image.Image:
    face = ImageFont.truetype(SANS, size)
    picture = Image.new("L", (15 + round(face.getlength(text)), 2 * size), 255)
    ImageDraw.Draw(picture).text((5, size // 3), text, 0, face)
    return picture.point(lambda tone: 255 if tone > 145 else 0)


def dotted(text: str, pitch: int = 7, dot: int = 3) -> Image.Image:
    """Return letters of dots."""
    letters = np.asarray(drawn(text, 14)) == 0
    ink = np.zeros((letters.shape[0] * pitch, letters.shape[1] * pitch), dtype=bool)
    for down in range(dot):
        for right in range(dot):
            ink[down::pitch, right::pitch] = letters
    return Image.fromarray(np.where(ink, np.uint8(0), np.uint8(255)))


@pytest.mark.parametrize(("pitch", "dot"), [(7, 3), (12, 6)])
def test_dots_of_letters_are_joined(pitch: int, dot: int) -> None:
    apart = dotted("Ковальчук", pitch, dot)
    joined = joined_dots(apart, _SCALE)

    assert joined is not None
    ink, letters = np.asarray(joined) == 0, np.asarray(apart) == 0
    assert ink[letters].all()
    assert np.count_nonzero(ink) > 1.5 * np.count_nonzero(letters)
    assert np.count_nonzero(ink) < 0.5 * ink.size


def test_strokes_dotted_rules_and_specks_stay() -> None:
    rule = np.full((60, 900), 255, dtype=np.uint8)
    rule[30:33, ::8] = rule[30:33, 1::8] = 0
    for picture in (drawn("Ковальчук", 33), Image.fromarray(rule), Image.new("L", (300, 60), 255)):
        assert joined_dots(picture, _SCALE) is None


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
def test_a_name_of_dots_is_read() -> None:
    picture = Image.new("L", (1000, 400), 255)
    picture.paste(dotted("Ковальчук", 6, 2), (120, 100))
    content = SimpleNamespace(number=1, width=360.0, height=144.0, glyphs=(), pictures=())
    page: Any = SimpleNamespace(content=content, dpi_for=lambda dpi: dpi, picture=lambda *_, **__: picture)
    draft = reading._Draft(glyph_lines(1, (360.0, 144.0), (), ()))

    reading._add_found_words(page, draft, TesseractOcr(), unexplained)

    assert "Ковальчук" in draft.whole().text.text.reveal()


def test_small_letters_that_count_as_dots_are_also_read_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Image.Image] = []
    apart, joined = drawn("Ковальчук", 14), drawn("Ковальчук", 16)

    def noted(_: object, picture: Image.Image, *__: object, **___: object) -> Look:
        seen.append(picture)
        return Look(())

    monkeypatch.setattr(reading, "joined_dots", lambda *_: joined)
    monkeypatch.setattr(reading, "look", noted)
    content = SimpleNamespace(glyphs=(), pictures=(), width=600.0)
    page: Any = SimpleNamespace(content=content, dpi_for=lambda dpi: dpi, picture=lambda *_, **__: apart)
    ocr: Any = None
    reading._add_found_words(page, reading._Draft(glyph_lines(0, (600, 800), ())), ocr, lambda *_: (apart, (0, 0)))

    assert seen == [apart, joined]
