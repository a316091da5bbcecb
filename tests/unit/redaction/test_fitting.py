"""Boxes of words that OCR guessed beside their ink: moved so, half a letter stayed behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from qupia_redaction.model import Box, PrivateText
from qupia_redaction.ports import OcrWord
from qupia_redaction.read.fitting import fitted

_BEFORE, _SHORT, _BEHIND = (20, 80), (94, 108), (122, 180)
_RULE_AT, _TOP, _BOTTOM = 112, 40, 60


def _line(*, joined: bool = False, rule: bool = False) -> Image.Image:
    """Draw three words as bars of ink; the middle one may be joined to the next, or a rule run down behind it."""
    image = Image.new("L", (220, 120), 250)
    pen = ImageDraw.Draw(image)
    for left, right in (_BEFORE, _SHORT, _BEHIND):
        pen.rectangle((left, _TOP, right - 1, _BOTTOM - 1), fill=20)
    if joined:
        pen.line((_SHORT[1], 50, _BEHIND[0], 50), fill=20)
    if rule:
        pen.rectangle((_SHORT[1], 0, _RULE_AT, 119), fill=20)
    return image


def _word(sides: tuple[float, float], high: tuple[float, float] = (_TOP, _BOTTOM)) -> OcrWord:
    return OcrWord(PrivateText("в"), Box(sides[0], high[0], sides[1], high[1]), 0.9, 1)


def _sides(image: Image.Image, middle: OcrWord) -> tuple[float, float]:
    words = fitted(image, [_word(_BEFORE), middle, _word(_BEHIND)])
    assert [words[0], words[2]] == [_word(_BEFORE), _word(_BEHIND)]
    return words[1].box.x0, words[1].box.x1


@pytest.mark.parametrize("high", [(_TOP, _BOTTOM), (36, 72)], ids=["tight", "guessed height"])
@pytest.mark.parametrize("sides", [(83, 99), (97, 118), (98, 104)], ids=["left", "right", "narrow"])
def test_box_beside_its_ink_comes_to_hold_the_whole_of_it(
    sides: tuple[float, float], high: tuple[float, float]
) -> None:
    assert _sides(_line(), _word(sides, high)) == _SHORT


@pytest.mark.parametrize("sides", [_SHORT, (93, 109), (95, 107)], ids=["whole", "wide", "soft edge"])
def test_box_of_its_ink_stays(sides: tuple[float, float]) -> None:
    assert _sides(_line(), _word(sides)) == sides


def test_box_does_not_grow_into_the_next_word_nor_a_rule() -> None:
    assert _sides(_line(joined=True), _word((90, 102))) == (90, 102)
    assert _sides(_line(rule=True), _word((90, 102)))[1] <= _SHORT[1]


def test_box_that_reaches_into_the_next_word_does_not_take_its_first_letter() -> None:
    image = _line()
    image.paste(250, (130, 0, 134, 120))
    assert _sides(image, _word((94, 126))) == (94, 126)


def test_words_that_are_not_level_stay() -> None:
    word = replace(_word((83, 99)), course=(83.0, 50.0, 99.0, 60.0, 20.0))
    assert fitted(_line(), [word]) == [word]
