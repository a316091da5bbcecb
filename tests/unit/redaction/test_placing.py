"""Where lines begin that are set again: as lines that stay do, and one title alone says nothing of the lines below."""

from __future__ import annotations

import pytest

from qupia_redaction.layout.placing import Extent, Places

WIDE, SIZE = 595.0, 12.0
TITLE = Extent(247.5, 347.5, 100.0)
SUBTITLE = Extent(227.5, 367.5, 120.0)
HIDDEN = Extent(70.0, 330.0, 160.0)


def _begins(*kept: Extent, width: float = 200.0) -> float:
    return Places(WIDE, kept).start(HIDDEN, SIZE, width)


@pytest.mark.parametrize("width", [120.0, 300.0])
def test_lines_below_a_lone_title_begin_at_the_margin(width: float) -> None:
    assert _begins(TITLE, width=width) == _begins(width=width)
    assert _begins(TITLE, width=width) < TITLE.left


def test_a_page_of_centred_lines_stays_centred() -> None:
    assert _begins(TITLE, SUBTITLE, width=200.0) == pytest.approx((WIDE - 200.0) / 2)


def _is_caption(one: Extent, name: Extent) -> bool:
    return Places(WIDE, (one,)).below(one, name, name, SIZE)


def test_what_is_centred_on_a_page_is_no_caption_of_a_name_there() -> None:
    for shift in (0.0, 40.0):
        one, name = (Extent(WIDE / 2 - wide + shift, WIDE / 2 + wide + shift, y) for wide, y in ((200, 88), (40, 100)))

        assert _is_caption(one, name) == bool(shift)


def test_a_line_that_is_set_again_stays_on_the_page() -> None:
    places = Places(WIDE, ())

    assert places.within(100.0, 200.0, 100.0, SIZE) == 100.0
    assert places.within(WIDE - 100, 200.0, 100.0, SIZE) < WIDE - 200
    assert places.within(WIDE - 100, 2 * WIDE, 100.0, SIZE) == 0.0
