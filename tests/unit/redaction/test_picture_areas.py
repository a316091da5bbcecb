"""Rectangles over codes and pictures: snapped, so that they tell no size, and no further than words that stay."""

from __future__ import annotations

import pytest

from qupia_redaction.areas import PICTURE_GRID, picture_area
from qupia_redaction.model import Box, Category

_CODE = Box(100, 100, 160, 160)
_PAGE = (595.0, 842.0)


def test_the_rectangle_is_snapped_on_all_sides() -> None:
    box = picture_area(1, _CODE, _PAGE, Category.CODE).box

    assert all(side % PICTURE_GRID == 0 for side in (box.x0, box.y0, box.x1, box.y1))
    assert box.x0 <= 97
    assert box.y1 >= 163


@pytest.mark.parametrize(
    "word", [Box(90, 88, 150, 97), Box(90, 163, 150, 172), Box(60, 120, 96.5, 130), Box(163.5, 120, 200, 130)]
)
def test_a_word_beside_it_stays_readable(word: Box) -> None:
    before = picture_area(1, _CODE, _PAGE, Category.CODE).box
    box = picture_area(1, _CODE, _PAGE, Category.CODE, [word]).box

    assert before.x0 < word.x1
    assert before.y0 < word.y1
    assert word.x1 <= box.x0 or word.x0 >= box.x1 or word.y1 <= box.y0 or word.y0 >= box.y1
    assert box.x0 < _CODE.x0
    assert box.y0 < _CODE.y0
    assert box.x1 > _CODE.x1
    assert box.y1 > _CODE.y1


def test_a_word_upon_it_is_covered() -> None:
    box = picture_area(1, _CODE, _PAGE, Category.CODE, [Box(110, 120, 150, 130)]).box

    assert box == picture_area(1, _CODE, _PAGE, Category.CODE).box
