"""A number with a digit in each cell of a ruled row is read on a rough scan; tables and empty combs are left alone."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.ocr.tesseract import TesseractOcr
from qupia_redaction.page.ruled import upright_rules
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.combs import comb_words, unsure
from tests.support.attacks.kit import SANS

_DPI = 200
_NUMBER = "990412300128"


def comb(text: str, cell: int = 50, high: int = 56, skew: float = 0.0, noise: float = 0.0) -> Image.Image:
    """Return a row of ruled cells with such signs in them, as a scanner sees it."""
    picture = Image.new("L", (900, 260), 240)
    pen, face = ImageDraw.Draw(picture), ImageFont.truetype(SANS, 33)
    for at, sign in enumerate(text):
        left = 120 + cell * at
        pen.rectangle((left, 90, left + cell, 90 + high), outline=0, width=2)
        pen.text((left + cell / 2, 90 + high / 2), sign, 20, face, "mm")
    turned = picture.rotate(skew, fillcolor=240, resample=Image.Resampling.BICUBIC)
    rough = np.asarray(turned) + np.random.default_rng(1).normal(0, noise, (260, 900))
    return Image.fromarray(np.clip(rough, 0, 255).astype(np.uint8))


class _Watched:
    """An engine that reads nothing and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Read nothing."""
        self.asked += 1
        return ()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
def test_the_number_of_a_skewed_noisy_comb_is_read_in_its_cells() -> None:
    picture = comb(_NUMBER, skew=0.6, noise=10)

    words = comb_words(TesseractOcr(), picture, _DPI, upright_rules(picture, _DPI))

    sure = [word for word in words if word.text.reveal() == _NUMBER]
    assert len(sure) == 1
    assert abs(sure[0].box.x0 - 120) < 12
    assert abs(sure[0].box.x1 - 720) < 12
    assert unsure(words) == []
    assert unsure([replace(sure[0], confidence=0.4)]), "what is not read surely is hidden where names are"


def test_empty_combs_tables_and_few_cells_are_not_asked_for() -> None:
    ocr = _Watched()
    for picture in (comb(" " * 12), comb("123"), comb("123456", cell=120), comb("123456", high=160)):
        assert comb_words(ocr, picture, _DPI, upright_rules(picture, _DPI)) == []  # type: ignore[arg-type]
    assert not ocr.asked
