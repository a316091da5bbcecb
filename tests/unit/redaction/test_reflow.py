"""Lines of a picture set again: the pixels must not tell how wide a hidden name was, and no neighbour may be lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.layout.pixels import cover, reset
from qupia_redaction.layout.reflow import Reflow, reflow
from qupia_redaction.model import Box, Category, PageText, PrivateText, TextSource
from qupia_redaction.page.askew import Band
from qupia_redaction.plan.planning import Span

_SANS = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_SCALE = 2.0
_WIDE, _HIGH = 420, 200
NAMES = ("Ли Ян", "Кенова Светлана", "Ыбыраймұратова Максимилиан")
Line = list[tuple[str, float]]
"""Words with their left edges, points."""


def _page(lines: list[Line]) -> tuple[Image.Image, PageText]:
    """Draw words and return what a perfect reader reads."""
    if not _SANS.exists():
        pytest.skip("needs a TrueType font")
    face = ImageFont.truetype(str(_SANS), 22)
    image = Image.new("L", (round(_WIDE * _SCALE), round(_HIGH * _SCALE)), 255)
    pen = ImageDraw.Draw(image)
    chars: list[str] = []
    boxes: list[Box | None] = []
    for row, line in enumerate(lines):
        for index, (word, x) in enumerate(line):
            if chars:
                chars.append(" " if index else "\n")
                boxes.append(None)
            pen.text((x * _SCALE, (40 + 24 * row) * _SCALE), word, 0, face, "ls")
            sides = [side / _SCALE for side in pen.textbbox((x * _SCALE, (40 + 24 * row) * _SCALE), word, face, "ls")]
            chars += word
            boxes += [Box(*sides)] * len(word)
    return image, PageText(1, PrivateText("".join(chars)), tuple(boxes), TextSource.OCR, _WIDE, _HIGH)


def _set(text: str, x: float, gap: float = 4.0) -> Line:
    face = ImageFont.truetype(str(_SANS), 22)
    line: Line = []
    for word in text.split():
        line.append((word, round(x * _SCALE) / _SCALE))
        x += face.getlength(word) / _SCALE + gap
    return line


def _redacted(lines: list[Line], name: str) -> tuple[Image.Image, Reflow, PageText]:
    image, page = _page(lines)
    whole = page.text.reveal()
    start = whole.index(name)
    span = Span(start, start + len(name), Category.PERSON)
    new = reflow(page, [span], lambda hidden, em: 3 * em, len(whole))
    image = reset(image, new.wiped, new.moves, (_SCALE, _SCALE))
    cover(image, new.marks, (_SCALE, _SCALE), {Category.PERSON: ""}, _SANS.read_bytes())
    return image, new, page


def _width(text: str) -> float:
    return ImageFont.truetype(str(_SANS), 22).getlength(text) / _SCALE


REST = [_set("Основание: заявление", 30) if _SANS.exists() else []]
APART = 7.0
TYPED = [_set("Год и день и час им не известны", 30, APART) for _ in range(2 if _SANS.exists() else 0)]
LAYOUTS = {
    "running": lambda name: [_set(f"Гражданин {name} принят в цех", 30), *REST],
    "ends the line": lambda name: [_set(f"Бригадир {name}", 30), *REST],
    "alone": lambda name: [_set(name, 30), *REST],
    "centred": lambda name: [_set(f"Дело: {name}", round((_WIDE - _width(f"Дело: {name}")) / 2)), *REST],
    "cell": lambda name: [[*_set("1", 30), *_set(name, 70), *_set("слесарь", 330)],
                          [*_set("2", 30), *_set("вакансия", 70), *_set("токарь", 330)]],
    "stretched": lambda name: [_set(f"Гражданин {name} принят", 30, gap=(360 - _width(f"Гражданин{name}принят")) / 4),
                               *REST],
    "typed and stretched": lambda name: [_set(f"А {name} и он в цех", 30, gap=(360 - _width(f"А{name}ионвцех")) / 6),
                                         *TYPED],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pixels_tell_no_width(layout: str) -> None:
    pictures = [np.asarray(_redacted(LAYOUTS[layout](name), name)[0]) for name in NAMES]

    assert np.array_equal(pictures[1], pictures[0])
    assert np.array_equal(pictures[2], pictures[0])


def test_neighbours_of_a_hidden_name_keep_their_pixels() -> None:
    name = NAMES[1]
    image, new, page = _redacted(LAYOUTS["running"](name), name)
    before, _ = _page(LAYOUTS["running"](name))
    start = page.text.reveal().index("принят")
    old, now = page.boxes[start], new.boxes[start]

    assert old is not None
    assert now is not None
    assert now.x0 < old.x0 - 20
    x0, y0, x1, y1 = (round(side * _SCALE) for side in (old.x0, old.y0, old.x1, old.y1))
    word = before.crop((x0, y0, x1, y1))
    left = round(now.x0 * _SCALE)
    found = [
        image.crop((x, round(now.y0 * _SCALE), x + word.width, round(now.y0 * _SCALE) + word.height))
        for x in (left - 1, left, left + 1)
    ]
    assert any(np.array_equal(np.asarray(part), np.asarray(word)) for part in found)


@pytest.mark.parametrize("gap", [1.0, 0.5, -0.5])
def test_a_word_that_is_moved_brings_nothing_of_a_hidden_neighbour_along(gap: float) -> None:
    name = NAMES[0].replace(" ", "")
    _, new, page = _redacted([_set(f"Гражданин {name} и ей", 30, gap), *REST], name)
    was = page.boxes[page.text.reveal().index(name)]

    assert was is not None
    assert len(new.moves) == 3
    assert all(move.band.box.x1 <= was.x0 or move.band.box.x0 >= was.x1 for move in new.moves)


def test_pixels_of_words_that_are_moved_part_between_them() -> None:
    _, new, _ = _redacted([_set(f"{NAMES[0]} и ей в цех", 30, 1.0), *REST], NAMES[0])
    sides = [(round(move.band.box.x0 * _SCALE), round(move.band.box.x1 * _SCALE)) for move in new.moves]

    assert len(sides) == 4
    assert all(one[1] <= other[0] for one, other in pairwise(sides))


def test_words_that_are_set_again_stand_as_far_apart_as_those_of_other_lines() -> None:
    name = NAMES[1]
    _, new, page = _redacted([_set(f"Выдан им руки {name} для завода", 30, APART), *TYPED], name)
    text, ends = page.text.reveal(), [new.marks[0].box.x0]
    for word in ("руки", "им", "Выдан"):
        box = new.boxes[text.index(word)]
        assert box is not None
        assert abs(ends[-1] - box.x1 - APART) < 1
        ends.append(box.x0)


def test_gaps_close_up_before_a_line_runs_into_the_next_cell() -> None:
    name, gap = NAMES[0], 12.0
    typed = [_set("Год и день и час не дан", 30, gap) for _ in range(3)]
    _, new, page = _redacted([[*_set(f"Дан на руки {name} и ей", 30, gap), *_set("верно", 300)], *typed], name)
    text = page.text.reveal()
    last, beside = new.boxes[text.index(" ей") + 1], page.boxes[text.index("верно")]

    assert last is not None
    assert beside is not None
    assert last.x1 < beside.x0


def _askew(page: PageText, image: Image.Image, fall: float) -> tuple[Image.Image, PageText]:
    """Let a page fall to the right, as a scan does that was laid down askew; whole columns of pixels go down."""
    pixels = np.full((image.height + round(fall * image.width), image.width), 255, dtype=np.uint8)
    for x, column in enumerate(np.asarray(image).T):
        pixels[round(fall * x) : round(fall * x) + image.height, x] = column
    boxes = tuple(b and replace(b, y0=b.y0 + fall * b.x0, y1=b.y1 + fall * b.x1) for b in page.boxes)
    return Image.fromarray(pixels), replace(page, boxes=boxes, height=pixels.shape[0] / _SCALE)


def test_neighbours_survive_on_a_page_that_lies_askew() -> None:
    rows = ["Колхоз имени Кирова выдал зерно за месяц", "Семена оставил Кенова Светлана на весну",
            "Машина сломалась осенью вместе с сеялкой"]  # fmt: skip
    level = _page([_set(row, 30 - 0.04 * (36 + 24 * at)) for at, row in enumerate(rows)])
    image, page = _askew(level[1], level[0], 0.04)
    start = page.text.reveal().index("Кенова")
    span = Span(start, start + len("Кенова Светлана"), Category.PERSON)

    new = reflow(page, [span], lambda hidden, em: 3 * em, len(page.text))
    after = np.asarray(reset(image, new.wiped, new.moves, (_SCALE, _SCALE)))

    assert not new.left
    assert all(0.03 < band.slope < 0.05 for band in new.wiped)
    for box in (b for at, b in enumerate(page.boxes) if b and not len(rows[0]) < at <= len(rows[0]) + len(rows[1])):
        x0, y0, x1, y1 = (round(side * _SCALE) for side in (box.x0, box.y0, box.x1, box.y1))
        assert np.array_equal(after[y0:y1, x0:x1], np.asarray(image)[y0:y1, x0:x1])
    hidden = page.boxes[start]
    assert hidden is not None
    mark = new.marks[0].box
    assert abs((mark.y0 + mark.y1) - (hidden.y0 + hidden.y1)) < 8


def test_a_page_that_lies_level_is_left_level() -> None:
    _, page = _page([_set(row, 30) for row in ("Колхоз имени Кирова выдал зерно", "Семена оставил Кенова на весну")])
    span = Span(page.text.reveal().index("Кенова"), page.text.reveal().index("Кенова") + 6, Category.PERSON)

    assert {b.slope for b in reflow(page, [span], lambda hidden, em: 3 * em, len(page.text)).wiped} == {0.0}


def test_rules_of_a_table_are_not_wiped() -> None:
    image = Image.new("L", (200, 60), 255)
    pen = ImageDraw.Draw(image)
    pen.line((120, 0, 120, 59), 0, 2)
    pen.text((10, 20), "Ли Ян", 0)

    image = reset(image, [Band(Box(0, 5, 100, 25))], [], (2.0, 2.0))

    pixels = np.asarray(image)
    assert pixels[:, 120].max() == 0
    assert pixels[10:50, 5:110].min() == 255


def test_what_another_reading_found_hides_the_same_ink() -> None:
    image, page = _page([_set("Гражданин Кенава Светлана принят", 30)])
    doubt = "Кенова Светлана"
    first = page.text.reveal().index("Кенава")
    boxes = [*page.boxes, None, *page.boxes[first : first + len(doubt)]]
    text = f"{page.text.reveal()}\n{doubt}"
    both = PageText(1, PrivateText(text), tuple(boxes), TextSource.OCR, _WIDE, _HIGH)
    span = Span(len(text) - len(doubt), len(text), Category.PERSON)

    new = reflow(both, [span], lambda hidden, em: 3 * em, len(page.text))

    assert len(new.marks) == 1
    assert new.left == ()
    assert new.boxes[first] == new.marks[0].box == new.boxes[span.start]
    image = reset(image, new.wiped, new.moves, (_SCALE, _SCALE))
    old = page.boxes[first]
    assert old is not None
    assert len(new.moves) == 2


def test_what_letters_say_and_eyes_saw_of_one_ink_is_one_line() -> None:
    _, page = _page([_set("первая строка листа", 30), _set("Гражданин КЕНОВА принят", 30)])
    text = page.text.reveal()
    first = text.index("КЕНОВА")
    boxes = (*page.boxes, None, *page.boxes[first : first + 6])
    both = PageText(1, PrivateText(f"{text}\nКЕИОВА"), boxes, TextSource.GLYPHS, _WIDE, _HIGH)
    spans = [Span(at, at + 6, Category.TERM) for at in (first, len(text) + 1)]

    new = reflow(both, spans, lambda *_: 33.0, len(text) + 7)

    assert len(new.marks) == 1
    beside = [both.boxes[at] for at in (text.index("Гражданин"), text.index("принят"))]
    assert all(box is not None for box in beside)
    assert new.marks[0].box.x0 > max(box.x0 for box in beside[:1] if box)


@pytest.mark.parametrize("name", ["Ли", "Кенова Светлана"])
def test_letters_beside_a_drawn_name_are_set_behind_its_mark(name: str) -> None:
    _, page = _page([_set("первая строка листа", 30), _set(f"{name} принята", 30)])
    text = page.text.reveal()
    start = text.index(name)
    kept, drawn = slice(start + len(name) + 1, len(text)), slice(start, start + len(name))
    boxes = (*page.boxes[: start - 1], None, *page.boxes[kept], None, *page.boxes[drawn])
    said = f"{text[: start - 1]}\n{text[kept]}\n{name}"
    apart = PageText(1, PrivateText(said), boxes, TextSource.GLYPHS, _WIDE, _HIGH)

    new = reflow(apart, [Span(len(said) - len(name), len(said), Category.TERM)], lambda *_: 33.0, len(said))

    assert len(new.marks) == 1
    assert len(new.moves) == 1
    assert new.moves[0].to.box.x0 - new.marks[0].box.x1 < 12


def test_a_word_of_which_a_part_is_hidden_goes_wholly_and_alone() -> None:
    _, page = _page([_set("улица Кенованская дом", 30)])
    start = page.text.reveal().index("Кенова")

    new = reflow(page, [Span(start, start + 6, Category.PERSON)], lambda hidden, em: 3 * em, len(page.text))

    assert new.left == ()
    assert len(new.marks) == 1
    assert {new.boxes[index] for index in range(start, start + len("Кенованская"))} == {new.marks[0].box}
    assert len(new.moves) == 2


def test_lines_that_do_not_run_level_are_left_to_marks_on_the_grid() -> None:
    _, page = _page([_set("Кенова Светлана принята", 30)])
    slanted = tuple(
        None if box is None else Box(box.x0 + 6 * i, box.y0 + 5 * i, box.x0 + 6 * i + 6, box.y1 + 5 * i)
        for i, box in enumerate(page.boxes)
    )
    text = PageText(1, page.text, slanted, TextSource.OCR, _WIDE, _HIGH)

    new = reflow(text, [Span(0, 15, Category.PERSON)], lambda hidden, em: 3 * em, len(page.text))

    assert [span.start for span in new.left] == [0]
    assert new.moves == ()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_lines_are_set_again_as_level_ones_are(quarters: int) -> None:
    pictures = []
    for name in NAMES:
        image, page = _page(LAYOUTS["running"](name))
        chars = [  # letters side by side, as readers give them
            None if box is None else Box(box.x0 + place * (box.x1 - box.x0) / of, box.y0,
                                         box.x0 + (place + 1) * (box.x1 - box.x0) / of, box.y1)
            for box, (place, of) in zip(page.boxes, _within_words(page.text.reveal()), strict=True)
        ]  # fmt: skip
        turned = image.rotate(-90 * quarters, expand=True)
        wide, high = (_HIGH, _WIDE) if quarters % 2 else (_WIDE, _HIGH)
        boxes = tuple(None if box is None else _clockwise(box, quarters) for box in chars)
        text = PageText(1, page.text, boxes, TextSource.OCR, wide, high)
        start = page.text.reveal().index(name)
        span = Span(start, start + len(name), Category.PERSON)

        new = reflow(text, [span], lambda hidden, em: 3 * em, len(page.text))
        turned = reset(turned, new.wiped, new.moves, (_SCALE, _SCALE))
        cover(turned, new.marks, (_SCALE, _SCALE), {Category.PERSON: ""}, _SANS.read_bytes())
        assert new.left == ()
        pictures.append(np.asarray(turned))

    assert np.array_equal(pictures[1], pictures[0])
    assert np.array_equal(pictures[2], pictures[0])
    assert (pictures[0] < 100).sum() > 2_000


def test_turned_and_level_lines_of_one_page_each_keep_their_places() -> None:
    _, page = _page([_set("Кенова принята", 30)])
    boxes = [Box(300.0, 150.0 - 5 * i, 312.0, 155.0 - 5 * i) for i in range(len("Кенова"))]  # upwards
    text = f"{page.text.reveal()}\nКенова"
    both = PageText(1, PrivateText(text), (*page.boxes, None, *boxes), TextSource.OCR, _WIDE, _HIGH)
    spans = [Span(0, 6, Category.PERSON), Span(len(text) - 6, len(text), Category.PERSON)]

    new = reflow(both, spans, lambda hidden, em: 3 * em, len(text))

    assert new.left == ()
    assert len(new.marks) == 2
    assert {new.boxes[0], new.boxes[-1]} == {mark.box for mark in new.marks}


def _within_words(text: str) -> list[tuple[int, int]]:
    """Return the place of each character in its word, and the word's length."""
    words = [len(word) for line in text.split("\n") for word in (*line.split(" "),)]
    return [pair for length in words for pair in [*((place, length) for place in range(length)), (0, 1)]][: len(text)]


def _clockwise(box: Box, quarters: int) -> Box:
    high, wide = float(_HIGH), float(_WIDE)
    for _ in range(quarters):
        box = Box(high - box.y1, box.x0, high - box.y0, box.x1)
        high, wide = wide, high
    return box


def test_a_narrow_cell_shows_the_code_alone_and_its_neighbour_stays() -> None:
    _, page = _page([_set(name, 20) + _set("слесарь", 110) + _set("Алматы", 250) for name in ("Ахметов", "Кенова")])
    start = page.text.reveal().index("Кенова")
    span = Span(start, start + len("Кенова"), Category.PERSON)
    new = reflow(page, [span], lambda hidden, em: (2 if hidden.label else 12) * em, len(page.boxes))
    (mark,) = new.marks
    assert mark.label == "P7"
    assert mark.box.x1 < 110
