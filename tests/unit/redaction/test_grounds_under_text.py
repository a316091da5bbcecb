"""Hidden texts that kept letters are drawn over, and marks beside kept letters: these stay, and stay to be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pymupdf
import pypdfium2
import pytest

from qupia_redaction.model import Box, Category, Detail, Mark, PageText, PrivateText, RenditionKind, TextSource
from qupia_redaction.pdf.apply import blot
from qupia_redaction.pipeline import redact
from qupia_redaction.read.doubts import with_seen
from tests.unit.redaction.pdfs.build import LATIN_SECRET, LIMITS, ORDER, NoOcr, TermFinder, text_of, traces

_KEPT = ((100, 480, "first kept line"), (110, 500, "second kept line"), (72, 100, "Order of the day"))


def _level(page: pymupdf.Page) -> None:
    page.insert_text((60, 500), LATIN_SECRET, fontsize=46, color=(0.8, 0.8, 0.8))


def _cut_by_the_edge(page: pymupdf.Page) -> None:
    page.insert_text((300, 500), LATIN_SECRET, fontsize=46, color=(0.8, 0.8, 0.8))
    page.insert_text((420, 490), "third kept line", fontsize=11)


def _askew(page: pymupdf.Page) -> None:
    point = pymupdf.Point(60, 600)
    page.insert_text(point, LATIN_SECRET, fontsize=46, color=(0.8, 0.8, 0.8), morph=(point, pymupdf.Matrix(40)))


@pytest.mark.parametrize("ground", [_level, _cut_by_the_edge, _askew])
def test_kept_lines_over_a_hidden_ground_stay_and_show(ground: Callable[[pymupdf.Page], None]) -> None:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    ground(page)
    for x, y, text in _KEPT:
        page.insert_text((x, y), text, fontsize=11)
    terms = {LATIN_SECRET: Category.PERSON}

    data = redact(document.tobytes(), replace(ORDER, plain=True), LIMITS, TermFinder(terms), NoOcr()).data

    assert all(text in text_of(data) for _, _, text in _KEPT)
    assert traces(data, LATIN_SECRET) == []
    with pypdfium2.PdfDocument(data) as pdf:
        grey = pdf[0].render(scale=1, grayscale=True).to_numpy().reshape(842, -1)
    for x, y, text in _KEPT:
        place = grey[y - 10 : y + 2, x : x + 70]
        assert np.median(place) > 200, "no mark covers it"
        assert place.min() < 120, text


def test_kept_lines_over_a_ground_that_shows_in_part_stay_in_texts() -> None:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    _cut_by_the_edge(page)
    order = replace(ORDER, plain=True, rendition=RenditionKind.TEXT)

    text = redact(document.tobytes(), order, LIMITS, TermFinder({LATIN_SECRET: Category.PERSON}), NoOcr())

    assert "third kept line" in text.data.decode()
    assert LATIN_SECRET.split()[0] not in text.data.decode()
    assert len(text.report.records) == 1


def test_what_shows_in_part_is_found_where_it_shows() -> None:
    boxes = [Box(10.0 * i, 0, 10.0 * i + 9, 10) for i in range(6)]
    page = PageText(1, PrivateText("abcd\nabcdef"), (*boxes[:4], None, *boxes), TextSource.GLYPHS, 595, 842)
    detail = Detail(1, 5, 11, Category.PERSON, 1.0, "term")

    found = list(with_seen(page, [detail], 4, 5))

    assert [(d.start, d.end) for d in found] == [(5, 11), (0, 4)]


def test_lines_right_above_and_below_a_mark_stay() -> None:
    document = pymupdf.open()
    page = document.new_page(width=300, height=300)
    for y, text in ((97.0, "line above"), (120.0, "hidden one"), (139.5, "line below")):
        page.insert_text((72, y), text, fontsize=12)

    blot(page, [Mark(1, Box(60, 100, 200, 130), Category.CODE)], {Category.CODE: "code"})

    assert page.get_text().split() == ["line", "above", "line", "below", "code"]
