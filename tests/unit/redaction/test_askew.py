"""How a page lies, and where things lie once it is level."""

from __future__ import annotations

import random

import pytest

from qupia_redaction.layout.reflow import reflow
from qupia_redaction.model import Box, Category, PageText, PrivateText, TextSource
from qupia_redaction.page.askew import Tilt, own_slope, slope
from qupia_redaction.plan.planning import Span

WORDS = ("завод", "колхоз", "имени", "склад", "совет", "город")


def _page(fall: float, edge: float = 60.0) -> list[list[tuple[str, Box]]]:
    """Return lines of a page turned by a slope: their words, and their left edges too."""
    tilt = Tilt(fall)
    level = [
        [Box(edge + 70 * at, 40.0 + 16 * row, edge + 50 + 70 * at, 50.0 + 16 * row) for at in range(6)]
        for row in range(20)
    ]
    return [[(word, tilt.back(box)) for word, box in zip(WORDS, line, strict=True)] for line in level]


@pytest.mark.parametrize("fall", [-0.08, -0.04, -0.01, 0.0, 0.0025, 0.03])
def test_the_slope_of_a_page_is_found(fall: float) -> None:
    assert slope(_page(fall)) == pytest.approx(fall, abs=1e-9)


def test_letters_that_hang_below_their_line_tell_no_slope() -> None:
    lines = [
        [
            ("завод", Box(60, 40.0 + 16 * row, 110, 50.0 + 16 * row)),
            ("фурор", Box(400, 40.0 + 16 * row, 450, 53.0 + 16 * row)),
        ]
        for row in range(20)
    ]

    assert slope(lines) == 0.0


def test_words_with_letters_that_hang_as_far_tell_it_together() -> None:
    fallen = [[(word.replace("о", "р"), box) for word, box in line] for line in _page(-0.02)]

    assert slope(line[::5] for line in fallen[:9]) == pytest.approx(-0.02, abs=1e-9)


def test_what_is_steeper_than_any_page_is_no_slope_of_a_page() -> None:
    assert slope(_page(0.14)) == 0.0


def test_few_words_tell_nothing() -> None:
    assert slope([[("завод", Box(60, 40, 110, 50)), ("совет", Box(400, 48, 450, 58))]]) == 0.0


def test_a_box_finds_its_way_back() -> None:
    tilt, box = Tilt(0.03), Box(200.0, 300.0, 260.0, 312.0)
    back = tilt.back(tilt.level(box))

    assert (back.x0, back.y0, back.x1, back.y1) == pytest.approx((box.x0, box.y0, box.x1, box.y1))


def test_a_band_follows_its_line() -> None:
    tilt, box = Tilt(0.03), Box(200.0, 300.0, 260.0, 312.0)
    band = tilt.band(tilt.level(box))
    middle = (band.box.x0 + band.box.x1) / 2

    assert middle == pytest.approx(230.0)
    assert band.box.y0 + band.slope * middle == pytest.approx(box.y0)


def _line(words: list[str], row: int, tilt: Tilt, lot: random.Random) -> list[tuple[str, Box]]:
    """Return words of a line as a reader finds them on a page that lies askew: a little up or down."""
    line, x = [], 60.0
    for word in words:
        up, wide, hang = lot.uniform(-0.4, 0.4), 5.5 * len(word), 2.5 if set(word) & set("рфуцщд") else 0.0
        line.append((word, tilt.back(Box(x, 60 + 16 * row + up, x + wide, 68 + 16 * row + up + hang))))
        x += wide + 4
    return line


@pytest.mark.parametrize("seed", [8, 24, 68])  # with words beside the name these would tell
def test_the_slope_tells_nothing_of_a_name(seed: int) -> None:
    """Words behind a name stand further right behind a long one; the slope of the page must not follow them."""
    slopes = set()
    for name in ("Ли Ян", "Кенова Светлана", "Ыбыраймұратова Максимилиан"):
        lot, text, boxes = random.Random(seed), "", []
        for row in range(14):
            words = list(WORDS[row % 3 :] + WORDS[: row % 3])
            words[2:2] = name.split() if row == 6 else ["член", "артели"]
            for word, box in _line(words[:7], row, Tilt(0.011), lot):
                text += word + (" " if word != words[6] else "\n")
                boxes += [box] * len(word) + [None]
        page = PageText(1, PrivateText(text[:-1]), tuple(boxes[:-1]), TextSource.OCR, 595, 842)
        span = Span(text.index(name), text.index(name) + len(name), Category.PERSON)
        slopes |= {band.slope for band in reflow(page, [span], lambda *_: 30.0, len(text)).wiped}

    assert len(slopes) == 1
    assert slopes.pop() == pytest.approx(0.011, abs=0.002)


STAMP = (Box(1006, 1914, 1211, 1949), Box(1234, 1900, 1422, 1933), Box(1433, 1895, 1489, 1919))


def test_a_stamp_has_a_slope_of_its_own() -> None:
    assert own_slope(STAMP, -0.02) == pytest.approx(-0.07, abs=0.005)


@pytest.mark.parametrize(
    "line",
    [
        [Box(60, 40, 110, 50), Box(130, 41, 180, 53), Box(400, 36, 450, 50)],
        STAMP[1:],
        [Box(60, 40, 110, 50), Box(200, 90, 250, 100)],
        [],
    ],
    ids=["letters of other heights", "words side by side", "too steep for a line", "nothing"],
)
def test_a_line_that_does_not_clearly_run_otherwise_runs_as_its_page(line: list[Box]) -> None:
    assert own_slope(line, 0.005) == 0.005


@pytest.mark.parametrize("hidden", range(3))
def test_a_row_that_slants_on_a_level_page_is_marked_where_it_stands(hidden: int) -> None:
    words = ("ГОРОДСКАЯ", "БОЛЬНИЦА", "КОКЖИЕК")
    boxes: list[Box | None] = []
    text = "\n".join(" ".join(WORDS) for _ in range(20))
    for line in _page(0.0):
        for at, (word, box) in enumerate(line):
            step = (box.x1 - box.x0) / len(word)
            boxes += [None] * (at > 0)
            boxes += [Box(box.x0 + i * step, box.y0, box.x0 + (i + 1) * step, box.y1) for i in range(len(word))]
        boxes.append(None)
    start = len(text) + 1
    for at, word in enumerate(words):
        x, y = 100 + 80 * at, 500 - 5 * at
        boxes += [Box(x + 8 * i, y, x + 8 * i + 8, y + 12) for i in range(len(word))]
        boxes += [None] * (at < 2)
    page = PageText(1, PrivateText(f"{text}\n{' '.join(words)}"), tuple(boxes), TextSource.OCR, 595, 842)
    first = start + sum(len(word) + 1 for word in words[:hidden])
    span = Span(first, first + len(words[hidden]), Category.PERSON)

    done = reflow(page, [span], lambda _span, em: 5 * em, len(page.text))
    assert done.left == (span,)
    assert not done.moves
    assert not done.wiped
