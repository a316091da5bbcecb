"""A name on a board amid a photograph is found and goes, and the typed lines around it stay."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image

from qupia_redaction.model import Limits, PrivateText, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.workers.no_finder import build as no_finder
from tests.support.attacks.judge import judge
from tests.support.attacks.kit import Sheet, words_picture
from tests.support.engine import engine

SECRET = "Рыльцева Клавдия"
KEPT = ("Опись снимков фабрики", "Вид цеха до ремонта")

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")


@pytest.mark.parametrize(("ink", "board"), [(240, 40), (30, 190)])
def test_a_name_on_a_board_of_a_photograph_goes(ink: int, board: int) -> None:
    y, x = np.mgrid[0:500, 0:800]
    tones = 90 + 60 * np.sin(x / 37) + 50 * np.cos(y / 23)
    photo = Image.fromarray(tones.clip(0, 255).astype(np.uint8))
    photo.paste(words_picture([SECRET.upper()], 44, ink=ink, paper=board), (120, 200))
    sheet = Sheet(kept=KEPT)
    sheet.place(sheet.image(photo, "jpeg"), "400 0 0 250 72 380")
    order = RedactionOrder(frozenset(), terms=(PrivateText(SECRET),), terms_only=True, plain=True)

    data = redact(sheet.bytes(), order, Limits(), no_finder(), engine()).data

    verdict = judge(data, (SECRET,), KEPT)
    assert (verdict.leaks, verdict.lost) == ((), ())
