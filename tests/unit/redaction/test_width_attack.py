"""Can anybody tell from a rendition how wide the hidden name was? More names: `make bench BENCH=width_attack`."""

from __future__ import annotations

import pytest

from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import NoWords, Stage, redacted, spread
from tests.support.width_masters import LAYOUTS, master
from tests.support.width_pages import ROUNDED
from tests.support.width_type import SERIF, TAIL

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_renditions_are_the_same_bytes_for_every_name(layout: str) -> None:
    outputs = {redacted(layout, name, NoWords()) for name in spread(3)}

    assert len(outputs) == 1
    text = pdfium_text(outputs.pop())
    assert folded(TAIL) in folded(text)


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout not in ROUNDED])
def test_what_is_set_again_is_the_same_for_every_name(layout: str) -> None:
    stage = Stage(layout)
    shapes = {stage.geometry(name) for name in spread(16)}

    assert len(shapes) == 1
    assert next(iter(shapes))[0] == (3 if "several" in layout else 1)


def test_a_line_that_ends_by_chance_where_another_does_tells_nothing() -> None:
    stage = Stage("line that ends there by chance")

    assert stage.geometry("Нұрханов Ержан") == stage.geometry("Ли Ая")


def test_the_masters_differ_indeed() -> None:
    narrow, wide = spread(2)
    for layout in LAYOUTS:
        assert pdfium_text(master(layout, narrow)) != pdfium_text(master(layout, wide)), layout
