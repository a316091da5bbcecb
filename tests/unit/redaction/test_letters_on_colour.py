"""Fonts are believed where their letters stand on colour, or look like a Cyrillic т: OCR alone is to blame."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from qupia_redaction.page.testimony import unlike
from qupia_redaction.read.sheets import on_paper


def strip(ground: int, ink: int) -> Image.Image:
    picture = Image.new("L", (200, 40), ground)
    ImageDraw.Draw(picture).text((10, 10), "harbour office", fill=ink)
    return picture


@pytest.mark.parametrize(("ground", "ink"), [(150, 0), (80, 255), (20, 200)])
def test_letters_on_colour_are_shown_dark_on_white(ground: int, ink: int) -> None:
    counts = on_paper(strip(ground, ink)).histogram()

    assert counts[255] > 7000
    assert counts[0] >= 1
    assert sum(counts[:100]) > 100


@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (240, 120), (150, 150)])
def test_what_stands_on_white_or_shows_nothing_stays(ground: int, ink: int) -> None:
    before = strip(ground, ink)

    assert on_paper(before).tobytes() == before.tobytes()


def test_letters_that_look_like_a_cursive_t_are_no_lie() -> None:
    assert not unlike("m", "t")
    assert not unlike("t", "n")
    assert unlike("m", "k")
    assert unlike("4", "7")
