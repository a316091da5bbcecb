"""Cheap ways to an answer give the answer of the plain way; memory is fetched from the system once, not each time."""

from __future__ import annotations

import numpy as np
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from qupia_redaction import memory
from qupia_redaction.page.greys import reaches
from qupia_redaction.page.ruled import upright_rules
from qupia_redaction.pdf import fonts


def test_memory_is_given_back_once_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    resident = iter([100, 50, 90, 149, 151, 60, 100])
    monkeypatch.setattr(memory, "_resident", lambda: next(resident))
    heap = memory.Heap(spare=100)

    # 100 held, 50 left; 90 and 149 are within 100 more than that; 151 is not, and 60 are left; 100 is within again
    assert [heap.give_back() for _ in range(5)] == [True, False, False, True, False]


def test_extremes_of_colours_are_those_of_each_pixel() -> None:
    colours = np.random.default_rng(3).integers(0, 256, (7, 5, 3), dtype=np.uint8)

    most, least = reaches(colours)

    assert most.tolist() == colours.max(axis=2).tolist()
    assert least.tolist() == colours.min(axis=2).tolist()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(5, 60), st.integers(1, 60)), max_size=6))
def test_rules_are_runs_of_ink_down_the_page(strokes: list[tuple[int, int, int]]) -> None:
    image = Image.new("L", (100, 130), 255)
    for x, top, length in strokes:
        ImageDraw.Draw(image).line((x, top, x, top + length - 1), fill=0)

    long = np.asarray(image) < 128
    edge = round(6 * 100 / 72)  # the sheet's own
    ruled = {x for x in range(edge, 100 - edge) if _runs(long[:, x].tolist(), 14)}

    assert {round(box.x0 * 100 / 72) for box in upright_rules(image, 100)} == ruled


def _runs(ink: list[bool], least: int) -> bool:
    """Tell whether 15 rows below each other, which are 11 points, have so many with ink."""
    return any(sum(ink[at : at + 15]) >= least for at in range(len(ink) - 15 + 1))


def test_widths_are_those_of_the_engine_and_asked_for_once() -> None:
    engine, text = pymupdf.Font("tiro"), "Нұрпейісова А. Б., № 12 — Order 7; ӘҒҚ \u4e00"

    for size in (7.3, 11.0, 12.0):
        assert fonts.font("tiro").text_length(text, fontsize=size) == engine.text_length(text, fontsize=size)
        assert fonts.font("tiro").char_lengths(text, fontsize=size) == engine.char_lengths(text, fontsize=size)

    asked: list[str] = []

    def one(char: str) -> float:
        asked.append(char)
        return 1.0

    widths = fonts.Widths(one)
    assert widths.of_text("abba", 2.0) == 8.0
    assert asked == ["a", "b"]
