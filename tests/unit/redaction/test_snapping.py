"""Words that OCR read off drawn shapes stand where the shapes do; words in gaps of a line belong to it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qupia_redaction.layout.picture_words import rows_of, words_of
from qupia_redaction.layout.snapping import snapped
from qupia_redaction.model import Box, PageText, PrivateText, TextSource
from qupia_redaction.page.lines import Segment


def _page(words: Sequence[tuple[str, Box]]) -> PageText:
    boxes: list[Box | None] = []
    for index, (text, box) in enumerate(words):
        step = (box.x1 - box.x0) / len(text)
        boxes += [None] * bool(index)
        boxes += [Box(box.x0 + i * step, box.y0, box.x0 + (i + 1) * step, box.y1) for i in range(len(text))]
    return PageText(1, PrivateText(" ".join(text for text, _ in words)), tuple(boxes), TextSource.OCR, 600, 800)


def _sides(page: PageText) -> list[tuple[float, float]]:
    return [(word.box.x0, word.box.x1) for word in words_of(page)]


def test_words_take_the_sides_of_their_shapes() -> None:
    page = _page([("abc", Box(100, 50, 121, 60)), ("de", Box(130, 50, 144, 60))])
    shapes = [Box(100.31, 50, 106, 60), Box(108, 50, 120.83, 60), Box(130.12, 50, 143.7, 61)]

    sides = [side for pair in _sides(snapped(page, (), shapes)) for side in pair]
    assert sides == pytest.approx([100.31, 121.06, 130.12, 143.87])


@pytest.mark.parametrize(
    "shape",
    [Box(100.3, 50, 190, 60), Box(100.3, 20, 120, 90), Box(300, 50, 320, 60)],
    ids=["wide", "high", "elsewhere"],
)
def test_words_stay_where_shapes_are_others(shape: Box) -> None:
    page = _page([("abc", Box(100, 50, 121, 60))])

    assert snapped(page, (), [shape]).boxes == page.boxes


def test_a_line_in_a_gap_of_another_is_a_part_of_it() -> None:
    line = list(words_of(_page([("a", Box(10, 50, 20, 60)), ("b", Box(90, 50, 100, 60))])))
    between = list(words_of(_page([("name", Box(30, 50, 80, 60))])))
    over = list(words_of(_page([("over", Box(15, 50, 40, 60))])))

    assert [[w.box.x0 for w in row] for row in rows_of([line, between])] == [[10, 30, 90]]
    assert len(rows_of([line, over])) == 2


def test_letters_are_left_where_they_stand_as_wide_as_steps_allow() -> None:
    page = _page([("abc", Box(100.07, 50, 120.99, 60))])
    letters = Segment(0, PrivateText("abc"), (None, None, None))

    assert _sides(snapped(page, [letters], [Box(100.3, 50, 120, 60)])) == [pytest.approx((100.07, 121.07))]


def test_words_of_scans_stay_as_they_were_read() -> None:
    page = _page([("abc", Box(100.07, 50, 120.99, 60))])

    assert snapped(page, (), ()).boxes == page.boxes
