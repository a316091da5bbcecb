"""What is made of the engine's table: words that it read on their side."""

from __future__ import annotations

import pytest

from qupia_redaction.ocr.tesseract import _words
from qupia_redaction.page.lines import word_lines


def _placed(text: str, box: tuple[int, int, int, int], line: int) -> str:
    """Return a row of the engine's table."""
    x0, y0, x1, y1 = box
    return "\t".join(["5", "1", "1", "1", str(line), "1", *map(str, (x0, y0, x1 - x0, y1 - y0)), "95", text])


@pytest.mark.parametrize("down", [True, False])
def test_words_on_their_side_run_the_way_in_which_they_follow_each_other(down: bool) -> None:
    """The engine tells boxes only; cut into upright slices, a name on its side took the lines beside it along."""
    places = [(100, 50, 112, 110), (100, 120, 112, 220)]
    rows = [
        _placed(text, box, 1)
        for text, box in zip(("приказ", "работнице"), places if down else places[::-1], strict=True)
    ]
    alone = _placed("завода", (140, 60, 152, 130), 2)
    level = _placed("выдан", (200, 60, 260, 72), 3)

    words = _words("\n".join([*rows, alone, level]))

    ends = [(w.course[1], w.course[3]) for w in words if w.course]
    assert len(ends) == 3
    assert all((end > start) is down for start, end in ends)
    assert words[3].course is None
    boxes = word_lines(1, (400, 400), words[:1], 1.0).boxes
    assert all(box and box.y1 - box.y0 < 18 and box.x1 - box.x0 > 11 for box in boxes)


def test_short_words_of_a_line_on_its_side_lie_on_it_too() -> None:
    """Cut into upright slices, the ends of a number slanted, and were covered with what stands beside them."""
    rows = [
        _placed(text, (100, y, 112, y + high), 1) for text, y, high in (("тел.", 50, 40), ("44", 96, 18), ("7", 120, 7))
    ]
    level = _placed("7", (200, 60, 206, 72), 1)

    words = _words("\n".join([*rows, level]))

    assert [w.course is not None for w in words] == [True, True, True, False]
