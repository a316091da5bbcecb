"""Rectangles over codes, pictures and lines that slant: snapped, so that they tell no size; words beside them stay."""

from __future__ import annotations

import math

import pytest

from qupia_redaction.layout.areas import PICTURE_GRID, picture_area, slanting, text_areas, together
from qupia_redaction.layout.reflow import reflow
from qupia_redaction.model import Box, Category, PageText, PrivateText, TextSource
from qupia_redaction.plan.planning import Span

_CODE = Box(100, 100, 160, 160)
_PAGE = (595.0, 842.0)


def test_the_rectangle_is_snapped_on_all_sides() -> None:
    box = picture_area(1, _CODE, _PAGE, Category.CODE).box

    assert all(side % PICTURE_GRID == 0 for side in (box.x0, box.y0, box.x1, box.y1))
    assert box.x0 <= 97
    assert box.y1 >= 163


def test_codes_side_by_side_are_one_rectangle_unless_words_stand_between() -> None:
    other, far = Box(190, 104, 250, 164), Box(400, 100, 460, 160)

    assert together([_CODE, other, far], []) == [Box(100, 100, 250, 164), far]
    assert together([_CODE, other], [Box(165, 120, 185, 130)]) == [_CODE, other]


def test_codes_whose_rectangles_do_not_touch_stay_apart() -> None:
    beside = Box(197, 100, 257, 160)
    first, second = together([_CODE, beside], [])

    assert (first, second) == (_CODE, beside)
    assert picture_area(1, first, _PAGE, Category.CODE).box.x1 < picture_area(1, second, _PAGE, Category.CODE).box.x0


def test_a_rectangle_leaves_paper_beside_a_word_where_its_code_does() -> None:
    assert picture_area(1, _CODE, _PAGE, Category.CODE, [Box(100, 70, 160, 80)]).box.y0 == picture_area(
        1, _CODE, _PAGE, Category.CODE).box.y0  # fmt: skip
    near = picture_area(1, Box(100, 110, 160, 160), _PAGE, Category.CODE, [Box(100, 90, 160, 100)]).box

    assert near.y0 == 103


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


def _slanting(text: str, degrees: float, em: float = 12.0) -> PageText:
    """Return a page with one line that rises; each letter has the box around its turned body."""
    turn = math.radians(degrees)
    c, s = math.cos(turn), -math.sin(turn)
    boxes: list[Box | None] = []
    for at, char in enumerate(text):
        x, y = 200 + 0.55 * em * at * c, 500 + 0.55 * em * at * s
        wide, high = (0.55 * abs(c) + 0.97 * abs(s)) * em / 2, (0.55 * abs(s) + 0.97 * abs(c)) * em / 2
        boxes.append(Box(x - wide, y - high, x + wide, y + high) if char != " " else None)
    return PageText(1, PrivateText(text), tuple(boxes), TextSource.OCR, *_PAGE)


@pytest.mark.parametrize("degrees", [15, 30, 45, 70])
def test_a_line_that_slants_is_covered_along_its_slope_and_no_word_beside_it(degrees: float) -> None:
    page = _slanting("Щербинина Зоя", degrees)
    squares = [mark.box for mark in text_areas(page, [Span(0, 13, Category.PERSON)])]

    for box in filter(None, page.boxes):
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        turn = math.radians(degrees)
        for off in (-5.0, 0.0, 5.0):  # above and below the middle of the letter
            px, py = x + off * math.sin(turn), y + off * math.cos(turn)
            assert any(s.x0 <= px <= s.x1 and s.y0 <= py <= s.y1 for s in squares)
    assert page.boxes[0]
    assert page.boxes[12]
    left, low, right, top = page.boxes[0].x0, page.boxes[0].y1, page.boxes[12].x1, page.boxes[12].y0
    corners = [(left, top), (right, low)]  # of the box around all of it
    assert not any(s.x0 < x < s.x1 and s.y0 < y < s.y1 for x, y in corners for s in squares)


def test_what_covers_a_slanting_line_tells_no_length() -> None:
    areas = [text_areas(_slanting(name, 30), [Span(0, len(name), Category.PERSON)]) for name in ("Ли Ян А", "Ли Янова")]

    assert areas[0] == areas[1]


def test_a_short_word_of_a_slanting_name_is_not_taken_for_a_level_one() -> None:
    """Set again alone it would count as hidden, and the rest of the name would stay."""
    new = reflow(_slanting("Щербинина Ян", 20), [Span(0, 12, Category.PERSON)], lambda *_: 30.0, 12)

    assert not new.marks
    assert [span.start for span in new.left] == [0]


def test_words_that_run_down_one_below_the_other_do_not_slant() -> None:
    """A reader that found a sideways word cuts its box into upright slices: together they lean, but no line does."""
    boxes = [
        Box(300 + 2 * at + 12 * (at > 7), 100 + 90 * (at > 7), 302 + 2 * at + 12 * (at > 7), 180 + 90 * (at > 7))
        for at in range(16)
    ]

    assert slanting(boxes) is None
