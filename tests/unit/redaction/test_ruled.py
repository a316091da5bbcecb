"""Upright rules of tables in pictures, and marks that stay within their cells."""

from __future__ import annotations

from PIL import Image, ImageDraw

from qupia_redaction.layout.picture_words import words_of
from qupia_redaction.layout.reflow import Reflow, reflow
from qupia_redaction.model import Box, Category, PageText, PrivateText, TextSource
from qupia_redaction.page.askew import Tilt
from qupia_redaction.page.ruled import Rules, upright_rules
from qupia_redaction.plan.planning import Span

_RULES = (100.0, 200.0, 260.0, 330.0)
_RULED = tuple(Box(x, 20, x + 0.7, 90) for x in _RULES)


def _table(answers: tuple[str, ...]) -> PageText:
    """Return a page with a row a word: a name, an answer in a narrow cell, and a word behind it."""
    words: list[tuple[str, Box]] = []
    for row, answer in enumerate(answers):
        y = 40.0 + 20 * row
        words += [("вакансия", Box(104, y, 150, y + 9)), (answer, Box(204, y, 204 + 5 * len(answer), y + 9))]
        words += [("токарь\n", Box(264, y, 300, y + 9))]
    text, boxes = "", []
    for word, box in words:
        text += word if word.endswith("\n") else word + " "
        boxes += [box] * len(word.strip()) + [None]
    return PageText(1, PrivateText(text[:-1]), tuple(boxes[:-1]), TextSource.OCR, 420, 300)


def _hidden(answer: str, wide: float = 80.0) -> Reflow:
    page = _table(("нет", answer))
    start = page.text.reveal().index(answer)
    span = Span(start, start + len(answer), Category.SPECIAL, label="особые данные A16")
    return reflow(page, [span], lambda hidden, em: wide if hidden.label else 14.0, len(page.text), _RULED)


def test_the_edge_of_the_sheet_is_no_rule_of_a_table() -> None:
    image = Image.new("L", (840, 600), 240)
    pen = ImageDraw.Draw(image)
    for x in (2, 400, 838):
        pen.line((x, 0, x, 599), 20, 3)

    found = upright_rules(image, 144)

    assert found
    assert all(195 < rule.x0 < 205 for rule in found)


def test_rules_are_found_and_stems_of_letters_are_not() -> None:
    image = Image.new("L", (840, 600), 240)
    pen = ImageDraw.Draw(image)
    pen.line((300, 100, 300, 400), 60, 2)
    pen.line((500, 150, 500, 162), 0, 2)

    rules = Rules.level(upright_rules(image, 144), Tilt())

    assert [round(x) for x in rules.crossing(80, 90)] == [150]
    assert rules.crossing(220, 230) == []


def test_a_rule_that_ends_with_the_line_is_none_of_its_cells() -> None:
    rules = Rules((Box(100, 20, 101, 60),))

    assert rules.crossing(30, 45) == [100.5]
    assert rules.crossing(50, 61) == []


def test_rules_of_a_page_that_lies_askew_run_down_it_once_it_is_level() -> None:
    tilt = Tilt(0.03)
    pieces = [tilt.back(Box(100, y, 101, y + 12)) for y in range(20, 200, 12)]

    assert [round(x) for x in Rules.level(pieces, tilt).crossing(50, 170)] == [100]
    assert Rules.level(pieces, Tilt()).crossing(50, 170) == []


def test_a_mark_stands_in_the_cell_of_the_words_that_it_hides() -> None:
    new = _hidden("католик")

    (mark,) = new.marks
    assert 200 < mark.box.x0 < mark.box.x1 < 260
    assert all(band.box.x0 > 199 and band.box.x1 < 261 for band in new.wiped)
    assert not new.moves  # neighbours stay where they are


def test_marks_in_a_cell_tell_no_width() -> None:
    assert _hidden("немец").marks == _hidden("белорусска").marks


def test_a_mark_that_is_wider_than_its_cell_is_made_narrower() -> None:
    page = _table(("нет", "немец"))
    start = page.text.reveal().index("немец")
    new = reflow(page, [Span(start, start + 5, Category.SPECIAL)], lambda *_: 90.0, len(page.text), _RULED)

    assert new.marks[0].box.x1 < 260


def test_a_rule_that_was_read_as_part_of_a_word_still_begins_its_cell() -> None:
    page = _table(("нет", "немец"))
    boxes = tuple(
        Box(197, box.y0, box.x1, box.y1) if box and box.x0 == 204 and box.y0 == 60 else box for box in page.boxes
    )
    start = page.text.reveal().index("немец")
    page = PageText(1, page.text, boxes, TextSource.OCR, 420, 300)
    new = reflow(page, [Span(start, start + 5, Category.SPECIAL)], lambda *_: 30.0, len(page.text), _RULED)

    assert len(list(words_of(page))) == 6
    assert new.marks[0].box.x0 > 200
