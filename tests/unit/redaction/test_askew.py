"""How a page lies, and where things lie once it is level."""

from __future__ import annotations

import pytest

from qupia_redaction.askew import Tilt, slope
from qupia_redaction.model import Box

WORDS = ("завод", "колхоз", "имени", "склад", "совет", "город")


def _page(fall: float, edge: float = 60.0) -> list[list[tuple[str, Box]]]:
    """Return lines of a page turned by a slope: their words, and their left edges too."""
    tilt = Tilt(fall)
    level = [
        [Box(edge + 70 * at, 40.0 + 16 * row, edge + 50 + 70 * at, 50.0 + 16 * row) for at in range(6)]
        for row in range(20)
    ]
    return [[(word, tilt.back(box)) for word, box in zip(WORDS, line, strict=True)] for line in level]


@pytest.mark.parametrize("fall", [-0.04, -0.01, 0.0, 0.0025, 0.03])
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


def test_what_is_steeper_than_any_page_is_no_slope_of_a_page() -> None:
    assert slope(_page(0.08)) == 0.0


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
