"""A word whose letters stand one below the other, on a scan or in outlines, is read; numbers of rows are left alone."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ocr.tesseract import TesseractOcr
from qupia_redaction.ports import OcrWord
from qupia_redaction.read import stacks
from qupia_redaction.read.looking import look
from qupia_redaction.read.stacks import stacked_words
from tests.support.attacks.kit import SANS

_DPI, _SIZE, _STEP = 200, 33, 42


def column(
    letters: Sequence[str], size: int = _SIZE, step: int = _STEP, place: tuple[int, int] = (60, 40)
) -> Image.Image:
    """Return letters below each other."""
    picture = Image.new("L", (400, 60 + step * (len(letters) + 1)), 250)
    pen, face = ImageDraw.Draw(picture), ImageFont.truetype(SANS, size)
    for at, letter in enumerate(letters):
        pen.text((place[0], place[1] + step * at), letter, 20, face)
    return picture


class _Watched:
    """An engine that reads nothing and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Read nothing."""
        self.asked += 1
        return ()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
@pytest.mark.parametrize(("name", "size", "step"), [("Серік", 33, 42), ("Алим", 60, 80)])
def test_stacked_letters_are_read_as_a_word_that_runs_downwards(name: str, size: int, step: int) -> None:
    found = look(TesseractOcr(), column(name, size, step), _DPI, block=True).stacked

    assert [word.text.reveal() for word in found] == [name]
    assert found[0].course is not None
    assert found[0].box.y1 - found[0].box.y0 > step * (len(name) - 1)
    assert found[0].box.x0 > 50


def test_what_is_read_already_is_not_asked_for() -> None:
    rows, ocr = column("1234567"), _Watched()
    numbers = [
        OcrWord(PrivateText(f"{at + 1}."), Box(60, 45 + _STEP * at, 80, 75 + _STEP * at), 0.95, at) for at in range(7)
    ]

    assert stacked_words(ocr, rows, _DPI, numbers) == []  # type: ignore[arg-type]
    assert stacked_words(ocr, column("аб"), _DPI, []) == []  # type: ignore[arg-type]
    assert stacked_words(ocr, Image.new("L", (300, 300), 255), _DPI, []) == []  # type: ignore[arg-type]
    assert stacked_words(ocr, rows, _DPI, numbers[:3]) == []  # type: ignore[arg-type]
    assert ocr.asked == 1, "where three numbers of seven were read only"


def test_thousands_of_specks_are_chained_soon() -> None:
    specks = [Box(x, y, x + 4, y + 4) for x in range(0, 2_400, 40) for y in range(x % 7, 3_300, 50)]
    began = time.process_time()
    list(stacks._chains(specks, 150.0))

    assert time.process_time() - began < 3
